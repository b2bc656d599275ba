import CurlTransport
import Kubernetes
import Ports
import ScriptedServer
import Testing

/// Servers that break the rules of exec; the rules themselves are in the contract.
@Suite("Exec against strange servers") struct ExecStreamTests {
  @Test(
    "a stream that breaks is a typed error, never an exit code",
    arguments: [
      ([0x82, 0x80], ClusterError.Reason.malformedResponse),
      ([0xFF, 0xFF, 0xFF, 0xFF], .malformedResponse),
      ([0x82, 0x05, 3, 0x7B], .unreachable),
      ([0x88, 0x02, 0x03, 0xF3], .unreachable),
      ([0x82, 0x04, 3, 0x6E, 0x6F, 0x21], .malformedResponse),
      ([], .unreachable),
    ] as [([UInt8], ClusterError.Reason)])
  func brokenStreams(frames: [UInt8], reason expected: ClusterError.Reason) async throws {
    let server = try upgradingServer(protocol: "v5.channel.k8s.io") { connection in
      connection.send(frames)
      connection.close()
    }
    defer { server.stop() }
    let session = try await client(server).exec(
      ["true"], in: ContainerReference(namespace: "a", pod: "b"), stdin: false)
    #expect(await reason { () throws(ClusterError) in try await session.next() } == expected)
    #expect(await reason { () throws(ClusterError) in try await session.exitStatus() } == expected)
  }

  @Test("pings are answered, and messages may come in pieces")
  func pings() async throws {
    let server = try upgradingServer(protocol: "v5.channel.k8s.io") { connection in
      connection.send([0x89, 0x01, 7])
      var pong: [UInt8] = []
      while pong.count < 7 { pong += connection.receive() }
      connection.send([0x02, 0x02, 1, pong[6] ^ pong[2], 0x80, 0x01, 8])
      let status = Array("{\"status\":\"Success\"}".utf8)
      connection.send([0x82, UInt8(status.count + 1), 3] + status)
    }
    defer { server.stop() }
    let session = try await client(server).exec(
      ["true"], in: ContainerReference(namespace: "a", pod: "b"), stdin: false)
    #expect(try await session.next() == .standardOutput([7, 8]))
    #expect(try await session.next() == nil)
    #expect(try await session.exitStatus() == 0)
  }

  @Test("a server of v4 cannot end the input alone: that is said, not guessed")
  func oldProtocol() async throws {
    let server = try upgradingServer(protocol: "v4.channel.k8s.io") { connection in
      _ = connection.receive()
    }
    defer { server.stop() }
    let session = try await client(server).exec(
      ["cat"], in: ContainerReference(namespace: "a", pod: "b"), stdin: true)
    let error = await #expect(throws: ClusterError.self) { try await session.closeInput() }
    #expect(error?.message.contains("only speaks v4.channel.k8s.io") == true)
  }

  @Test(
    "an answer other than the upgrade is the server's explanation",
    arguments: [
      ("HTTP/1.1 403 Forbidden\r\nContent-Length: 40\r\n\r\n", ClusterError.Reason.forbidden),
      ("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n", .notFound),
      ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n", .malformedResponse),
      ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", .malformedResponse),
      ("nonsense\r\n\r\n", .malformedResponse),
      ("", .unreachable),
    ])
  func refusals(answer: String, reason expected: ClusterError.Reason) async throws {
    let body = "{\"kind\":\"Status\",\"message\":\"pods denied\"}"
    let server = try ScriptedServer(answering: answer + body.prefix(answer.isEmpty ? 0 : 40))
    defer { server.stop() }
    let found = await reason { () throws(ClusterError) in
      try await client(server).exec(
        ["true"], in: ContainerReference(namespace: "a", pod: "b"), stdin: false)
    }
    #expect(found == expected)
  }

  private func client(_ server: ScriptedServer) -> KubernetesClient {
    KubernetesClient(
      ClientConfiguration(server: server.url, proxy: .none),
      retryPolicy: RetryPolicy(attemptsMax: 1))
  }

  /// Does the handshake right, then what the test says.
  private func upgradingServer(
    protocol name: String, _ script: @escaping @Sendable (ScriptedConnection) -> Void
  ) throws -> ScriptedServer {
    try ScriptedServer { request, connection in
      connection.send(WebSocketAnswer.text(for: request, protocol: name))
      script(connection)
    }
  }
}
