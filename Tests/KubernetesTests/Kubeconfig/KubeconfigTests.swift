import CurlTransport
import Documents
import Testing

@testable import Kubernetes

@Suite("Kubeconfig") struct KubeconfigTests {
  private static let minimal: JSONValue = [
    "current-context": "c",
    "clusters": [["name": "k", "cluster": ["server": "https://k:6443"]]],
    "users": [["name": "u", "user": ["token": "canary"]]],
    "contexts": [["name": "c", "context": ["cluster": "k", "user": "u", "namespace": "shop"]]],
  ]

  @Test("a context brings cluster, user and namespace together")
  func minimal() throws {
    var config = Kubeconfig()
    try config.merge(Self.minimal, file: "/a/config")
    #expect(
      try config.configuration()
        == ClientConfiguration(
          server: "https://k:6443", authentication: .bearer("canary"), namespace: "shop",
          context: "c"))
  }

  @Test("the first file to define a name keeps it")
  func merging() throws {
    var config = Kubeconfig()
    try config.merge(
      ["clusters": [["name": "k", "cluster": ["server": "http://first"]]]], file: "/a")
    try config.merge(Self.minimal, file: "/b")
    try config.merge(
      [
        "current-context": "d",
        "contexts": [["name": "d", "context": ["cluster": "k"]]],
      ], file: "/c")
    #expect(config.contextNames == ["c", "d"])
    #expect(config.currentContext == "c")
    #expect(try config.configuration(context: "d").server == "http://first")
    #expect(try config.configuration(context: "d").authentication == .none)
  }

  @Test("every field that changes how the server is reached arrives")
  func everything() throws {
    let pem = Base64.encode(Array("-----BEGIN X-----".utf8))
    var config = Kubeconfig()
    try config.merge(
      [
        "clusters": [
          [
            "name": "k",
            "cluster": [
              "server": "https://10.0.0.1:6443/", "certificate-authority-data": .string(pem),
              "tls-server-name": "kubernetes", "proxy-url": "socks5://127.0.0.1:1080",
            ],
          ]
        ],
        "users": [
          [
            "name": "u",
            "user": [
              "client-certificate-data": .string(pem), "client-key-data": .string(pem),
              "as": "admin", "as-groups": ["g"], "as-uid": "1", "as-user-extra": ["s": ["x", "y"]],
              "exec": [
                "apiVersion": "client.authentication.k8s.io/v1", "command": "./bin/login",
                "args": ["a"], "env": [["name": "E", "value": "v"]], "provideClusterInfo": true,
              ],
            ],
          ]
        ],
        "contexts": [["name": "c", "context": ["cluster": "k", "user": "u"]]],
      ], file: "/home/me/.kube/config")
    let configuration = try config.configuration(context: "c")
    let bytes = Array("-----BEGIN X-----".utf8)
    #expect(
      configuration.tls
        == TLSOptions(
          authorities: bytes, clientCertificate: bytes, clientKey: bytes, serverName: "kubernetes"))
    #expect(configuration.proxy == .url("socks5://127.0.0.1:1080"))
    #expect(
      configuration.authentication
        == .plugin(
          ExecPlugin(
            command: "/home/me/.kube/./bin/login", arguments: ["a"], environment: ["E": "v"],
            providesClusterInfo: true)))
    #expect(
      configuration.impersonation
        == Impersonation(user: "admin", uid: "1", groups: ["g"], extra: ["s": ["x", "y"]]))
  }

  @Test(
    "a mistake names file and field, never the value",
    arguments: [
      (["clusters", "server"], "canary://", "clusters[k].cluster.server"),
      (["clusters", "server"], nil, "clusters[k].cluster.server"),
      (["clusters", "certificate-authority-data"], "canary!", "certificate-authority-data"),
      (["clusters", "certificate-authority-data"], "Y2FuYXJ5", "certificate-authority-data"),
      (["clusters", "insecure-skip-tls-verify"], "canary", "insecure-skip-tls-verify"),
      (["clusters", "proxy-url"], "ftp://canary", "proxy-url"),
      (["users", "token"], "canary\n", "users[u].user.token"),
      (["users", "password"], "canary", "username"),
      (["users", "auth-provider"], ["name": "canary"], "auth-provider"),
      (["users", "client-key-data"], "LS0tLS1CRUdJTiBYLS0tLS0=", "client-certificate"),
      (["users", "as-groups"], ["canary"], "as-groups"),
      (["users", "exec"], "canary", "users[u].user.exec"),
      (["users", "exec"], ["apiVersion": "canary"], "users[u].user.exec.apiVersion"),
      (["contexts", "cluster"], "missing", "contexts[c].context.cluster"),
    ] as [([String], JSONValue?, String)])
  func mistakes(place: [String], value: JSONValue?, field: String) throws {
    var document = Self.minimal
    let section = place[0]
    var entry = try #require(document[section]?[0])
    entry.set([String(section.dropLast()), place[1]], to: value)
    if place[1] == "exec" { entry["user", "token"] = nil }
    document[section] = [entry]
    var config = Kubeconfig()
    try config.merge(document, file: "/a/config")
    let error = #expect(throws: ConfigurationError.self) { try config.configuration() }
    #expect(error?.file == "/a/config")
    #expect(error?.field?.hasSuffix(field) == true, "\(error?.field ?? "")")
    #expect(error.map { "\($0)".contains("canary") } == false)
  }

  @Test(
    "a file of another shape is refused",
    arguments: ["x", ["kind": "Pod"], ["users": "x"]]
      as [JSONValue])
  func shapes(document: JSONValue) {
    var config = Kubeconfig()
    #expect(throws: ConfigurationError.self) { try config.merge(document, file: "/a") }
  }

  @Test("base64 is decoded strictly, line breaks aside")
  func base64() {
    for text in ["", "f", "fo", "foo", "foob", "fooba", "foobar"] {
      #expect(Base64.decode(Base64.encode(Array(text.utf8))) == Array(text.utf8))
    }
    #expect(Base64.encode(Array("foobar".utf8)) == "Zm9vYmFy")
    #expect(Base64.decode("Zm9v\r\nYg==\n") == Array("foob".utf8))
    for text in ["Z", "Zm9", "Zm9v=", "Z===", "Zg==Zg==", "Zm9-", "é"] {
      #expect(Base64.decode(text) == nil, "\(text)")
    }
  }

  @Test("every byte that means something in a URL is encoded")
  func percent() {
    #expect("aZ0-._~".percentEncoded == "aZ0-._~")
    #expect("a/b?c&d=e f%+ä".percentEncoded == "a%2Fb%3Fc%26d%3De%20f%25%2B%C3%A4")
  }
}
