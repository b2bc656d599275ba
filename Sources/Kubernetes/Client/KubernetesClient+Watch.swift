public import ClusterModel
import CurlTransport
import Documents
public import Ports

extension KubernetesClient {
  /// After this the server ends a watch by itself. Below the idle limits of common proxies.
  private static let watchSeconds = 240

  public func watch(
    _ type: ResourceType, namespace: String?, selector: String, after resourceVersion: String
  ) async throws(ClusterError) -> AsyncThrowingStream<WatchEvent, any Error> {
    var request = APIRequest(
      purpose: "watch \(type.kind)\(namespace.map { " in \($0)" } ?? "")",
      path: type.path(namespace: namespace))
    request.query = [
      ("watch", "true"), ("allowWatchBookmarks", "true"), ("resourceVersion", resourceVersion),
      ("timeoutSeconds", String(Self.watchSeconds)),
    ]
    if !selector.isEmpty { request.query.append(("labelSelector", selector)) }
    request.responseBytesMax = nil
    request.deadlines = Deadlines(silence: nil, total: .seconds(Self.watchSeconds + 30))
    let reader = WatchReader(
      try await stream(request), purpose: request.purpose, server: configuration.origin)
    return AsyncThrowingStream { try await reader.next() }
  }
}

/// Cuts a watch's body into lines, one event each.
private actor WatchReader {
  private let stream: CurlStream
  private let purpose: String
  private let server: String
  private var buffer = LineBuffer(lineBytesMax: 16 << 20)

  init(_ stream: CurlStream, purpose: String, server: String) {
    self.stream = stream
    self.purpose = purpose
    self.server = server
  }

  func next() async throws(ClusterError) -> WatchEvent? {
    while true {
      if let line = buffer.nextLine() {
        if line.isEmpty { continue }
        return try WatchEvent(line: line, purpose: purpose)
      }
      guard !buffer.isOverfull else { throw .malformed(purpose, "an event exceeds 16 MiB") }
      let chunk: [UInt8]?
      do {
        chunk = try await stream.next()
      } catch {
        throw ClusterError(failing: purpose, server: server, error)
      }
      guard let chunk else {
        guard buffer.isEmpty else {
          throw ClusterError(.unreachable, "Cannot \(purpose): the last event is incomplete")
        }
        return nil
      }
      buffer.append(chunk)
    }
  }
}

/// Bytes in, lines out, without looking at any byte twice.
struct LineBuffer {
  private let lineBytesMax: Int
  private var bytes: [UInt8] = []
  private var start = 0
  private var scanned = 0

  init(lineBytesMax: Int) { self.lineBytesMax = lineBytesMax }

  /// Whether nothing waits for its line end.
  var isEmpty: Bool { start == bytes.count }
  /// Whether the unfinished line is longer than any may be.
  var isOverfull: Bool { bytes.count - start > lineBytesMax }

  mutating func append(_ chunk: [UInt8]) {
    if start > 0 {
      bytes.removeSubrange(..<start)
      scanned -= start
      start = 0
    }
    bytes += chunk
  }

  /// The next line, without its end; `nil` where more bytes are needed.
  mutating func nextLine() -> [UInt8]? {
    guard let end = bytes[scanned...].firstIndex(of: 0x0A) else {
      scanned = bytes.count
      return nil
    }
    defer {
      start = end + 1
      scanned = start
    }
    return Array(bytes[start..<end])
  }
}

extension WatchEvent {
  init(line: [UInt8], purpose: String) throws(ClusterError) {
    let event: JSONValue
    do {
      event = try JSONValue(parsing: line)
    } catch {
      throw .malformed(purpose, "an event is no JSON: \(error)")
    }
    guard let object = event["object"], let type = event["type"]?.stringValue else {
      throw .malformed(purpose, "an event has no type or object")
    }
    switch type {
    case "ADDED": self = .added(object)
    case "MODIFIED": self = .modified(object)
    case "DELETED": self = .deleted(object)
    case "BOOKMARK":
      guard let version = object["metadata"]?["resourceVersion"]?.stringValue else {
        throw .malformed(purpose, "a bookmark has no resource version")
      }
      self = .bookmark(resourceVersion: version)
    case "ERROR":
      let status = ServerStatus(object)
      throw ClusterError(
        ClusterError.Reason(status), "Cannot \(purpose): \(status.explanation)",
        retryAfterSeconds: status.retryAfterSeconds)
    default: throw .malformed(purpose, "an event has the unknown type `\(type)`")
    }
  }
}
