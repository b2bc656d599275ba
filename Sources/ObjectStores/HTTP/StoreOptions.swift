public import CurlTransport

/// What stores that are reached over HTTP need to know beyond their location.
public struct StoreOptions: Sendable {
  /// The credentials that restic reads from the environment. Nothing else is taken from it.
  public var environment: [String: String]
  /// Certificates of the authorities to trust, PEM; `nil` trusts those of the system.
  public var authorities: [UInt8]?
  public var proxy: TransportOptions.Proxy
  public var retries: RetryPolicy
  public var addressing: S3Addressing

  /// The variables that count; all others may stay at home.
  public static let variables = [
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION",
    "AWS_REGION", "RESTIC_REST_USERNAME", "RESTIC_REST_PASSWORD",
  ]

  public init(
    environment: [String: String] = [:], authorities: [UInt8]? = nil,
    proxy: TransportOptions.Proxy = .environment, retries: RetryPolicy = RetryPolicy(),
    addressing: S3Addressing = .automatic
  ) {
    self.environment = environment
    self.authorities = authorities
    self.proxy = proxy
    self.retries = retries
    self.addressing = addressing
  }

  /// Takes credentials from a Secret, or from a folder that one is mounted at: a value for each
  /// variable's name. `username` and `password`, as in Secrets of type `kubernetes.io/basic-auth`,
  /// are those of a server of restic's protocol.
  ///
  /// - Parameter value: The value of a key; `nil` where there is none.
  public mutating func takeCredentials<Failure: Error>(
    _ value: (String) throws(Failure) -> String?
  ) throws(Failure) {
    for variable in Self.variables {
      if let value = try value(variable) { environment[variable] = value }
    }
    for (key, variable) in [
      ("username", "RESTIC_REST_USERNAME"), ("password", "RESTIC_REST_PASSWORD"),
    ] where environment[variable] == nil {
      if let value = try value(key) { environment[variable] = value }
    }
  }

  func value(_ variable: String) -> String? {
    environment[variable].flatMap { $0.isEmpty ? nil : $0 }
  }

  func client() -> StoreClient {
    let transport = HTTPTransport(
      TransportOptions(tls: TLSOptions(authorities: authorities), proxy: proxy))
    return StoreClient(transport: transport, retries: retries)
  }
}

/// How a bucket is named in a URL.
public enum S3Addressing: Hashable, Sendable {
  /// By host at Amazon where the bucket's name has no dot, by path elsewhere: as restic does.
  case automatic
  case path, virtualHost
}
