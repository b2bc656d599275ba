import Foundation
import Testing

/// A sandbox cluster for one test.
final class Sandbox {
  let scratch: Scratch
  private let state: String
  private let environment: [String: String]

  init() throws {
    scratch = try Scratch()
    state = scratch.folder.appending(path: "sandbox").path
    environment = [
      "KUBECONFIG": state + "/kubeconfig",
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
    ]
    let up = try Program.run(["sandbox", "up", "--state", state], in: scratch.folder)
    try #require(up.exit == 0, "\(up.talk)")
  }

  deinit { _ = try? Program.run(["sandbox", "down", "--state", state], in: scratch.folder) }

  func run(_ arguments: String...) throws -> Program.Result {
    try Program.run(arguments, in: scratch.folder, environment: environment)
  }

  func kubectl(_ arguments: String...) throws -> String {
    let result = try Program.run(
      URL(filePath: "/usr/bin/env"), ["kubectl"] + arguments, in: scratch.folder,
      environment: environment)
    try #require(result.exit == 0, "\(result.talk)")
    return result.output
  }
}
