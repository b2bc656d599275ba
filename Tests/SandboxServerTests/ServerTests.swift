import Glibc
import Testing

@testable import SandboxServer

@Suite("The sandbox's server", .serialized) struct ServerTests {
  @Test("a state directory has one server at a time")
  func oneServer() async throws {
    try await Harness.run { sandbox in
      let server = try #require(sandbox.launcher.status())
      await #expect(throws: SandboxError.self) { try await sandbox.launcher.up() }
      #expect(sandbox.launcher.status() == server)
      #expect(try await sandbox.launcher.down())
      #expect(sandbox.launcher.status() == nil)
      #expect(try await !sandbox.launcher.down())
    }
  }

  @Test("without its token the server answers nothing but that it lives")
  func token() async throws {
    try await Harness.run { sandbox in
      let server = try #require(sandbox.launcher.status())
      func get(_ path: String, _ headers: [String] = []) -> String? {
        NetworkProbe.get(
          path, host: "127.0.0.1", port: server.port, headers: headers, seconds: 5)
      }
      #expect(get("/readyz") == nil)
      #expect(get("/api") == "HTTP probe failed with statuscode: 401")
      #expect(
        get("/api", ["Authorization: Bearer no"]) == "HTTP probe failed with statuscode: 401")
      #expect(get("/no/api") == "HTTP probe failed with statuscode: 401")
      let token = String(
        decoding: try Files.read(sandbox.launcher.directory.token), as: UTF8.self)
      #expect(get("/api", ["Authorization: Bearer \(token)"]) == nil)
      #expect(get("/\(token)/api") == nil)
      let mode = try #require(Files.status(server.kubeconfig)).st_mode & 0o777
      #expect(mode == 0o600)
    }
  }

  @Test("an acknowledged write survives kill -9")
  func durable() async throws {
    try await Harness.run { sandbox in
      try await sandbox.must("create", "configmap", "kept", "--from-literal=a=b")
      try await sandbox.killServer()
      _ = try await sandbox.launcher.up()
      #expect(
        try await sandbox.must("get", "configmap", "kept", "-o", "jsonpath={.data.a}") == "b")
    }
  }
}

extension Harness {
  /// Kills the server as a crash would, and waits until it and all pods are gone.
  func killServer() async throws {
    let server = try #require(launcher.status())
    kill(server.pid, SIGKILL)
    try await eventually("the end of the server") {
      var status: Int32 = 0
      // Safety: waitpid writes one number; the server may be this process's child.
      _ = unsafe waitpid(server.pid, &status, WNOHANG)
      return launcher.directory.runningServer() == nil
    }
    try await eventually("the end of all pods") { try processes() == [] }
  }

  /// Processes that have one of this sandbox's pods in their command line.
  func processes() throws -> [String] {
    let needle = launcher.directory.path
    return try Files.names(in: "/proc").filter { $0.allSatisfy(\.isNumber) }.compactMap { pid in
      guard let bytes = try? Files.read("/proc/\(pid)/cmdline") else { return nil }
      let line = String(decoding: bytes.map { $0 == 0 ? 0x20 : $0 }, as: UTF8.self)
      return line.contains(needle) && line.contains("bwrap") ? line : nil
    }
  }
}
