import CurlTransport
import Documents
import Ports

/// A command's streams over one WebSocket: the first byte of each message names the stream.
///
/// Output that arrives faster than it is read stays with the server. A ping every twenty seconds
/// keeps proxies from taking a quiet session for a dead one.
actor ExecStream: ExecSession {
  private enum Channel {
    static let input: UInt8 = 0
    static let output: UInt8 = 1
    static let error: UInt8 = 2
    static let status: UInt8 = 3
    /// v5 only: its second byte names the stream that ends.
    static let end: UInt8 = 255
  }

  private let connection: CurlConnection
  private let purpose: String
  private let canEndInput: Bool
  private var decoder: WebSocketDecoder
  private var isInputOpen: Bool
  private var end: Result<Int, ClusterError>?
  private var mask = SystemRandomNumberGenerator()

  /// - Parameters:
  ///   - rest: Bytes that came right behind the handshake.
  ///   - subprotocol: `v5.channel.k8s.io` or `v4.channel.k8s.io`.
  init(
    _ connection: CurlConnection, rest: [UInt8], subprotocol: String, hasInput: Bool,
    purpose: String
  ) {
    self.connection = connection
    self.purpose = purpose
    canEndInput = subprotocol == ExecProtocol.v5
    isInputOpen = hasInput
    decoder = WebSocketDecoder()
    decoder.append(rest)
    connection.keepAlive(
      with: WebSocketFrame(kind: .ping, payload: []).bytes(mask: 0), after: .seconds(20))
  }

  /// Larger pieces are cut: servers bound the size of a message.
  private static let pieceBytesMax = 32 << 10

  func send(_ bytes: [UInt8]) async throws(ClusterError) {
    guard isInputOpen else {
      throw ClusterError(.badRequest, "Cannot \(purpose): its standard input is closed")
    }
    var start = 0
    while start < bytes.count {
      let stop = min(start + Self.pieceBytesMax, bytes.count)
      try await transmit([Channel.input] + bytes[start..<stop])
      start = stop
    }
  }

  func closeInput() async throws(ClusterError) {
    guard isInputOpen else { return }
    isInputOpen = false
    guard canEndInput else {
      // v4 has no word for the end of one stream. Ending the connection would lose the output.
      throw ClusterError(
        .badRequest,
        "Cannot end the standard input of \(purpose): the server only speaks \(ExecProtocol.v4)")
    }
    try await transmit([Channel.end, Channel.input])
  }

  func next() async throws(ClusterError) -> ExecOutput? {
    while true {
      if let end {
        _ = try end.get()
        return nil
      }
      if let output = try nextDecoded() { return output }
      if end != nil { continue }
      let chunk: [UInt8]?
      do throws(TransportError) {
        chunk = try await connection.receive()
      } catch {
        let failure = ClusterError(failing: purpose, server: "its stream", error)
        // A caller that stops waiting loses nothing: the stream goes on.
        throw error.reason == .cancelled ? failure : fail(failure)
      }
      guard let chunk else {
        throw fail(
          ClusterError(
            .unreachable, "Cannot \(purpose): the stream broke before the command's exit code"))
      }
      decoder.append(chunk)
    }
  }

  func exitStatus() async throws(ClusterError) -> Int {
    while try await next() != nil {}
    guard let end else { preconditionFailure("output of \(purpose) ended without a status") }
    return try end.get()
  }

  func cancel() async {
    if end == nil { end = .failure(ClusterError(.cancelled, "Cannot \(purpose): given up")) }
    connection.close()
  }

  /// What the bytes at hand hold: output, or `nil` after setting ``end`` or where more is needed.
  private func nextDecoded() throws(ClusterError) -> ExecOutput? {
    while true {
      let message: WebSocketDecoder.Message?
      do throws(WebSocketDecoder.Violation) {
        message = try decoder.next()
      } catch {
        connection.close()
        throw fail(.malformed(purpose, error.message))
      }
      switch message {
      case nil: return nil
      case .ping(let payload):
        connection.sendSoon(
          WebSocketFrame(kind: .pong, payload: payload).bytes(mask: mask.next()))
      case .close(let code, let reason):
        let detail = [code.map(String.init), reason.isEmpty ? nil : reason].compactMap(\.self)
        throw fail(
          ClusterError(
            .unreachable,
            "Cannot \(purpose): the server ended the stream before the command's exit code "
              + "(\(detail.joined(separator: ", ")))"))
      case .data(let bytes):
        if let output = receive(bytes) { return output }
        if end != nil { return nil }
      }
    }
  }

  private func receive(_ message: [UInt8]) -> ExecOutput? {
    guard let channel = message.first, message.count > 1 else { return nil }
    let payload = Array(message.dropFirst())
    switch channel {
    case Channel.output: return .standardOutput(payload)
    case Channel.error: return .standardError(payload)
    case Channel.status:
      isInputOpen = false
      end = exitCode(payload)
      connection.close()
      return nil
    default: return nil
    }
  }

  /// The exit code inside the Status object of channel 3.
  private func exitCode(_ payload: [UInt8]) -> Result<Int, ClusterError> {
    guard let object = try? JSONValue(parsing: payload) else {
      return .failure(.malformed(purpose, "the command's status is no JSON"))
    }
    if object["status"] == "Success" { return .success(0) }
    let status = ServerStatus(object)
    let code = status.causes.first { $0["reason"] == "ExitCode" }?["message"]?.stringValue
    if status.reason == "NonZeroExitCode", let code = code.flatMap({ Int($0) }) {
      return .success(code)
    }
    return .failure(
      ClusterError(ClusterError.Reason(status), "Cannot \(purpose): \(status.explanation)"))
  }

  private func transmit(_ message: [UInt8]) async throws(ClusterError) {
    let frame = WebSocketFrame(kind: .binary, payload: message).bytes(mask: mask.next())
    do throws(TransportError) {
      try await connection.send(frame)
    } catch {
      throw ClusterError(failing: purpose, server: "its stream", error)
    }
  }

  /// A broken stream stays broken.
  private func fail(_ error: ClusterError) -> ClusterError {
    if end == nil { end = .failure(error) }
    return error
  }
}

/// The subprotocols of exec over WebSocket.
enum ExecProtocol {
  /// Can end single streams (Kubernetes 1.29 and later).
  static let v5 = "v5.channel.k8s.io"
  static let v4 = "v4.channel.k8s.io"
}
