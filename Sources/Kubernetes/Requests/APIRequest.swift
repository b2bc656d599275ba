import ClusterModel
import CurlTransport
import Documents

/// One call of the Kubernetes API, before it has a server and credentials.
struct APIRequest: Sendable {
  /// What is asked for, for messages: `list PersistentVolumeClaim in shop`.
  var purpose: String
  var method = "GET"
  /// Segments are encoded one by one; none can reach out of its place.
  var path: [String]
  var query: [(name: String, value: String)] = []
  var accept = "application/json"
  var contentType: String?
  var body: [UInt8]?
  var deadlines = Deadlines(silence: .seconds(60), total: .seconds(120))
  var responseBytesMax: Int? = 32 << 20
  /// Whether asking twice is the same as asking once, whatever became of the first.
  var isRepeatable = true

  /// Path and query, percent-encoded.
  var target: String {
    var text = ""
    for segment in path { text += "/" + segment.percentEncoded }
    var separator = "?"
    for (name, value) in query {
      text += separator + name.percentEncoded + "=" + value.percentEncoded
      separator = "&"
    }
    return text
  }

  /// Whether no segment can mean another place than its own: servers decode before they split.
  var hasSafePath: Bool {
    path.allSatisfy { segment in
      !segment.isEmpty && segment != "." && segment != ".."
        && !segment.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "%") }
    }
  }

  mutating func setBody(_ value: JSONValue, contentType: String = "application/json") {
    body = CanonicalJSON.bytes(value)
    self.contentType = contentType
  }
}

extension ResourceType {
  /// `["apis", "apps", "v1", "namespaces", "shop", "statefulsets"]`
  func path(namespace: String?) -> [String] {
    var path = group.isEmpty ? ["api", version] : ["apis", group, version]
    if isNamespaced, let namespace { path += ["namespaces", namespace] }
    return path + [plural]
  }
}
