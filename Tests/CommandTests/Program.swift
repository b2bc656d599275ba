import Foundation
import Testing

/// The built program, run as a user runs it: in a folder, without a terminal, without a cluster.
struct Program {
  struct Result {
    var exit: Int32
    var output: String
    var talk: String
  }

  struct Missing: Error, CustomStringConvertible {
    var description: String
  }

  /// The program is built beside the bundle of these tests.
  private static func path() throws -> URL {
    for argument in CommandLine.arguments + [Bundle.main.bundlePath] {
      var folder = URL(filePath: argument)
      while folder.path.count > 1 {
        folder.deleteLastPathComponent()
        let program = folder.appending(path: "oadp-plan")
        if FileManager.default.isExecutableFile(atPath: program.path), !isFolder(program) {
          return program
        }
      }
    }
    throw Missing(description: "There is no `oadp-plan` beside \(CommandLine.arguments)")
  }

  private static func isFolder(_ url: URL) -> Bool {
    (try? url.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory ?? false
  }

  static func run(
    _ arguments: [String], in folder: URL, environment: [String: String] = [:]
  ) throws -> Result {
    try run(path(), arguments, in: folder, environment: environment)
  }

  static func run(_ arguments: String..., in folder: URL) throws -> Result {
    try run(path(), arguments, in: folder)
  }

  @discardableResult
  static func git(_ arguments: String..., in folder: URL) throws -> Result {
    let identity = ["-c", "user.name=test", "-c", "user.email=test@example.com"]
    let result = try run(URL(filePath: "/usr/bin/env"), ["git"] + identity + arguments, in: folder)
    guard result.exit == 0 else { throw Missing(description: "git \(arguments): \(result.talk)") }
    return result
  }

  static func run(
    _ program: URL, _ arguments: [String], in folder: URL, environment: [String: String] = [:]
  ) throws -> Result {
    // Files, not pipes: neither can fill up while the other is read.
    let logs = try Scratch()
    let output = logs.folder.appending(path: "output")
    let talk = logs.folder.appending(path: "talk")
    for file in [output, talk] { try Data().write(to: file) }
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = [
      "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": logs.folder.path, "TZ": "UTC",
      "GIT_CONFIG_NOSYSTEM": "1",
    ].merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: talk)
    try process.run()
    process.waitUntilExit()
    return Result(
      exit: process.terminationStatus, output: try text(of: output), talk: try text(of: talk))
  }

  private static func text(of file: URL) throws -> String {
    String(decoding: try Data(contentsOf: file), as: UTF8.self)
  }
}

/// A folder of its own for one test; it goes with the value.
final class Scratch {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appending(path: "oadp-plan-commands-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func copy(_ source: URL, as name: String) throws {
    try FileManager.default.copyItem(at: source, to: folder.appending(path: name))
  }
}

/// Files of this repository.
enum Shipped {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  static let broken = root.appending(path: "Tests/ProtectionModelTests/Broken")
  static let plans = root.appending(path: "plans")
}
