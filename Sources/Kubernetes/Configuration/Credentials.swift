import Documents

/// What proves who we are, until it expires.
struct Credentials: Sendable {
  var token: String?
  /// PEM, both or none.
  var certificate: [UInt8]?
  var key: [UInt8]?
  var expires: Timestamp?

  func areValid(at now: Timestamp) -> Bool {
    guard let expires else { return true }
    // A request under way may still need them for a while.
    return now + .seconds(5) < expires
  }
}

extension Credentials: CustomStringConvertible {
  /// What is printed by mistake must tell no secret.
  var description: String { "credentials" }
}

extension ClientConfiguration.Authentication {
  /// Whether asking again may give other credentials.
  var isRenewable: Bool {
    switch self {
    case .none, .bearer: false
    case .bearerFile, .plugin: true
    }
  }

  /// Reads, or asks for, the credentials of now.
  func credentials(
    for configuration: ClientConfiguration, at now: Timestamp
  ) async throws(ConfigurationError) -> Credentials {
    switch self {
    case .none: return Credentials()
    case .bearer(let token): return Credentials(token: token)
    case .bearerFile(let path):
      let bytes = try LocalFile.read(path, bytesMax: 1 << 20)
      let token = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
      guard !token.isEmpty else { throw ConfigurationError("The token file is empty", file: path) }
      return Credentials(token: token, expires: now + .seconds(60))
    case .plugin(let plugin): return try await plugin.credentials(for: configuration)
    }
  }
}
