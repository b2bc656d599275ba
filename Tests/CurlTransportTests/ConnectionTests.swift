import CurlTransport
import ScriptedServer
import Testing

@Suite("Raw connections") struct ConnectionTests {
  private let options = TransportOptions(proxy: .none)

  @Test("five megabytes go both ways at once, whole and in order")
  func duplex() async throws {
    let server = try ScriptedServer { _, connection in
      while true {
        let bytes = connection.receive()
        if bytes.isEmpty { return }
        connection.send(bytes)
      }
    }
    defer { server.stop() }
    let connection = try await CurlConnection.open(to: server.url, options: options)
    try await connection.send(Array("GET / HTTP/1.1\r\n\r\n".utf8))
    let data = (0..<(5 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    let echoed = try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
      group.addTask {
        var start = 0
        while start < data.count {
          let end = min(start + 100_000, data.count)
          try await connection.send(Array(data[start..<end]))
          start = end
        }
        return nil
      }
      group.addTask {
        var received: [UInt8] = []
        while received.count < data.count, let bytes = try await connection.receive() {
          received += bytes
        }
        return received
      }
      var echoed: [UInt8] = []
      for try await part in group { echoed = part ?? echoed }
      return echoed
    }
    #expect(echoed == data)
  }

  @Test("the server's end is the end, not an error")
  func end() async throws {
    let server = try ScriptedServer { _, connection in
      connection.send("bye")
      connection.close()
    }
    defer { server.stop() }
    let connection = try await CurlConnection.open(to: server.url, options: options)
    try await connection.send(Array("GET / HTTP/1.1\r\n\r\n".utf8))
    #expect(try await connection.receive() == Array("bye".utf8))
    #expect(try await connection.receive() == nil)
  }

  @Test("a cancelled read loses nothing")
  func cancelledRead() async throws {
    let server = try ScriptedServer { _, connection in
      while true {
        let bytes = connection.receive()
        if bytes.isEmpty { return }
        connection.send(bytes)
      }
    }
    defer { server.stop() }
    let connection = try await CurlConnection.open(to: server.url, options: options)
    try await connection.send(Array("GET / HTTP/1.1\r\n\r\n".utf8))
    let reason = await withTaskGroup(of: TransportError.Reason?.self) { group in
      group.addTask {
        do throws(TransportError) {
          _ = try await connection.receive()
          return nil
        } catch {
          return error.reason
        }
      }
      group.cancelAll()
      return await group.next() ?? nil
    }
    #expect(reason == .cancelled)
    try await connection.send(Array("still here".utf8))
    #expect(try await connection.receive() == Array("still here".utf8))
  }

  @Test("a closed connection refuses everything as cancelled")
  func closed() async throws {
    let server = try ScriptedServer { _, _ in }
    defer { server.stop() }
    let connection = try await CurlConnection.open(to: server.url, options: options)
    connection.close()
    await #expect(throws: TransportError.self) { try await connection.send([1]) }
    await #expect(throws: TransportError.self) { try await connection.receive() }
  }
}
