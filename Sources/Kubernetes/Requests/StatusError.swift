import CurlTransport
import Documents
import Ports

extension ClusterError {
  /// What the server answered instead of success.
  ///
  /// - Parameter body: A `Status` object where the API itself answers; text where a proxy does.
  init(answering purpose: String, status: Int, headers: [HTTPField] = [], body: [UInt8]) {
    let status = ServerStatus(code: status, body: body)
    self.init(
      Reason(status), "Cannot \(purpose): \(status.explanation)",
      retryAfterSeconds: headers.first(named: "Retry-After").flatMap { Int($0) }
        ?? status.retryAfterSeconds)
  }

  /// What kept the answer from coming.
  init(failing purpose: String, server: String, _ error: TransportError) {
    let reason: Reason =
      switch error.reason {
      case .timedOut: .timedOut
      case .cancelled: .cancelled
      case .malformed, .tooLarge: .malformedResponse
      case .invalidRequest: .badRequest
      case .cannotConnect, .connectionLost, .tls: .unreachable
      }
    self.init(reason, "Cannot \(purpose) at \(server): \(error.message)")
  }

  static func malformed(_ purpose: String, _ detail: String) -> ClusterError {
    ClusterError(.malformedResponse, "Cannot \(purpose): \(detail)")
  }
}

extension ClusterError.Reason {
  /// The status code decides; 409 needs the server's own word, since two things share it.
  init(_ status: ServerStatus) {
    self =
      switch status.code {
      case 401: .unauthorized
      case 403: .forbidden
      case 404: .notFound
      case 409: status.reason == "AlreadyExists" ? .alreadyExists : .conflict
      case 410: .expired
      case 422: .invalid
      case 429, 503: .overloaded
      case 500...: .serverError
      case 400..<500: .badRequest
      default: .malformedResponse
      }
  }
}

/// A `meta/v1` Status, or what stands in its place.
struct ServerStatus {
  var code: Int
  var reason: String?
  var message: String
  var causes: [JSONValue] = []
  var retryAfterSeconds: Int?

  init(code: Int, body: [UInt8]) {
    let object = body.count <= 4 << 20 ? try? JSONValue(parsing: body) : nil
    if let object, object["kind"] == "Status" {
      self.init(object, code: code)
    } else {
      // A proxy's HTML page helps nobody whole.
      let text = String(decoding: body.prefix(200), as: UTF8.self)
        .split(whereSeparator: \.isNewline).joined(separator: " ")
      self.init(["message": .string(text.isEmpty ? "no explanation" : text)], code: code)
    }
  }

  /// - Parameter code: Used where the object has none of its own.
  init(_ object: JSONValue, code: Int = 500) {
    self.code = object["code"]?.intValue.flatMap { Int(exactly: $0) } ?? code
    reason = object["reason"]?.stringValue
    message = object["message"]?.stringValue ?? reason ?? "no explanation"
    causes = object["details"]?["causes"]?.arrayValue ?? []
    retryAfterSeconds = object["details"]?["retryAfterSeconds"]?.intValue.flatMap {
      Int(exactly: $0)
    }
  }

  /// The server's own words, or for a conflict of apply who owns what and the ways out.
  var explanation: String {
    let conflicts = causes.filter { $0["reason"] == "FieldManagerConflict" }
    guard !conflicts.isEmpty else { return "the server answered \(code): \(message)" }
    let owners = conflicts.prefix(10).map { cause in
      let field = cause["field"]?.stringValue ?? "a field"
      return "`\(field)` is managed by \(Self.manager(in: cause))"
    }
    let rest = conflicts.count > 10 ? ", and \(conflicts.count - 10) fields more" : ""
    return owners.joined(separator: ", ") + rest
      + ". Force the apply to take the fields over, drop them from the object to leave them, "
      + "or give them the value they have to own them together"
  }

  /// `conflict with "kubectl" using apps/v1` → `` `kubectl` using apps/v1 ``
  private static func manager(in cause: JSONValue) -> String {
    let message = cause["message"]?.stringValue ?? ""
    let parts = message.split(separator: "\"", omittingEmptySubsequences: false)
    guard parts.count >= 3 else { return message.isEmpty ? "another manager" : message }
    return "`\(parts[1])`" + parts[2...].joined(separator: "\"")
  }
}
