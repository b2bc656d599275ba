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
