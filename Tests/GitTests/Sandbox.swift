import Foundation
import Testing

@testable import Git

/// A folder of its own for one test, with the `git` program to fill it; removed at the end.
final class Sandbox: Sendable {
  let root: String

  init() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("oadp-plan-git-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    root = folder.resolvingSymlinksInPath().path
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  /// A repository on branch `main` with a configured user and no commit.
  static func repository() throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.git("init", "--quiet", "--initial-branch=main")
    try sandbox.git("config", "user.name", "Ada")
    try sandbox.git("config", "user.email", "ada@example.org")
    return sandbox
  }

  /// A repository with one commit that holds `files`.
  static func repository(files: [String: String]) throws -> Sandbox {
    let sandbox = try repository()
    for (path, text) in files { try sandbox.write(text, to: path) }
    try sandbox.commitAll("first")
    return sandbox
  }

  func path(_ name: String) -> String { root + "/" + name }

  func write(_ text: String, to name: String) throws {
    let file = URL(fileURLWithPath: path(name))
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: path(name))
  }

  func bytes(of name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path(name)))
  }

  func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: path(name), withDestinationPath: target)
  }

  func commitAll(_ message: String) throws {
    try git("add", "--all")
    try git("commit", "--quiet", "--message", message)
  }

  /// What `git` prints in `folder`, without the newline at its end; fails the
  /// test where git exits with anything but `exitCode`.
  @discardableResult
  func git(in folder: String = ".", _ arguments: String..., exitCode: Int32 = 0) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["git"] + arguments
    process.currentDirectoryURL = URL(fileURLWithPath: path(folder))
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let text = String(decoding: data, as: UTF8.self)
    try #require(process.terminationStatus == exitCode, "git \(arguments) says: \(text)")
    return text.hasSuffix("\n") ? String(text.dropLast()) : text
  }
}

/// The error that `body` throws; fails the test where it throws none.
func gitError(_ body: () throws(GitError) -> Void) -> GitError? {
  do {
    try body()
    Issue.record("Nothing was thrown")
    return nil
  } catch {
    return error
  }
}

extension RunRecord {
  static func sample(_ number: Int = 1, summary: String = "apply shop: succeeded") -> RunRecord {
    RunRecord(
      runID: "run-\(number)", secondsSinceEpoch: 1_700_000_000 + Int64(number), summary: summary,
      trailers: [RunTrailer("Run", "run-\(number)"), RunTrailer("Plan-Digest", "sha256:abc")],
      document: Array("{\"run\":\(number)}".utf8),
      attachments: [.init(name: "plan.json", bytes: Array("{}".utf8))])
  }
}
