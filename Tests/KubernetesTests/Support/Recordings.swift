import CurlTransport
import Documents
import Foundation
import ScriptedServer
import Synchronization

@testable import Kubernetes

/// One request and what a real API server answered, as `scripts/record.py` writes them.
struct RecordedExchange: Sendable {
  var method: String
  var target: String
  var body: String
  var status: Int
  var headers: [HTTPField]
  var answer: [UInt8]
  /// What came through a WebSocket, in place of an answer.
  var isUpgraded: Bool

  init?(_ line: JSONValue) {
    guard let method = line["method"]?.stringValue, let target = line["target"]?.stringValue,
      let status = line["status"]?.intValue
    else { return nil }
    self.method = method
    self.target = target
    self.status = Int(status)
    body = line["body"]?.stringValue ?? ""
    headers = (line["headers"]?.objectValue ?? [:]).map {
      HTTPField($0.key, $0.value.stringValue ?? "")
    }
    isUpgraded = line["frames"] != nil
    answer =
      if let frames = line["frames"]?.stringValue {
        Array(Data(base64Encoded: frames) ?? Data())
      } else { Array((line["answer"]?.stringValue ?? "").utf8) }
  }

  /// Everything that was recorded, in its order.
  static func all() throws -> [RecordedExchange] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Recordings")
    var all: [RecordedExchange] = []
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() {
      let bytes = try [UInt8](Data(contentsOf: folder.appending(path: name)))
      for line in bytes.split(separator: UInt8(ascii: "\n")) {
        if let exchange = RecordedExchange(try JSONValue(parsing: Array(line))) {
          all.append(exchange)
        }
      }
    }
    return all
  }
}

/// Answers each request as the real server did: the n-th time it is asked as it was the n-th time,
/// later as it was the last time.
struct RecordedServer {
  private let server: ScriptedServer

  var url: String { server.url }

  func stop() { server.stop() }

  init() throws {
    let recorded = Mutex<[String: [RecordedExchange]]>([:])
    for exchange in try RecordedExchange.all() {
      let question = Self.question(exchange.method, exchange.target, exchange.body)
      recorded.withLock { $0[question, default: []].append(exchange) }
    }
    let take: @Sendable (String) -> RecordedExchange? = { question in
      recorded.withLock { recorded in
        guard let first = recorded[question]?.first else { return nil }
        if recorded[question]?.count ?? 0 > 1 { recorded[question]?.removeFirst() }
        return first
      }
    }
    server = try ScriptedServer { request, connection in
      let question = Self.question(
        request.method, request.target, String(decoding: request.body, as: UTF8.self))
      guard let exchange = take(question) else {
        let text = "{\"kind\":\"Status\",\"message\":\"nobody recorded this\"}"
        connection.send("HTTP/1.1 501 X\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)")
        return
      }
      if exchange.isUpgraded {
        let name = exchange.headers.first(named: "Sec-WebSocket-Protocol") ?? ""
        connection.send(WebSocketAnswer.text(for: request, protocol: name))
        connection.send(exchange.answer)
        // The client says what it said then; nobody has to listen.
        while !connection.receive().isEmpty {}
        return connection.close()
      }
      let head = exchange.headers.map { "\($0.name): \($0.value)\r\n" }.joined()
      connection.send(
        "HTTP/1.1 \(exchange.status) X\r\n\(head)Content-Length: \(exchange.answer.count)\r\n\r\n")
      connection.send(exchange.answer)
    }
  }

  private static func question(_ method: String, _ target: String, _ body: String) -> String {
    "\(method) \(target) \(body)"
  }
}
