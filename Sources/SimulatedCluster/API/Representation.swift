import Documents

/// How a client wants objects: whole, as a table, or their metadata only.
enum Representation: Sendable {
  case object
  case table(includesObject: String)
  case metadata

  init(_ request: APIRequest) {
    self = .object
    for type in request.accept.split(separator: ",") {
      var parameters: [Substring: Substring] = [:]
      for part in type.split(separator: ";").dropFirst() {
        let pair = part.split(separator: "=", maxSplits: 1)
        if pair.count == 2 { parameters[pair[0].trimmed] = pair[1].trimmed }
      }
      guard type.trimmed.hasPrefix("application/json") || type.trimmed.hasPrefix("*/*") else {
        continue
      }
      switch parameters["as"] {
      case "Table":
        guard parameters["v"] == "v1" || parameters["v"] == "v1beta1" else { continue }
        self = .table(includesObject: request.parameter("includeObject") ?? "Metadata")
      case "PartialObjectMetadata", "PartialObjectMetadataList": self = .metadata
      default: self = .object
      }
      return
    }
  }

  static func metadataOnly(_ object: JSONValue) -> JSONValue {
    [
      "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1",
      "metadata": object.metadata,
    ]
  }
}
