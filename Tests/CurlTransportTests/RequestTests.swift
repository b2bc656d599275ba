import CurlTransport
import ScriptedServer
import Testing

@Suite("HTTP requests") struct RequestTests {
  private let transport = HTTPTransport(TransportOptions(proxy: .none, userAgent: "oadp-plan/1"))

  @Test("status, headers and body arrive as sent")
  func plain() async throws {
    let server = try ScriptedServer(
      answering: "HTTP/1.1 418 Teapot\r\nX-A: 1\r\nx-a:2 \r\nContent-Length: 3\r\n\r\nabc")
    defer { server.stop() }
    let response = try await transport.send(
      CurlRequest(
        method: "PUT", url: server.url + "/a?b=c", headers: [HTTPField("X-B", "y")],
        body: Array("hi".utf8)))
    #expect(response.status == 418)
    #expect(
      response.head.headers.filter { $0.name.lowercased() == "x-a" }.map(\.value) == ["1", "2"])
    #expect(String(decoding: response.body, as: UTF8.self) == "abc")
    let request = try #require(server.requests.first)
    #expect(request.method == "PUT")
    #expect(request.target == "/a?b=c")
    #expect(request.body == Array("hi".utf8))
    #expect(request.headers.first(named: "User-Agent") == "oadp-plan/1")
    #expect(request.headers.first(named: "X-B") == "y")
    #expect(request.headers.first(named: "Content-Type") == nil)
    #expect(request.headers.first(named: "Expect") == nil)
  }

  @Test("an interim answer is not the answer")
  func interim() async throws {
    let server = try ScriptedServer(
      answering: "HTTP/1.1 103 Early\r\nX-A: 1\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    defer { server.stop() }
    let response = try await transport.send(CurlRequest(url: server.url))
    #expect(response.status == 200)
    #expect(response.head.headers.first(named: "X-A") == nil)
  }

  @Test(
    "a broken answer is a typed error",
    arguments: [
      ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", TransportError.Reason.connectionLost),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", .connectionLost),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n", .connectionLost),
      ("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", .malformed),
      ("", .connectionLost),
      ("HTTP/1.1 2000 OK\r\n\r\n", .malformed),
      ("garbage garbage garbage\r\n\r\n", .malformed),
    ])
  func broken(answer: String, reason: TransportError.Reason) async throws {
    let server = try ScriptedServer(answering: answer)
    defer { server.stop() }
    await #expect { try await transport.send(CurlRequest(url: server.url)) } throws: { error in
      (error as? TransportError)?.reason == reason
    }
  }

  @Test("headers and bodies beyond their bounds are refused")
  func bounds() async throws {
    let field = "X-A: \(String(repeating: "a", count: 50_000))\r\n"
    let huge = try ScriptedServer(
      answering: "HTTP/1.1 200 OK\r\n\(String(repeating: field, count: 8))\r\n")
    defer { huge.stop() }
    await #expect { try await transport.send(CurlRequest(url: huge.url)) } throws: { error in
      (error as? TransportError)?.reason == .tooLarge
    }
    let long = try ScriptedServer(
      answering: "HTTP/1.1 200 OK\r\n\r\n\(String(repeating: "a", count: 5000))")
    defer { long.stop() }
    await #expect {
      try await transport.send(CurlRequest(url: long.url, responseBytesMax: 4999))
    } throws: { error in
      (error as? TransportError)?.reason == .tooLarge
    }
    let response = try await transport.send(CurlRequest(url: long.url, responseBytesMax: 5000))
    #expect(response.body.count == 5000)
  }

  @Test("nobody listening is no connection, and the request cannot have arrived")
  func refused() async throws {
    let server = try ScriptedServer(answering: "")
    let url = server.url
    server.stop()
    await #expect { try await transport.send(CurlRequest(url: url)) } throws: { error in
      guard let error = error as? TransportError else { return false }
      return error.reason == .cannotConnect && !error.mayHaveArrived
    }
  }

  @Test("silence ends at its deadline and says what was waited for")
  func silence() async throws {
    let server = try ScriptedServer { _, connection in _ = connection.receive() }
    defer { server.stop() }
    let deadlines = Deadlines(silence: nil, total: .milliseconds(200))
    await #expect {
      try await transport.send(CurlRequest(url: server.url, deadlines: deadlines))
    } throws: { error in
      (error as? TransportError)?.reason == .timedOut(waitingFor: .response)
    }
  }

  @Test("a cancelled task gives up while the server is silent")
  func cancelled() async throws {
    let server = try ScriptedServer { _, connection in _ = connection.receive() }
    defer { server.stop() }
    let reason = await withTaskGroup(of: TransportError.Reason?.self) { group in
      group.addTask {
        do throws(TransportError) {
          _ = try await transport.send(CurlRequest(url: server.url))
          return nil
        } catch {
          return error.reason
        }
      }
      while server.requests.isEmpty { await Task.yield() }
      group.cancelAll()
      return await group.next() ?? nil
    }
    #expect(reason == .cancelled)
  }

  @Test(
    "what could smuggle in a second header is not sent", arguments: ["a\r\nX: y", "a\0b", "a\n"])
  func injection(value: String) async throws {
    await #expect {
      try await transport.send(
        CurlRequest(url: "http://127.0.0.1:9", headers: [HTTPField("X-A", value)]))
    } throws: { error in
      (error as? TransportError)?.reason == .invalidRequest
    }
  }

  @Test("no other protocol than HTTP is spoken", arguments: ["file:///etc/passwd", "ftp://a", "x"])
  func protocols(url: String) async throws {
    await #expect { try await transport.send(CurlRequest(url: url)) } throws: { error in
      guard let error = error as? TransportError else { return false }
      return [.invalidRequest, .cannotConnect].contains(error.reason)
    }
  }

  @Test("hundreds of requests at once all get their own answer")
  func many() async throws {
    let server = try ScriptedServer { request, connection in
      let body = request.target
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }
    defer { server.stop() }
    await withTaskGroup(of: Bool.self) { group in
      for index in 0..<300 {
        group.addTask {
          let response = try? await transport.send(CurlRequest(url: "\(server.url)/\(index)"))
          return response.map { String(decoding: $0.body, as: UTF8.self) } == "/\(index)"
        }
      }
      for await isRight in group { #expect(isRight) }
    }
  }
}
