import CurlTransport
import Foundation
import Glibc
import Kubernetes
import Ports
import SandboxServer
import Testing

/// Runs a suite against a cluster: a sandbox of its own with real HTTP and real processes, unless
/// `OADP_CONTRACT` says `recordings`, for what a real server once answered, or names a kubeconfig.
struct ClusterTrait: SuiteTrait, TestScoping {
  enum Subject: Hashable {
    case sandbox, recordings
    case cluster(kubeconfig: String)
  }

  static var subject: Subject {
    switch ProcessInfo.processInfo.environment["OADP_CONTRACT"] {
    case nil: .sandbox
    case "recordings"?: .recordings
    case let path?: .cluster(kubeconfig: path)
    }
  }

  /// Images are the sandbox's own business; a real node has to have this one.
  static var image: String {
    ProcessInfo.processInfo.environment["OADP_CONTRACT_IMAGE"] ?? "registry.local/busybox:1.35"
  }

  @TaskLocal static var client: KubernetesClient?
  /// What every path is appended to.
  @TaskLocal static var server: String?

  func provideScope(
    for test: Test, testCase: Test.Case?,
    performing function: @Sendable @concurrent () async throws -> Void
  ) async throws {
    switch Self.subject {
    case .sandbox: try await onSandbox(function)
    case .recordings:
      let server = try RecordedServer()
      defer { server.stop() }
      let client = KubernetesClient(ClientConfiguration(server: server.url, proxy: .none))
      try await Self.$client.withValue(client) { try await function() }
    case .cluster(let kubeconfig):
      var configuration = try ClientConfiguration.load(kubeconfig: kubeconfig)
      configuration.proxy = .none
      let client = KubernetesClient(configuration)
      try await Self.$client.withValue(client) { try await function() }
    }
  }

  private func onSandbox(_ function: @Sendable @concurrent () async throws -> Void) async throws {
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
      try await Self.$server.withValue(configuration.server) {
        try await Self.$client.withValue(client) { try await function() }
      }
      result = .success(())
    } catch {
      result = .failure(error)
    }
    _ = try await launcher.down()
    try FileManager.default.removeItem(atPath: path)
    try result.get()
  }
}

extension Trait where Self == ClusterTrait {
  static var cluster: ClusterTrait { ClusterTrait() }
}
