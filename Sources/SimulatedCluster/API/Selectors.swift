import Documents

/// Which objects a list, watch or collective deletion is about.
struct Selectors: Sendable {
  var labels = LabelSelector()
  var fields: [FieldRequirement] = []

  struct FieldRequirement: Sendable {
    var path: [String]
    var value: String
    var isEqual: Bool
  }

  init() {}

  init(_ request: APIRequest, for resource: Resource, name: String = "") throws(APIError) {
    labels = try LabelSelector(text: request.parameter("labelSelector") ?? "")
    for part in (request.parameter("fieldSelector") ?? "").split(separator: ",") {
      fields.append(try Self.requirement(part, for: resource))
    }
    if !name.isEmpty {
      fields.append(FieldRequirement(path: ["metadata", "name"], value: name, isEqual: true))
    }
  }

  var isEmpty: Bool { labels.requirements.isEmpty && fields.isEmpty }

  func matches(_ object: JSONValue) -> Bool {
    for field in fields {
      guard (Self.text(object.value(at: field.path)) == field.value) == field.isEqual else {
        return false
      }
    }
    return labels.requirements.isEmpty || labels.matches(object.labels)
  }

  private static func text(_ value: JSONValue?) -> String {
    switch value {
    case .string(let text): text
    case .integer(let number): String(number)
    case .bool(let flag): String(flag)
    default: ""
    }
  }

  private static func requirement(_ text: Substring, for resource: Resource) throws(APIError)
    -> FieldRequirement
  {
    guard let sign = text.firstIndex(of: "=") else {
      throw .badRequest("invalid selector: '\(text)'; can't understand '\(text)'")
    }
    let isEqual = sign == text.startIndex || text[text.index(before: sign)] != "!"
    let label = String(isEqual ? text[..<sign] : text[..<text.index(before: sign)])
    var value = text[text.index(after: sign)...]
    if value.first == "=" { value.removeFirst() }
    guard
      label == "metadata.name" || label == "metadata.namespace" && resource.isNamespaced
        || (fieldLabels[resource.id] ?? []).contains(label)
    else {
      throw .badRequest(
        resource.isCustom
          ? "field label not supported: \(label)"
          : "\"\(label)\" is not a known field selector: only \"metadata.name\", "
            + "\"metadata.namespace\"")
    }
    return FieldRequirement(
      path: label.split(separator: ".").map(String.init), value: String(value), isEqual: isEqual)
  }

  private static let fieldLabels: [String: Set<String>] = [
    "pods": [
      "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName",
      "status.phase", "status.podIP", "status.nominatedNodeName",
    ],
    "events": [
      "involvedObject.kind", "involvedObject.namespace", "involvedObject.name",
      "involvedObject.uid", "involvedObject.apiVersion", "involvedObject.resourceVersion",
      "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type",
    ],
    "namespaces": ["status.phase"],
    "secrets": ["type"],
    "nodes": ["spec.unschedulable"],
    "jobs.batch": ["status.successful"],
    "replicasets.apps": ["status.replicas"],
    "services": ["spec.clusterIP", "spec.type"],
  ]
}
