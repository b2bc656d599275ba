import Documents
import Glibc
import Testing

@testable import SandboxServer

@Suite("Parts of the sandbox server") struct PartsTests {
  @Test(
    "base64 is read as secrets hold it and nothing else is",
    arguments: [
      ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("c2VjcmV0IHBhc3M=", "secret pass"),
    ])
  func base64(text: String, value: String) {
    #expect(Base64.decode(text) == Array(value.utf8))
    #expect(Base64.encode(Array(value.utf8)) == text)
  }

  @Test("broken base64 is refused", arguments: ["Z", "Zg=", "Zm9v=", "Z*==", "=Zg="])
  func brokenBase64(text: String) {
    #expect(Base64.decode(text) == nil)
  }

  @Test("a volume is opened to the pod's group, links left alone")
  func openToGroup() throws {
    let root = "/tmp/oadp-plan-parts-\(UInt64.random(in: .min ... .max))"
    defer { try? Files.removeTree(root) }
    try Files.makeDirectories("\(root)/pgdata")
    try Files.setMode("\(root)/pgdata", 0o700)
    try Files.write([1], to: "\(root)/pgdata/PG_VERSION")
    try Files.setMode("\(root)/pgdata/PG_VERSION", 0o600)
    try Files.makeLink("\(root)/pgdata/away", to: "/")
    let mode = Files.status("/")?.st_mode
    try Files.openToGroup(root)
    #expect(Files.status("\(root)/pgdata").map { $0.st_mode & 0o7777 } == 0o2770)
    #expect(Files.status("\(root)/pgdata/PG_VERSION").map { $0.st_mode & 0o7777 } == 0o660)
    #expect(Files.status("/")?.st_mode == mode)
  }

  @Test("the handshake answers as RFC 6455 shows")
  func handshake() {
    let key = "dGhlIHNhbXBsZSBub25jZQ==" + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    #expect(Base64.encode(SHA1.digest(Array(key.utf8))) == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
  }

  @Test(
    "variables are expanded as in a container's command",
    arguments: [
      ("$(A)", "1"), ("x$(A)y$(B)", "x1y2"), ("$$(A)", "$(A)"), ("$(C)", "$(C)"), ("$", "$"),
      ("a$b", "a$b"), ("$(A", "$(A"),
    ])
  func expansion(text: String, result: String) {
    #expect(expanded(text, with: ["A": "1", "B": "2"]) == result)
  }

  @Test("a request's path and query are decoded")
  func requestTarget() throws {
    let head =
      "GET /api/v1/namespaces/a%2Fb/pods/x/exec"
      + "?command=sh&command=-c&command=echo+%22%26%22&stdin= "
      + "HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade"
    let request = try #require(HTTPRequest(head: Array(head.utf8)[...]))
    #expect(request.path == "/api/v1/namespaces/a/b/pods/x/exec")
    #expect(
      request.query?.map { "\($0.name)=\($0.value)" }
        == ["command=sh", "command=-c", "command=echo \"&\"", "stdin="])
    #expect(request.header("connection", lists: "upgrade"))
    #expect(request.keepsAlive)
  }

  @Test(
    "what is no request is refused",
    arguments: [
      "", "GET", "GET / HTTP/2.0", "GET  / HTTP/1.1", "GET x HTTP/1.1",
      "GET / HTTP/1.1\r\nno colon",
      "GET / HTTP/1.1\r\n: empty", "GET / HTTP/1.1\r\nbad name: x", "GET /%zz\u{0} HTTP/1.1 x",
    ])
  func malformedRequest(head: String) {
    #expect(HTTPRequest(head: Array(head.utf8)[...]) == nil)
  }

  @Test("broken escapes give no path", arguments: ["/%", "/%2", "/%zz", "/%+1", "/%ff"])
  func brokenEscapes(target: String) throws {
    let request = try #require(HTTPRequest(head: Array("GET \(target) HTTP/1.1".utf8)[...]))
    #expect(request.path == nil)
  }

  @Test(
    "messages to init survive the way there",
    arguments: [
      InitRequest.start(
        id: 7,
        .init(arguments: ["a", "b c"], environment: ["X=1"], directory: "/tmp", terminal: true)),
      .signal(id: 3, signal: 15, group: true),
    ])
  func initRequests(request: InitRequest) {
    #expect(InitRequest(request.bytes) == request)
  }

  @Test(
    "messages from init survive the way back",
    arguments: [
      InitReport.started(id: 1), .failed(id: 2, message: "no", code: 127),
      .ended(id: 3, .exited(4)), .ended(id: 5, .signalled(9)),
    ])
  func initReports(report: InitReport) {
    #expect(InitReport(report.bytes) == report)
  }

  @Test("a wait status is read as waitpid gives it")
  func waitStatus() {
    #expect(SandboxServer.ExitStatus(wait: 3 << 8) == .exited(3))
    #expect(SandboxServer.ExitStatus(wait: 9) == .signalled(9))
    #expect(SandboxServer.ExitStatus(wait: 9).code == 137)
  }
}
