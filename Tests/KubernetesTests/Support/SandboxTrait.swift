import CurlTransport
import Foundation
import Glibc
import Kubernetes
import Ports
import SandboxServer
import Testing

/// Runs a suite against a sandbox cluster of its own: real HTTP, real processes.
struct SandboxTrait: SuiteTrait, TestScoping {
  @TaskLocal static var client: KubernetesClient?

  func provideScope(
    for test: Test, testCase: Test.Case?,
    performing function: @Sendable @concurrent () async throws -> Void
  ) async throws {
    let path = "/tmp/oadp-plan-kubernetes-tests-\(getpid())"
    let program =
      CommandLine.arguments[0].split(separator: "/", omittingEmptySubsequences: false)
      .dropLast().joined(separator: "/") + "/SandboxNode"
    let launcher = try SandboxLauncher(
      directory: StateDirectory(path, environment: [:]), program: program)
    let server = try await launcher.up()
    let result: Result<Void, any Error>
    do {
      var configuration = try ClientConfiguration.load(
        kubeconfig: server.kubeconfig, environment: [:])
      configuration.proxy = .none
      let client = KubernetesClient(configuration)
      try await Self.$client.withValue(client) { try await function() }
      result = .success(())
    } catch {
      result = .failure(error)
    }
    _ = try await launcher.down()
    try FileManager.default.removeItem(atPath: path)
    try result.get()
  }
}

extension Trait where Self == SandboxTrait {
  static var sandbox: SandboxTrait { SandboxTrait() }
}
