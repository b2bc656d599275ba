/// What holds for every exchange with one server.
public struct TransportOptions: Hashable, Sendable {
  public var tls: TLSOptions
  public var proxy: Proxy
  public var userAgent: String

  public enum Proxy: Hashable, Sendable {
    /// What `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say.
    case environment
    case none
    /// `http://`, `https://`, `socks5://` or `socks5h://`.
    case url(String)
  }

  public init(
    tls: TLSOptions = TLSOptions(), proxy: Proxy = .environment, userAgent: String = "oadp-plan"
  ) {
    self.tls = tls
    self.proxy = proxy
    self.userAgent = userAgent
  }
}

/// Whom to trust and who to be. Certificates and keys are PEM bytes.
public struct TLSOptions: Hashable, Sendable {
  /// Certificates of the authorities to trust; `nil` trusts those of the system.
  public var authorities: [UInt8]?
  public var clientCertificate: [UInt8]?
  public var clientKey: [UInt8]?
  /// The name to ask for and to check, where it differs from the URL's host.
  public var serverName: String?
  /// Accepts any certificate. For trials only.
  public var skipsVerification: Bool

  public init(
    authorities: [UInt8]? = nil, clientCertificate: [UInt8]? = nil, clientKey: [UInt8]? = nil,
    serverName: String? = nil, skipsVerification: Bool = false
  ) {
    self.authorities = authorities
    self.clientCertificate = clientCertificate
    self.clientKey = clientKey
    self.serverName = serverName
    self.skipsVerification = skipsVerification
  }
}

extension TLSOptions: CustomStringConvertible {
  /// What is printed by mistake must tell no key.
  public var description: String {
    let parts: [String?] = [
      authorities.map { _ in "own authorities" }, clientCertificate.map { _ in "certificate" },
      serverName.map { "server name `\($0)`" }, skipsVerification ? "unverified" : nil,
    ]
    return "TLS(\(parts.compactMap(\.self).joined(separator: ", ")))"
  }
}

/// A URL cut into what curl needs to connect elsewhere than to the name it checks.
package struct URLParts: Hashable {
  package var scheme: String
  /// With brackets around an IPv6 address.
  package var host: String
  var port: Int
  /// Path and query, beginning with `/`.
  package var target: String

  package init?(_ url: String) {
    guard let mark = url.firstRange(of: "://") else { return nil }
    scheme = url[..<mark.lowerBound].lowercased()
    guard scheme == "http" || scheme == "https" else { return nil }
    let rest = url[mark.upperBound...]
    let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
    let authority = rest[..<end]
    target = String(rest[end...])
    if !target.hasPrefix("/") { target = "/" + target }
    guard !authority.contains("@") else { return nil }
    port = scheme == "https" ? 443 : 80
    host = String(authority)
    if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
      guard let number = UInt16(authority[authority.index(after: colon)...]) else { return nil }
      port = Int(number)
      host = String(authority[..<colon])
    }
    guard !host.isEmpty else { return nil }
  }

  /// What the `Host` header says.
  package var authority: String {
    port == (scheme == "https" ? 443 : 80) ? host : "\(host):\(port)"
  }
}
