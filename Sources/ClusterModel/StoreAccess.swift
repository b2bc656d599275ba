/// What a repository's place asks for beside its address: who asks, whom to trust, and how.
///
/// All Secrets lie in the namespace of the repository's password, where the movers run.
public struct StoreAccess: Hashable, Sendable, Codable {
  /// Holds the credentials, under the names of restic's variables (`AWS_ACCESS_KEY_ID`), or as
  /// `username` and `password`; `nil` asks as nobody.
  public var credentialsSecret: String?
  /// Holds certificates of the authorities to trust, PEM, under `authoritiesKey`.
  public var authoritiesSecret: String?
  public var authoritiesKey: String?
  public var region: String?
  /// Whether URLs name the bucket in their path at Amazon, too, as they do elsewhere.
  public var isPathStyle: Bool

  public init(
    credentialsSecret: String? = nil, authoritiesSecret: String? = nil,
    authoritiesKey: String? = nil, region: String? = nil, isPathStyle: Bool = false
  ) {
    self.credentialsSecret = credentialsSecret
    self.authoritiesSecret = authoritiesSecret
    self.authoritiesKey = authoritiesKey
    self.region = region
    self.isPathStyle = isPathStyle
  }
}
