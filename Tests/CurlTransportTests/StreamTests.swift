import CurlTransport
import ScriptedServer
import Synchronization
import Testing

@Suite("HTTP streams") struct StreamTests {
  private let transport = HTTPTransport(TransportOptions(proxy: .none))

  @Test("pieces come while the answer is still being written")
  func pieces() async throws {
    let server = try ScriptedServer { _, connection in
      connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n")
      _ = connection.receive()
    }
    defer { server.stop() }
    let stream = try await transport.open(CurlRequest(url: server.url, responseBytesMax: nil))
    #expect(stream.head.status == 200)
    #expect(try await stream.next() == Array("one".utf8))
  }

  @Test("a slow reader stops the writer, and still gets every byte")
  func backpressure() async throws {
    let block = [UInt8](repeating: 7, count: 64 << 10)
    let blockCount = 640
    let sentCount = Mutex(0)
    let server = try ScriptedServer { _, connection in
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(block.count * blockCount)\r\n\r\n")
      for _ in 0..<blockCount {
        connection.send(block)
        sentCount.withLock { $0 += 1 }
      }
    }
    defer { server.stop() }
    let stream = try await transport.open(CurlRequest(url: server.url, responseBytesMax: nil))
    // Until the writer makes no more progress: the kernel's buffers are full.
    var before = -1
    while sentCount.withLock(\.self) != before {
      before = sentCount.withLock(\.self)
      try await Task.sleep(for: .milliseconds(200))
    }
    #expect(before < blockCount)
    var count = 0
    while let piece = try await stream.next() { count += piece.count }
    #expect(count == block.count * blockCount)
  }

  @Test("letting go of a stream ends the exchange")
  func release() async throws {
    let hasEnded = Mutex(false)
    let server = try ScriptedServer { _, connection in
      connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
      _ = connection.receive()
      hasEnded.withLock { $0 = true }
    }
    defer { server.stop() }
    do {
      let stream = try await transport.open(CurlRequest(url: server.url, responseBytesMax: nil))
      #expect(stream.head.status == 200)
    }
    while !hasEnded.withLock(\.self) { try await Task.sleep(for: .milliseconds(5)) }
  }
}
