import CurlTransport
import Foundation
import ObjectStores
import ScriptedServer
import Synchronization
import Testing

@Suite("Stores over HTTP and servers that misbehave") struct MisbehavingServerTests {
  private var options: StoreOptions {
    var options = RealServer.options
    options.retries = RetryPolicy(
      attemptsMax: 4, pauseFirst: .milliseconds(1), pauseMax: .milliseconds(5))
    return options
  }

  private let name = ObjectName(.index, digest: String(repeating: "a", count: 64))
  private let notFound = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
  private let ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

  private func failure(
    _ server: ScriptedServer, _ body: (any ObjectStore) async throws -> Void
  ) async throws -> ObjectStoreError? {
    do { try await body(S3Store("\(server.url)/bucket/p", options)) } catch {
      let error = try #require(error as? ObjectStoreError)
      #expect(!error.description.contains(RealServer.secretKey))
      #expect(!error.description.contains(RealServer.accessKey))
      return error
    }
    return nil
  }

  @Test("what is busy is asked again until it answers", arguments: [429, 500, 503])
  func retries(status: Int) async throws {
    let busy = "HTTP/1.1 \(status) Busy\r\nContent-Length: 0\r\n\r\n"
    let server = try ScriptedServer(
      answering: busy, busy,
      "HTTP/1.1 206 P\r\nContent-Range: bytes 1-2/9\r\n"
        + "Content-Length: 2\r\n\r\nab")
    defer { server.stop() }
    let store = try S3Store("\(server.url)/bucket", options)
    #expect(try await store.read(try #require(name), 1..<3) == Array("ab".utf8))
    #expect(server.requests.count == 3)
  }

  @Test("what stays busy is given up after a bounded number of attempts")
  func givingUp() async throws {
    let server = try ScriptedServer(answering: "HTTP/1.1 503 B\r\nContent-Length: 0\r\n\r\n")
    defer { server.stop() }
    let name = try #require(name)
    let error = try await failure(server) { _ = try await $0.size(of: name) }
    #expect(error?.reason == .io && error?.description.contains("503") == true)
    #expect(server.requests.count == 4)
  }

  @Test("a refusal is final, and its text is not repeated but for its code")
  func refusal() async throws {
    let body = "<Error><Code>AccessDenied</Code><Message>\(RealServer.accessKey)</Message></Error>"
    let server = try ScriptedServer(
      answering: "HTTP/1.1 403 F\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    defer { server.stop() }
    let name = try #require(name)
    let error = try await failure(server) { _ = try await $0.read(name, 0..<1) }
    #expect(error?.reason == .forbidden)
    #expect(error?.description.contains("AccessDenied") == true)
    #expect(server.requests.count == 1)
  }

  @Test("an answer cut short is asked for again, and never taken for the whole")
  func truncation() async throws {
    let server = try ScriptedServer(
      answering: "HTTP/1.1 206 P\r\nContent-Length: 4\r\n\r\nab")
    defer { server.stop() }
    let name = try #require(name)
    let error = try await failure(server) { _ = try await $0.read(name, 0..<4) }
    #expect(error?.reason == .io)
    #expect(server.requests.count == 4)
  }

  @Test(
    "an answer to another question is refused",
    arguments: [
      "HTTP/1.1 206 P\r\nContent-Length: 5\r\n\r\nabcde",
      "HTTP/1.1 206 P\r\nContent-Range: bytes 0-3/9\r\nContent-Length: 4\r\n\r\nabcd",
      "HTTP/1.1 200 O\r\nContent-Length: 4\r\n\r\nabcd",
    ])
  func otherRange(answer: String) async throws {
    let server = try ScriptedServer(answering: answer)
    defer { server.stop() }
    let name = try #require(name)
    let error = try await failure(server) { _ = try await $0.read(name, 2..<6) }
    #expect(error?.reason == .io)
  }

  @Test("an object shorter than the range is told as such")
  func short() async throws {
    let server = try ScriptedServer(
      answering: "HTTP/1.1 206 P\r\nContent-Length: 1\r\n\r\na")
    defer { server.stop() }
    let name = try #require(name)
    let error = try await failure(server) { _ = try await $0.read(name, 2..<6) }
    #expect(error?.reason == .truncated)
  }

  @Test("a listing that does not come to an end is left")
  func endless() async throws {
    let page =
      "<ListBucketResult><IsTruncated>true</IsTruncated><Contents><Key>p/index/a</Key>"
      + "<Size>1</Size></Contents><NextContinuationToken>t</NextContinuationToken>"
      + "</ListBucketResult>"
    let server = try ScriptedServer(
      answering: "HTTP/1.1 200 O\r\nContent-Length: \(page.utf8.count)\r\n\r\n\(page)")
    defer { server.stop() }
    let error = try await failure(server) { _ = try await $0.list(.index) }
    #expect(error?.description.contains("does not come to an end") == true)
    #expect(server.requests.count == 2)
  }

  @Test("a listing that declares entities is refused")
  func bomb() async throws {
    let page =
      "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]><ListBucketResult>&b;"
      + "</ListBucketResult>"
    let server = try ScriptedServer(
      answering: "HTTP/1.1 200 O\r\nContent-Length: \(page.utf8.count)\r\n\r\n\(page)")
    defer { server.stop() }
    let error = try await failure(server) { _ = try await $0.list(.index) }
    #expect(error?.description.contains("is no listing") == true)
  }

  @Test("a write whose answer was lost is looked for, and counts when it is there")
  func lostAnswer() async throws {
    let puts = Mutex(0)
    let notFound = notFound
    let ok = ok
    let server = try ScriptedServer { request, connection in
      defer { connection.close() }
      if request.target.contains("/probes/") { return connection.send(ok) }
      let isStored = puts.withLock(\.self) > 0
      switch request.method {
      case "PUT": puts.withLock { $0 += 1 }  // stored, and not a word of it
      case "HEAD":
        connection.send(
          isStored ? "HTTP/1.1 200 O\r\nContent-Length: 3\r\n\r\n" : notFound)
      default: connection.send("HTTP/1.1 206 P\r\nContent-Length: 3\r\n\r\nabc")
      }
    }
    defer { server.stop() }
    let store = try S3Store("\(server.url)/bucket", options)
    try await store.write(try #require(name), Array("abc".utf8)[...])
    #expect(puts.withLock(\.self) == 1)
    let other = await #expect(throws: ObjectStoreError.self) {
      try await store.write(try #require(name), Array("abd".utf8)[...])
    }
    #expect(other?.reason == .alreadyExists)
  }

  @Test("a server that ignores conditions is never trusted with one")
  func conditions() async throws {
    let notFound = notFound
    let ok = ok
    let server = try ScriptedServer { request, connection in
      connection.send(request.method == "HEAD" ? notFound : ok)
    }
    defer { server.stop() }
    let store = try S3Store("\(server.url)/bucket", options)
    #expect(try await !store.promisesExclusiveCreation())
    try await store.createFile(try #require(FileName("oadp-plan/x")), [1])
    let conditional = server.requests.filter { $0.headers.first(named: "If-None-Match") != nil }
    #expect(conditional.count == 1 && conditional[0].target.contains("/probes/"))
  }

  @Test("a session token is sent and signed")
  func token() async throws {
    let server = try ScriptedServer(answering: notFound)
    defer { server.stop() }
    var options = options
    options.environment["AWS_SESSION_TOKEN"] = "tok"
    let store = try S3Store("\(server.url)/bucket", options)
    #expect(try await store.size(of: try #require(name)) == nil)
    let request = try #require(server.requests.first)
    #expect(request.headers.first(named: "X-Amz-Security-Token") == "tok")
    #expect(
      request.headers.first(named: "Authorization")?.contains("x-amz-security-token") == true)
  }
}
