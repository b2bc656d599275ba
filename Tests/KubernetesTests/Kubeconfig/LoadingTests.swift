import CurlTransport
import Foundation
import Kubernetes
import Testing

@Suite("Finding a cluster") struct LoadingTests {
  private let directory: URL

  init() throws {
    directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  }

  private func write(_ text: String, to name: String) throws -> String {
    let file = directory.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    return file.path()
  }

  @Test("files of KUBECONFIG are merged; one that is missing is passed over")
  func merging() throws {
    defer { try? FileManager.default.removeItem(at: directory) }
    let ca = "-----BEGIN CERTIFICATE-----"
    _ = try write(ca, to: "pki/ca.crt")
    let first = try write(
      """
      apiVersion: v1
      kind: Config
      current-context: shop
      clusters:
      - name: k
        cluster: {server: "https://k:6443", certificate-authority: pki/ca.crt}
      """, to: "first")
    let second = try write(
      """
      users:
      - {name: u, user: {tokenFile: token}}
      contexts:
      - name: shop
        context:
          cluster: k
          user: u
      """, to: "second")
    let configuration = try ClientConfiguration.load(
      environment: ["KUBECONFIG": "\(first):/nonexistent:\(second)"])
    #expect(configuration.server == "https://k:6443")
    #expect(configuration.tls == TLSOptions(authorities: Array(ca.utf8)))
    #expect(configuration.authentication == .bearerFile(directory.path() + "/token"))
    #expect(configuration.context == "shop")
  }

  @Test("a file that is named must be there, and a mistake in it has a line")
  func mistakes() throws {
    defer { try? FileManager.default.removeItem(at: directory) }
    #expect {
      try ClientConfiguration.load(kubeconfig: "/nonexistent", environment: [:])
    } throws: { error in
      "\(error)" == "`/nonexistent`: The file cannot be read: No such file or directory"
    }
    let broken = try write("clusters:\n- name: [\n", to: "broken")
    #expect {
      try ClientConfiguration.load(kubeconfig: broken, environment: [:])
    } throws: { error in
      "\(error)".hasPrefix("`\(broken)`: Line 3: ")
    }
    #expect(throws: ConfigurationError.self) {
      try ClientConfiguration.load(environment: ["HOME": "/nonexistent"])
    }
  }

  @Test("inside a cluster the service account is used, its token read when needed")
  func inCluster() throws {
    defer { try? FileManager.default.removeItem(at: directory) }
    _ = try write("-----BEGIN CERTIFICATE-----", to: "ca.crt")
    _ = try write("backup\n", to: "namespace")
    let environment = ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"]
    let account = directory.path()
    let configuration = try #require(
      try ClientConfiguration.inCluster(environment: environment, serviceAccount: account))
    #expect(configuration.server == "https://[fd00::1]:443")
    #expect(configuration.authentication == .bearerFile(account + "/token"))
    #expect(configuration.namespace == "backup")
    #expect(try ClientConfiguration.inCluster(environment: [:]) == nil)
  }
}
