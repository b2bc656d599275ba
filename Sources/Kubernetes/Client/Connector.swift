import CurlTransport
import Documents
import Ports

/// Keeps what a request needs to reach the server: a transport and valid credentials.
///
/// Credentials that expire are renewed here, by one task while the others wait for it.
actor Connector {
  struct Connection: Sendable {
    var transport: HTTPTransport
    /// What every path is appended to.
    var server: String
    /// The server as messages name it.
    var origin: String
    var headers: [HTTPField]
    /// Counts renewals, so that a late refusal of old credentials renews nothing.
    var generation: Int
  }

  private let configuration: ClientConfiguration
  private let userAgent: String
  private let now: @Sendable () -> Timestamp
  private let server: String
  private var transport: HTTPTransport?
  private var credentials: Credentials?
  private var generation = 0
  private var isRenewing = false
  private var waiters: [CheckedContinuation<Void, Never>] = []

  init(
    _ configuration: ClientConfiguration, userAgent: String,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.configuration = configuration
    self.userAgent = userAgent
    self.now = now
    var server = configuration.server
    while server.hasSuffix("/") { server.removeLast() }
    self.server = server
  }

  func connection(for purpose: String) async throws(ClusterError) -> Connection {
    let credentials = try await validCredentials(for: purpose)
    var headers: [HTTPField] = []
    if let token = credentials.token {
      guard configuration.keepsSecrets else {
        throw ClusterError(
          .unauthorized,
          "Cannot \(purpose): \(configuration.origin) would get the token unencrypted")
      }
      headers.append(HTTPField("Authorization", "Bearer \(token)"))
    }
    if let impersonation = configuration.impersonation { headers += impersonation.headers }
    return Connection(
      transport: transport(with: credentials), server: server, origin: configuration.origin,
      headers: headers,
      generation: generation)
  }

  /// What a raw connection needs besides.
  var options: TransportOptions { options(with: credentials) }

  /// Drops credentials that the server refused.
  ///
  /// - Returns: Whether there may be better ones now.
  func renewCredentials(refused generation: Int) -> Bool {
    guard configuration.authentication.isRenewable else { return false }
    if generation == self.generation { credentials = nil }
    return true
  }

  private func validCredentials(for purpose: String) async throws(ClusterError) -> Credentials {
    while isRenewing { await withCheckedContinuation { waiters.append($0) } }
    if let credentials, credentials.areValid(at: now()) { return credentials }
    isRenewing = true
    defer {
      isRenewing = false
      for waiter in waiters { waiter.resume() }
      waiters.removeAll()
    }
    do {
      let fresh = try await configuration.authentication.credentials(
        for: configuration, at: now())
      if fresh.certificate != credentials?.certificate || fresh.key != credentials?.key {
        transport = nil
      }
      credentials = fresh
      generation += 1
      return fresh
    } catch {
      throw ClusterError(.unauthorized, "Cannot \(purpose): no credentials: \(error)")
    }
  }

  private func options(with credentials: Credentials?) -> TransportOptions {
    var tls = configuration.tls
    if let certificate = credentials?.certificate, let key = credentials?.key {
      tls.clientCertificate = certificate
      tls.clientKey = key
    }
    return TransportOptions(tls: tls, proxy: configuration.proxy, userAgent: userAgent)
  }

  private func transport(with credentials: Credentials) -> HTTPTransport {
    if let transport { return transport }
    let made = HTTPTransport(options(with: credentials))
    transport = made
    return made
  }
}
