import Documents

extension SimulatedKubernetes {
  /// Answers what is no object: health, version, discovery and OpenAPI.
  func documentation(_ request: APIRequest) throws(APIError) -> APIResponse? {
    var path = request.path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    switch path {
    case "/healthz", "/livez", "/readyz":
      return APIResponse(
        status: 200, contentType: "text/plain; charset=utf-8", body: Array("ok".utf8))
    case "/version": return APIResponse(version)
    case "/api", "/apis": return Discovery(registry).root(path, accept: request.accept)
    case "/openapi/v2": return APIResponse(OpenAPI(registry).version2)
    case "/openapi/v3": return APIResponse(OpenAPI(registry).index)
    case "/":
      return APIResponse(["paths": ["/api", "/apis", "/healthz", "/openapi/v3", "/version"]])
    default: break
    }
    let parts = path.split(separator: "/").map(String.init)
    if parts.count >= 4, parts[0] == "openapi", parts[1] == "v3" {
      return OpenAPI(registry).document(path: parts.dropFirst(2).joined(separator: "/"))
        .map { APIResponse($0) }
    }
    switch (parts.first, parts.count) {
    case ("api", 2): return Discovery(registry).resources(group: "", version: parts[1])
    case ("apis", 2): return Discovery(registry).group(parts[1])
    case ("apis", 3): return Discovery(registry).resources(group: parts[1], version: parts[2])
    default: return nil
    }
  }

  private var version: JSONValue {
    let parts = configuration.version.dropFirst().split { $0 == "." || $0 == "+" }
    return [
      "major": .string(parts.first.map(String.init) ?? "1"),
      "minor": .string(parts.dropFirst().first.map(String.init) ?? "0"),
      "gitVersion": .string(configuration.version), "gitCommit": "", "gitTreeState": "clean",
      "buildDate": "1970-01-01T00:00:00Z", "goVersion": "", "compiler": "swift",
      "platform": "linux/amd64",
    ]
  }
}
