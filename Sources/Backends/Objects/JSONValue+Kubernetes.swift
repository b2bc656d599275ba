import Documents

extension JSONValue {
  var name: String { self["metadata", "name"]?.stringValue ?? "" }
  var namespace: String { self["metadata", "namespace"]?.stringValue ?? "" }
  var uid: String { self["metadata", "uid"]?.stringValue ?? "" }
  var labels: [String: String] { self["metadata", "labels"]?.stringMap ?? [:] }
  var annotations: [String: String] { self["metadata", "annotations"]?.stringMap ?? [:] }

  /// The string members of an object; others are left out.
  var stringMap: [String: String] { objectValue?.compactMapValues(\.stringValue) ?? [:] }

  /// The string elements of an array; others are left out.
  var strings: [String] { arrayValue?.compactMap(\.stringValue) ?? [] }

  /// The condition of this type in `status.conditions`.
  func condition(_ type: String) -> JSONValue? {
    self["status", "conditions"]?.arrayValue?.first { $0["type"]?.stringValue == type }
  }

  func isTrue(_ condition: String) -> Bool {
    self.condition(condition)?["status"]?.stringValue == "True"
  }

  /// Whether a pod is ready.
  var isReady: Bool { isTrue("Ready") }

  init(strings: [String: String]) {
    self = .object(strings.mapValues(JSONValue.string))
  }

  init(strings: [String]) {
    self = .array(strings.map(JSONValue.string))
  }
}
