import CurlTransport
import Documents
import Testing

extension ClusterAccessContract {
  /// Asks the sandbox what a real server was asked, one after the other, and compares.
  @Test(
    "the sandbox answers as the real server did",
    .enabled(if: ClusterTrait.subject == .sandbox))
  func likeness() async throws {
    let server = try #require(ClusterTrait.server)
    let transport = HTTPTransport(TransportOptions(proxy: .none, userAgent: "likeness"))
    var names = Substitution()
    for exchange in try RecordedExchange.all() where exchange.isComparable {
      var request = CurlRequest(
        method: exchange.method, url: server + names.here(exchange.target))
      request.headers = [HTTPField("Accept", exchange.accept)]
      if !exchange.body.isEmpty {
        request.body = Array(names.here(exchange.body).utf8)
        request.headers.append(HTTPField("Content-Type", exchange.contentType))
      }
      request.responseBytesMax = 8 << 20
      let answer = try await transport.send(request)
      let title = "\(exchange.method) \(exchange.target)"
      #expect(answer.status == exchange.status, "\(title)")
      guard let real = try? JSONValue(parsing: exchange.answer),
        let ours = try? JSONValue(parsing: answer.body)
      else { continue }
      names.learn(real, ours)
      Self.compare(ours, with: real, title)
    }
  }

  private static func compare(_ ours: JSONValue, with real: JSONValue, _ title: String) {
    let kind = real["kind"]?.stringValue ?? ""
    let (oursHas, realHas) = (ours.paths, real.paths)
    switch kind {
    case "Status":
      #expect(ours["reason"] == real["reason"], "\(title)")
      #expect(ours["code"] == real["code"], "\(title)")
      #expect(ours["details", "kind"] == real["details", "kind"], "\(title)")
      #expect(ours.causes == real.causes, "\(title)")
    case "ConfigMap":
      #expect(oursHas.symmetricDifference(realHas).sorted() == [], "\(title)")
    case "APIGroupDiscoveryList":
      #expect(ours.resources.subtracting(real.resources).sorted() == [], "\(title)")
    default:
      // Not all that a real server fills in, but nothing that it would not.
      #expect(ours["kind"] == real["kind"], "\(title)")
      #expect(oursHas.subtracting(realHas).sorted() == [], "\(title)")
    }
  }
}

/// The recording's names in terms of the sandbox: another namespace, other uids and versions.
private struct Substitution {
  private var values: [String: String] = [:]

  func here(_ text: String) -> String {
    values.reduce(text.replacing("contract-", with: "likeness-")) { text, pair in
      text.replacing("\"\(pair.key)\"", with: "\"\(pair.value)\"")
    }
  }

  mutating func learn(_ real: JSONValue, _ ours: JSONValue) {
    for key in ["uid", "resourceVersion"] {
      guard let there = real["metadata", key]?.stringValue,
        let here = ours["metadata", key]?.stringValue
      else { continue }
      values[there] = here
    }
  }
}

extension RecordedExchange {
  /// Streams are compared by the contract itself; so is what a container does.
  fileprivate var isComparable: Bool {
    !isUpgraded && !target.contains("watch=true") && !target.contains("/log?")
      && !(method == "GET" && target.contains("/pods/"))
  }

  fileprivate var accept: String {
    ["/api", "/apis"].contains(target)
      ? "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"
      : "application/json"
  }

  fileprivate var contentType: String {
    guard method == "PATCH" else { return "application/json" }
    return target.contains("force=")
      ? "application/apply-patch+yaml" : "application/merge-patch+json"
  }
}

extension JSONValue {
  /// Where it has values: `metadata.name`. Who manages which field, and what a distribution adds to
  /// labels and annotations, is left out.
  fileprivate var paths: Set<String> {
    var all: Set<String> = []
    func walk(_ value: JSONValue, _ path: String) {
      guard path != "metadata.managedFields" else { return }
      guard !["metadata.labels", "metadata.annotations"].contains(path) else { return }
      switch value {
      case .object(let members):
        for (key, member) in members { walk(member, path.isEmpty ? key : "\(path).\(key)") }
      case .array(let elements): for element in elements { walk(element, path + "[]") }
      default: all.insert(path)
      }
    }
    walk(self, "")
    return all
  }

  fileprivate var causes: [JSONValue] {
    (self["details", "causes"]?.arrayValue ?? []).map {
      ["reason": $0["reason"] ?? .null, "field": $0["field"] ?? .null]
    }
  }

  /// `group/version resource kind scope` of a discovery document.
  fileprivate var resources: Set<String> {
    var all: Set<String> = []
    for group in self["items"]?.arrayValue ?? [] {
      for version in group["versions"]?.arrayValue ?? [] {
        for resource in version["resources"]?.arrayValue ?? [] {
          let words = [
            group["metadata", "name"], version["version"], resource["resource"],
            resource["responseKind", "kind"], resource["scope"],
          ]
          all.insert(words.map { $0?.stringValue ?? "" }.joined(separator: " "))
        }
      }
    }
    return all
  }
}
