import Foundation
import Planning
import Testing

@testable import Backends

/// The script that arms the timer, run by a real shell. `sleep` is a stub that waits for a file
/// named after the seconds, so that the test says when time is over.
@Suite("The timer that thaws on its own") struct DeadmanTests {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "deadman-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let stub = """
      #!/bin/sh
      until [ -e "\(folder.path)/over-$1" ] || [ ! -d "\(folder.path)" ]; do /bin/sleep 0.01; done
      echo "$1" >>"\(folder.path)/slept"
      """
    try Data(stub.utf8).write(to: folder.appending(path: "sleep"))
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: folder.appending(path: "sleep").path)
  }

  var marker: String { folder.appending(path: "marker").path }

  func arming(afterSeconds: Int, writing word: String) -> [String] {
    Deadman.armed(
      ExecuteCommand.Deadman(
        command: ["/bin/sh", "-c", "echo \"$0\" >>'\(folder.path)/thawed'", word],
        afterSeconds: afterSeconds, marker: marker),
      before: ["/bin/sh", "-c", "echo \"$1 of $#\" >>'\(folder.path)/frozen'", "freeze", word, ""])
  }

  /// Runs a command with the stub in front of everything else; its exit code.
  ///
  /// Foundation's `Process` would wait for the timer too, which inherits its descriptors.
  func run(_ command: [String], path: String? = nil) throws -> Int32 {
    let words =
      ["/usr/bin/env", "PATH=\(path ?? folder.path + ":/usr/bin:/bin")", "/bin/sh", "-c"]
      + ["exec \"$@\" >/dev/null 2>&1", "run"] + command
    // Safety: the copies live until the end of this function, after the spawn has read them.
    var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
    defer {
      for index in unsafe arguments.indices { unsafe free(arguments[index]) }
    }
    var child: pid_t = 0
    // Safety: a list that ends in `nil`, no environment, and a child that nobody else waits for.
    try #require(unsafe posix_spawn(&child, "/usr/bin/env", nil, nil, &arguments, nil) == 0)
    var status: Int32 = 0
    try #require(unsafe waitpid(child, &status, 0) == child)
    return status >> 8 & 0xFF
  }

  func letPass(_ seconds: Int) throws {
    try Data().write(to: folder.appending(path: "over-\(seconds)"))
  }

  func lines(_ name: String) -> [String] {
    let text = try? String(contentsOf: folder.appending(path: name), encoding: .utf8)
    return text?.split(separator: "\n").map(String.init) ?? []
  }

  /// Waits until a file has so many lines; what it has then.
  func lines(_ name: String, reaching count: Int) async throws -> [String] {
    for _ in 0..<6000 where lines(name).count < count {
      try await Task.sleep(for: .milliseconds(10))
    }
    return lines(name)
  }

  func isArmed() -> Bool { FileManager.default.fileExists(atPath: marker) }

  @Test("an armed timer thaws when its time is over, once, and is then disarmed")
  func thaws() async throws {
    #expect(try run(arming(afterSeconds: 7, writing: "thaw it's")) == 0)
    #expect(isArmed())
    #expect(lines("frozen") == ["thaw it's of 2"])
    #expect(lines("thawed") == [])
    try letPass(7)
    #expect(try await lines("thawed", reaching: 1) == ["thaw it's"])
    #expect(!isArmed())
    try FileManager.default.removeItem(at: folder)
  }

  @Test("a disarmed timer and one of an earlier freeze leave a later freeze alone")
  func disarmed() async throws {
    #expect(try run(arming(afterSeconds: 7, writing: "first")) == 0)
    #expect(try run(Deadman.disarming(marker)) == 0)
    #expect(!isArmed())
    #expect(try run(arming(afterSeconds: 9, writing: "second")) == 0)
    try letPass(7)
    #expect(try await lines("slept", reaching: 1) == ["7"])
    try letPass(9)
    #expect(try await lines("thawed", reaching: 1) == ["second"])
    try FileManager.default.removeItem(at: folder)
  }

  @Test("where a container has no `setsid`, nothing is frozen")
  func withoutSetsid() throws {
    let tools = folder.appending(path: "tools")
    try FileManager.default.createDirectory(at: tools, withIntermediateDirectories: true)
    for tool in ["sh", "cat", "rm", "touch"] {
      try FileManager.default.createSymbolicLink(
        atPath: tools.appending(path: tool).path, withDestinationPath: "/bin/\(tool)")
    }
    let status = try run(
      arming(afterSeconds: 7, writing: "never"), path: tools.path + ":" + folder.path)
    #expect(status != 0)
    #expect(!isArmed())
    #expect(lines("frozen") == [])
    try FileManager.default.removeItem(at: folder)
  }

  @Test("where the marker cannot be written, nothing is frozen")
  func unwritable() throws {
    let deadman = ExecuteCommand.Deadman(
      command: ["/bin/true"], afterSeconds: 7, marker: folder.path + "/no/such/folder")
    let frozen = folder.appending(path: "frozen").path
    #expect(try run(Deadman.armed(deadman, before: ["/bin/sh", "-c", "echo >'\(frozen)'"])) != 0)
    #expect(!FileManager.default.fileExists(atPath: frozen))
    try FileManager.default.removeItem(at: folder)
  }
}
