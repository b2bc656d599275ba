import CurlTransport
import Foundation
import Testing

/// Against a real TLS server (`openssl s_server`): two authorities, a name that is not the host's.
@Suite("TLS", .serialized) struct TLSTests {
  private let directory = FileManager.default.temporaryDirectory.appending(
    path: UUID().uuidString)

  @Test("a server is trusted by its authority and name, a client by its certificate")
  func trust() async throws {
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try makeCertificate("server", "-addext", "subjectAltName=DNS:kubernetes.test")
    try makeCertificate("client")
    try makeCertificate("other")
    let port = UInt16.random(in: 20_000..<30_000)
    let server = try start(
      "s_server", "-accept", "127.0.0.1:\(port)", "-www", "-quiet", "-Verify", "1",
      "-verify_return_error", "-cert", "server.crt", "-key", "server.key", "-CAfile", "client.crt")
    // SIGTERM would not do: a process started from here inherits blocked signals.
    defer {
      kill(server.processIdentifier, SIGKILL)
      server.waitUntilExit()
    }
    let url = "https://127.0.0.1:\(port)/"
    let good = TLSOptions(
      authorities: try pem("server.crt"), clientCertificate: try pem("client.crt"),
      clientKey: try pem("client.key"), serverName: "kubernetes.test")
    #expect(try await status(url, good) == .success(200))

    var options = good
    options.authorities = try pem("other.crt")
    #expect(try await status(url, options) == .failure(.tls))
    options = good
    options.serverName = nil
    #expect(try await status(url, options) == .failure(.tls))
    options = good
    options.authorities = nil
    options.skipsVerification = true
    #expect(try await status(url, options) == .success(200))
    options = good
    options.clientKey = try pem("other.key")
    #expect(try await status(url, options) == .failure(.tls))

    let raw = try await CurlConnection.open(
      to: url, options: TransportOptions(tls: good, proxy: .none))
    try await raw.send(Array("GET / HTTP/1.0\r\n\r\n".utf8))
    let answer = try #require(try await raw.receive())
    #expect(String(decoding: answer.prefix(12), as: UTF8.self) == "HTTP/1.0 200")
  }

  private enum Outcome: Equatable {
    case success(Int)
    case failure(TransportError.Reason)
  }

  /// Tries until the server listens.
  private func status(_ url: String, _ tls: TLSOptions) async throws -> Outcome {
    let transport = HTTPTransport(TransportOptions(tls: tls, proxy: .none))
    for _ in 0..<200 {
      do throws(TransportError) {
        return .success(try await transport.send(CurlRequest(url: url)).status)
      } catch {
        guard error.reason == .cannotConnect else { return .failure(error.reason) }
      }
      try await Task.sleep(for: .milliseconds(25))
    }
    return .failure(.cannotConnect)
  }

  private func pem(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: directory.appending(path: name)))
  }

  private func makeCertificate(_ name: String, _ more: String...) throws {
    let process = try start(
      arguments: [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
        "-keyout", "\(name).key", "-out", "\(name).crt", "-subj", "/CN=\(name)",
      ] + more)
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "openssl req")
  }

  private func start(_ arguments: String...) throws -> Process { try start(arguments: arguments) }

  private func start(arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["openssl"] + arguments
    process.currentDirectoryURL = directory
    process.standardInput = Pipe()
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }
}
