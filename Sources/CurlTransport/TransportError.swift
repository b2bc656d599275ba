/// Why an HTTP exchange did not happen or did not end well.
///
/// A response with an error status is no error here: whoever speaks the protocol judges it.
/// Messages never hold headers, bodies or credentials.
public struct TransportError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Reason: Hashable, Sendable {
    /// The request cannot be sent as it is: a bad URL, a line break in a header.
    case invalidRequest
    /// The server (or the proxy) cannot be found or does not accept connections.
    case cannotConnect
    /// The two sides do not trust each other, or a certificate or key is unusable.
    case tls
    /// A deadline passed.
    case timedOut(waitingFor: Phase)
    /// The connection broke after the request was (at least partly) sent.
    case connectionLost
    /// The answer is larger than the request allows.
    case tooLarge
    /// The answer is not HTTP, or its encoding is broken.
    case malformed
    case cancelled
  }

  public enum Phase: String, Hashable, Sendable {
    case connection, response, body
  }

  public var reason: Reason
  public var message: String

  public init(_ reason: Reason, _ message: String) {
    self.reason = reason
    self.message = message
  }

  /// Whether the server may have seen the request. Where it has not, any request may be repeated.
  public var mayHaveArrived: Bool {
    switch reason {
    case .invalidRequest, .cannotConnect, .tls, .timedOut(waitingFor: .connection): false
    default: true
    }
  }

  public var description: String { message }

  static let cancelled = TransportError(.cancelled, "The request was cancelled")
}
