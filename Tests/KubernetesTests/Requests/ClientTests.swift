import ClusterModel
import CurlTransport
import Documents
import Foundation
import Kubernetes
import Ports
import ScriptedServer
import Synchronization
import Testing

@Suite("Kubernetes client against strange servers") struct ClientTests {
  private let pod = ObjectReference(.pod, namespace: "shop", name: "a")

  @Test(
    "an answer that is no Kubernetes answer is malformed",
    arguments: [
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n<html",
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n",
    ])
  func malformed(answer: String) async throws {
    let server = try ScriptedServer(answering: answer)
    defer { server.stop() }
    let found = await reason { () throws(ClusterError) in try await client(server).get(pod) }
    #expect(found == .malformedResponse)
  }

  @Test("a read is tried again after failures that pass, and says how often it was")
  func retriedReads() async throws {
    let server = try ScriptedServer(
      answering: Self.answer(503, "{}"), "", Self.answer(200, "{\"kind\":\"Pod\"}"))
    defer { server.stop() }
    #expect(try await client(server).get(pod) == ["kind": "Pod"])
    #expect(server.requests.count == 3)

    let broken = try ScriptedServer(answering: Self.answer(500, "{}"))
    defer { broken.stop() }
    let error = await #expect(throws: ClusterError.self) { try await client(broken).get(pod) }
    #expect(error?.reason == .serverError)
    #expect(error?.message == "Cannot get Pod shop/a: the server answered 500: {} (attempt 3)")
  }

  @Test("a write is sent once, unless the server itself asks for another try")
  func writes() async throws {
    let object: JSONValue = [
      "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a", "namespace": "b"],
    ]
    let lost = try ScriptedServer(answering: "")
    defer { lost.stop() }
    let found = await reason { () throws(ClusterError) in
      try await client(lost).create(object, as: .configMap)
    }
    #expect(found == .unreachable)
    #expect(lost.requests.count == 1)

    let busy = try ScriptedServer(
      answering: "HTTP/1.1 429 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n",
      Self.answer(201, "{\"kind\":\"ConfigMap\"}"))
    defer { busy.stop() }
    #expect(try await client(busy).create(object, as: .configMap) == ["kind": "ConfigMap"])
    let request = try #require(busy.requests.last)
    #expect(request.target == "/api/v1/namespaces/b/configmaps?fieldManager=oadp-plan")
    #expect(try JSONValue(parsing: request.body) == object)
  }

  @Test("the server's clock is the date of its answer; without one there is none")
  func serverClock() async throws {
    let server = try ScriptedServer(
      answering:
        "HTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 2026 02:00:00 GMT\r\nContent-Length: 2\r\n\r\n{}")
    defer { server.stop() }
    let times = Mutex(["2026-11-22T01:59:50.5Z", "2026-11-22T01:59:50.7Z"].map { Timestamp($0)! })
    let clock = try await client(server).serverClock { times.withLock { $0.removeFirst() } }
    #expect(clock?.server.description == "2026-11-22T02:00:00Z")
    #expect(clock?.asked.description == "2026-11-22T01:59:50.5Z")
    #expect(clock?.answered.description == "2026-11-22T01:59:50.7Z")
    #expect(server.requests.map(\.target) == ["/version"])

    let silent = try ScriptedServer(answering: Self.answer(200, "{}"))
    defer { silent.stop() }
    #expect(try await client(silent).serverClock() == nil)
  }

  @Test("a list's items say what they are, and nothing of who manages which field")
  func leanItems() async throws {
    let list =
      """
      {"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"7"},"items":[{"metadata":\
      {"name":"a","managedFields":[{"manager":"kubelet"}]},"status":{"phase":"Running"}}]}
      """
    let server = try ScriptedServer(answering: Self.answer(200, list))
    defer { server.stop() }
    let found = try await client(server).list(.pod, namespace: "shop", selector: "")
    #expect(
      found.items == [
        [
          "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "a"],
          "status": ["phase": "Running"],
        ]
      ])
  }

  @Test("a list that the server forgot half-way begins anew")
  func expiredContinue() async throws {
    let server = try ScriptedServer(
      answering: Self.answer(200, Self.list(["a"], next: "c1")),
      Self.answer(410, "{\"kind\":\"Status\",\"reason\":\"Expired\",\"code\":410}"),
      Self.answer(200, Self.list(["a"], next: "c/2&")), Self.answer(200, Self.list(["b"], next: ""))
    )
    defer { server.stop() }
    let list = try await client(server).list(.pod, namespace: "shop", selector: "app=pg,x!=y")
    #expect(list.items.map(\.name) == ["a", "b"])
    #expect(list.items[0]["kind"] == "Pod")
    let target = "/api/v1/namespaces/shop/pods?limit=500&labelSelector=app%3Dpg%2Cx%21%3Dy"
    #expect(
      server.requests.map(\.target) == [
        target, target + "&continue=c1", target, target + "&continue=c%2F2%26",
      ])
  }

  @Test(
    "a watch ends as its last line says",
    arguments: [
      ("", nil),
      ("{\"type\":\"ERROR\",\"object\":{\"code\":410,\"message\":\"too old\"}}\n", .expired),
      ("{\"type\":\"ERROR\",\"object\":{\"code\":500}}\n", .serverError),
      ("{\"type\":\"DELETED\"", .unreachable),
      ("nonsense\n", .malformedResponse),
      ("{\"type\":\"MADE\",\"object\":{}}\n", .malformedResponse),
      ("{\"type\":\"BOOKMARK\",\"object\":{}}\n", .malformedResponse),
    ] as [(String, ClusterError.Reason?)])
  func watchEnds(tail: String, expected: ClusterError.Reason?) async throws {
    let events =
      "{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"name\":\"a\"}}}\n"
      + "{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"7\"}}}\n"
    let server = try ScriptedServer(answering: "HTTP/1.1 200 OK\r\n\r\n" + events + tail)
    defer { server.stop() }
    let watch = try await client(server).watch(.pod, namespace: nil, selector: "", after: "5")
    var seen: [WatchEvent] = []
    var reason: ClusterError.Reason?
    do {
      for try await event in watch { seen.append(event) }
    } catch {
      reason = (error as? ClusterError)?.reason
    }
    #expect(seen == [.added(["metadata": ["name": "a"]]), .bookmark(resourceVersion: "7")])
    #expect(reason == expected)
  }

  @Test("a server without aggregated discovery is asked group by group")
  func legacyDiscovery() async throws {
    let server = try ScriptedServer { request, connection in
      let body: String =
        switch request.target {
        case "/api": "{\"kind\":\"APIVersions\",\"versions\":[\"v1\"]}"
        case "/apis":
          "{\"kind\":\"APIGroupList\",\"groups\":[{\"name\":\"g\",\"preferredVersion\":"
            + "{\"version\":\"v2\"},\"versions\":[{\"version\":\"v1\"},{\"version\":\"v2\"}]}]}"
        case "/api/v1": Self.resources(("pods", "Pod"), ("pods/log", "Pod"))
        case "/apis/g/v1": Self.resources(("things", "Thing"), ("olds", "Old"))
        default: Self.resources(("things", "Thing"))
        }
      connection.send(Self.answer(200, body))
    }
    defer { server.stop() }
    let client = client(server)
    let expected: [ResourceType] = [
      .pod, ResourceType(group: "g", version: "v2", plural: "things", kind: "Thing"),
      ResourceType(group: "g", version: "v1", plural: "olds", kind: "Old"),
    ]
    #expect(try await client.resources() == expected)
    #expect(try await client.resources() == expected)
    #expect(server.requests.count == 5)
  }

  @Test("credentials that the server refuses are fetched anew, once")
  func renewal() async throws {
    let server = try ScriptedServer { request, connection in
      let isFresh = request.headers.first(named: "Authorization") == "Bearer second"
      connection.send(Self.answer(isFresh ? 200 : 401, "{\"kind\":\"Pod\"}"))
    }
    defer { server.stop() }
    let script = """
      f=$STATE; n=first; [ -e "$f" ] && n=second; touch "$f"
      echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",'
      echo '"status":{"token":"'$n'"}}'
      """
    let state = "/tmp/oadp-plan-plugin-test-\(server.url.split(separator: ":").last ?? "")"
    defer { try? FileManager.default.removeItem(atPath: state) }
    let plugin = ExecPlugin(
      command: "sh", arguments: ["-c", script], environment: ["STATE": state])
    let client = KubernetesClient(
      ClientConfiguration(server: server.url, proxy: .none, authentication: .plugin(plugin)))
    #expect(try await client.get(pod) == ["kind": "Pod"])
    #expect(try await client.get(pod) == ["kind": "Pod"])
    #expect(server.requests.count == 3)
  }

  @Test("no message tells a credential")
  func secrets() async throws {
    let server = try ScriptedServer(answering: Self.answer(401, "{}"))
    defer { server.stop() }
    let configuration = ClientConfiguration(
      server: server.url, tls: TLSOptions(clientKey: Array("canary".utf8)), proxy: .none,
      authentication: .bearer("canary-secret"),
      impersonation: Impersonation(user: "a", groups: ["b"], extra: ["c/d": ["e"]]))
    #expect(!"\(configuration)".contains("canary"))
    #expect(!"\(configuration)".contains("99, 97, 110"))
    let client = KubernetesClient(configuration)
    let error = await #expect(throws: ClusterError.self) { try await client.get(pod) }
    #expect(error?.reason == .unauthorized)
    #expect(error.map { "\($0)".contains("canary") } == false)
    var elsewhere = configuration
    elsewhere.server = "http://192.0.2.1/canary"
    let refusal = await #expect(throws: ClusterError.self) {
      try await KubernetesClient(elsewhere).get(pod)
    }
    #expect(
      refusal?.message
        == "Cannot get Pod shop/a: http://192.0.2.1 would get the token unencrypted")
    let headers = try #require(server.requests.first).headers
    #expect(headers.first(named: "Authorization") == "Bearer canary-secret")
    #expect(headers.first(named: "Impersonate-User") == "a")
    #expect(headers.first(named: "Impersonate-Group") == "b")
    #expect(headers.first(named: "Impersonate-Extra-c%2Fd") == "e")
  }

  private func client(_ server: ScriptedServer) -> KubernetesClient {
    KubernetesClient(
      ClientConfiguration(server: server.url, proxy: .none),
      retryPolicy: RetryPolicy(attemptsMax: 3, firstPause: .milliseconds(1), jitter: { 0 }))
  }

  private static func answer(_ status: Int, _ body: String) -> String {
    "HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  private static func list(_ names: [String], next: String) -> String {
    let items = names.map { "{\"metadata\":{\"name\":\"\($0)\"}}" }.joined(separator: ",")
    return
      "{\"kind\":\"PodList\",\"metadata\":{\"resourceVersion\":\"9\",\"continue\":\"\(next)\"},"
      + "\"items\":[\(items)]}"
  }

  private static func resources(_ entries: (String, String)...) -> String {
    let resources = entries.map { plural, kind in
      "{\"name\":\"\(plural)\",\"kind\":\"\(kind)\",\"namespaced\":true,\"verbs\":[\"list\"]}"
    }
    return "{\"kind\":\"APIResourceList\",\"resources\":[\(resources.joined(separator: ","))]}"
  }
}
