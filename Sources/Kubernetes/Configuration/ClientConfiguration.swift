public import CurlTransport

/// Where an API server is and how to speak to it: one context of a kubeconfig, resolved, or what
/// a pod finds inside its cluster.
public struct ClientConfiguration: Hashable, Sendable {
  /// `https://10.0.0.1:6443`, perhaps with a path; no query.
  public var server: String
  public var tls: TLSOptions
  public var proxy: TransportOptions.Proxy
  public var authentication: Authentication
  public var impersonation: Impersonation?
  /// The context's namespace, for commands that name none.
  public var namespace: String
  /// The context's name, for messages and logs.
  public var context: String?

  public enum Authentication: Hashable, Sendable {
    /// Nothing in the headers: a client certificate in ``TLSOptions``, or no credentials at all.
    case none
    case bearer(String)
    /// Read again every minute: the kubelet renews service account tokens.
    case bearerFile(String)
    case plugin(ExecPlugin)
  }

  public init(
    server: String, tls: TLSOptions = TLSOptions(),
    proxy: TransportOptions.Proxy = .environment, authentication: Authentication = .none,
    impersonation: Impersonation? = nil, namespace: String = "default", context: String? = nil
  ) {
    self.server = server
    self.tls = tls
    self.proxy = proxy
    self.authentication = authentication
    self.impersonation = impersonation
    self.namespace = namespace
    self.context = context
  }
}

extension ClientConfiguration: CustomStringConvertible {
  /// Scheme, host and port. Paths may hold what only the server shall know.
  var origin: String {
    URLParts(server).map { "\($0.scheme)://\($0.authority)" } ?? "a bad URL"
  }

  /// Whether a credential may be sent as it is: nobody else listens on loopback.
  var keepsSecrets: Bool {
    guard let parts = URLParts(server) else { return false }
    if parts.scheme == "https" || ["localhost", "[::1]"].contains(parts.host) { return true }
    return parts.host.hasPrefix("127.") && parts.host.allSatisfy { $0 == "." || $0.isNumber }
  }

  /// Names the server; tells no secret.
  public var description: String { context.map { "\($0) (\(origin))" } ?? origin }
}

extension ClientConfiguration.Authentication: CustomStringConvertible {
  /// The kind alone: what is printed by mistake must tell no secret.
  public var description: String {
    switch self {
    case .none: "none"
    case .bearer: "bearer token"
    case .bearerFile(let path): "bearer token from `\(path)`"
    case .plugin(let plugin): "plugin `\(plugin.command)`"
    }
  }
}

/// On whose behalf to act (`--as`, `--as-group` of kubectl).
public struct Impersonation: Hashable, Sendable {
  public var user: String
  public var uid: String?
  public var groups: [String]
  public var extra: [String: [String]]

  public init(
    user: String, uid: String? = nil, groups: [String] = [], extra: [String: [String]] = [:]
  ) {
    self.user = user
    self.uid = uid
    self.groups = groups
    self.extra = extra
  }

  var headers: [HTTPField] {
    var headers = [HTTPField("Impersonate-User", user)]
    if let uid { headers.append(HTTPField("Impersonate-Uid", uid)) }
    headers += groups.map { HTTPField("Impersonate-Group", $0) }
    for (key, values) in extra.sorted(by: { $0.key < $1.key }) {
      headers += values.map { HTTPField("Impersonate-Extra-" + key.percentEncoded, $0) }
    }
    return headers
  }
}

/// A program that hands out credentials (`client.authentication.k8s.io`).
public struct ExecPlugin: Hashable, Sendable {
  public var apiVersion: String
  public var command: String
  public var arguments: [String]
  /// Added to this program's own environment.
  public var environment: [String: String]
  public var installHint: String?
  /// Hand the cluster to the plugin in `KUBERNETES_EXEC_INFO`.
  public var providesClusterInfo: Bool

  public init(
    apiVersion: String = "client.authentication.k8s.io/v1", command: String,
    arguments: [String] = [], environment: [String: String] = [:], installHint: String? = nil,
    providesClusterInfo: Bool = false
  ) {
    self.apiVersion = apiVersion
    self.command = command
    self.arguments = arguments
    self.environment = environment
    self.installHint = installHint
    self.providesClusterInfo = providesClusterInfo
  }
}
