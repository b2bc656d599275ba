import CurlTransport
import Diagnostics
import Documents
import YAML

extension ClientConfiguration {
  /// The cluster to speak to, found as kubectl finds it: the file given, else those that
  /// `KUBECONFIG` lists, else `~/.kube/config`, else the cluster that this program runs in.
  ///
  /// - Parameters:
  ///   - kubeconfig: A file that must exist.
  ///   - context: `nil` takes the current one.
  /// - Throws: ``ConfigurationError``
  public static func load(
    kubeconfig: String? = nil, context: String? = nil,
    environment: [String: String] = ProcessEnvironment.current
  ) throws(ConfigurationError) -> ClientConfiguration {
    var files = environment["KUBECONFIG"].map { $0.split(separator: ":").map(String.init) } ?? []
    if files.isEmpty, let home = environment["HOME"] { files = ["\(home)/.kube/config"] }
    files = kubeconfig.map { [$0] } ?? files.filter(LocalFile.exists)
    if files.isEmpty {
      guard let inside = try inCluster(environment: environment) else {
        throw ConfigurationError(
          "There is no kubeconfig: none is given, `KUBECONFIG` names none that exists, and there "
            + "is no `~/.kube/config`")
      }
      return inside
    }
    var merged = Kubeconfig()
    for file in files { try merged.merge(try read(file), file: file) }
    return try merged.configuration(context: context)
  }

  /// What a pod finds in its environment; `nil` outside of a cluster.
  public static func inCluster(
    environment: [String: String],
    serviceAccount directory: String = "/var/run/secrets/kubernetes.io/serviceaccount"
  ) throws(ConfigurationError) -> ClientConfiguration? {
    guard let host = environment["KUBERNETES_SERVICE_HOST"],
      let port = environment["KUBERNETES_SERVICE_PORT"]
    else { return nil }
    let authorities = try LocalFile.read("\(directory)/ca.crt", bytesMax: 1 << 20)
    var configuration = ClientConfiguration(
      server: "https://\(host.contains(":") ? "[\(host)]" : host):\(port)",
      tls: TLSOptions(authorities: authorities),
      authentication: .bearerFile("\(directory)/token"))
    let namespaceFile = "\(directory)/namespace"
    if LocalFile.exists(namespaceFile) {
      let bytes = try LocalFile.read(namespaceFile, bytesMax: 4096)
      configuration.namespace = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
    }
    return configuration
  }

  private static func read(_ file: String) throws(ConfigurationError) -> JSONValue {
    let bytes = try LocalFile.read(file, bytesMax: 8 << 20)
    let parsed = DocumentFile.yaml(SourceFile(path: file, bytes: bytes))
    if let mistake = parsed.findings.diagnostics.first(where: { $0.severity == .error }) {
      throw ConfigurationError(
        "Line \(mistake.span.start.line): \(mistake.message)", file: file)
    }
    return parsed.documents.first?.root.json ?? .null
  }
}
