/// What a cluster refused, or why it could not be asked.
public struct ClusterError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The reasons a caller tells apart; the server's own word is in ``message``.
  public enum Reason: String, Hashable, Sendable {
    case alreadyExists, badRequest, conflict, expired, forbidden, invalid, notFound, unauthorized
    /// The server asks for patience (429, 503) or stumbled (500, 502, 504).
    case overloaded, serverError
    /// No answer: no connection, a broken one, or silence past the deadline.
    case unreachable, timedOut
    /// An answer that is no Kubernetes answer.
    case malformedResponse
    case cancelled
  }

  public var reason: Reason
  public var message: String
  /// Seconds the server asked to wait before another try.
  public var retryAfterSeconds: Int?

  public init(_ reason: Reason, _ message: String, retryAfterSeconds: Int? = nil) {
    self.reason = reason
    self.message = message
    self.retryAfterSeconds = retryAfterSeconds
  }

  /// Whether the same call may succeed later without anyone changing anything.
  public var isTransient: Bool {
    switch reason {
    case .overloaded, .serverError, .unreachable, .timedOut, .malformedResponse: true
    default: false
    }
  }

  public var description: String { message }
}
