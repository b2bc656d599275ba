import Documents

/// What the API and the controllers ask of any object.
extension JSONValue {
  var kind: String { self["kind"]?.stringValue ?? "" }
  var apiVersion: String { self["apiVersion"]?.stringValue ?? "" }
  var metadata: JSONValue { self["metadata"] ?? [:] }
  var spec: JSONValue { self["spec"] ?? [:] }
  var status: JSONValue { self["status"] ?? [:] }

  var name: String { metadataString("name") ?? "" }
  var namespace: String { metadataString("namespace") ?? "" }
  var uid: String { metadataString("uid") ?? "" }
  var resourceVersion: String { metadataString("resourceVersion") ?? "" }
  var generation: Int64 { self["metadata"]?["generation"]?.intValue ?? 0 }
  var labels: [String: String] { strings(in: "labels") }
  var annotations: [String: String] { strings(in: "annotations") }
  var finalizers: [String] {
    self["metadata"]?["finalizers"]?.arrayValue?.compactMap(\.stringValue) ?? []
  }
  var ownerReferences: [JSONValue] { self["metadata"]?["ownerReferences"]?.arrayValue ?? [] }
  var isBeingDeleted: Bool { self["metadata"]?["deletionTimestamp"]?.stringValue != nil }
  var creationTimestamp: Timestamp? {
    metadataString("creationTimestamp").flatMap { Timestamp($0) }
  }

  /// The owner that manages this object.
  var controllerReference: JSONValue? {
    ownerReferences.first { $0["controller"]?.boolValue == true }
  }

  private func metadataString(_ member: String) -> String? {
    self["metadata"]?[member]?.stringValue
  }

  private func strings(in member: String) -> [String: String] {
    self["metadata"]?[member]?.objectValue?.compactMapValues(\.stringValue) ?? [:]
  }
}

extension JSONValue {
  func string(_ path: String...) -> String? { value(at: path)?.stringValue }
  func integer(_ path: String...) -> Int64? { value(at: path)?.intValue }
  func flag(_ path: String...) -> Bool { value(at: path)?.boolValue ?? false }
  func list(_ path: String...) -> [JSONValue] { value(at: path)?.arrayValue ?? [] }

  func value(at path: some Sequence<String>) -> JSONValue? {
    var value: JSONValue? = self
    for member in path { value = value?[member] }
    return value
  }

  /// Sets a member that is missing.
  mutating func fill(_ path: String..., with value: JSONValue) {
    if self.value(at: path) == nil { set(path, to: value) }
  }

  /// Changes the members of an object in place; does nothing where there is none at `member`.
  mutating func change(_ member: String, _ body: (inout JSONValue) -> Void) {
    guard var value = self[member] else { return }
    self[member] = .null
    body(&value)
    self[member] = value
  }

  /// Changes every element of an array.
  mutating func changeEach(_ member: String, _ body: (inout JSONValue) -> Void) {
    guard var elements = self[member]?.arrayValue else { return }
    for index in elements.indices { body(&elements[index]) }
    self[member] = .array(elements)
  }
}

extension JSONValue {
  /// The condition of a type in `status.conditions`.
  func condition(_ type: String) -> JSONValue? {
    list("status", "conditions").first { $0["type"]?.stringValue == type }
  }

  func isTrue(_ condition: String) -> Bool {
    self.condition(condition)?["status"]?.stringValue == "True"
  }

  /// Sets a condition in `status.conditions`; its transition time changes with its status only.
  mutating func setCondition(
    _ type: String, _ isTrue: Bool, reason: String? = nil, message: String? = nil, at now: Timestamp
  ) {
    var conditions = list("status", "conditions")
    let index = conditions.firstIndex { $0["type"]?.stringValue == type }
    var condition = index.map { conditions[$0] } ?? ["type": .string(type)]
    let status: JSONValue = isTrue ? "True" : "False"
    if condition["status"] != status {
      condition["status"] = status
      condition["lastTransitionTime"] = .string(now.rounded)
    }
    condition["reason"] = reason.map { .string($0) }
    condition["message"] = message.map { .string($0) }
    if let index { conditions[index] = condition } else { conditions.append(condition) }
    set(["status", "conditions"], to: .array(conditions))
  }

  mutating func addFinalizer(_ finalizer: String) {
    guard !finalizers.contains(finalizer) else { return }
    set(
      ["metadata", "finalizers"], to: .array((finalizers + [finalizer]).map(JSONValue.string)))
  }

  mutating func removeFinalizer(_ finalizer: String) {
    let rest = finalizers.filter { $0 != finalizer }
    guard rest.count < finalizers.count else { return }
    set(["metadata", "finalizers"], to: rest.isEmpty ? nil : .array(rest.map(JSONValue.string)))
  }

  mutating func annotate(_ name: String, _ value: String?) {
    var annotations = self["metadata"]?["annotations"] ?? [:]
    annotations[name] = value.map { .string($0) }
    set(
      ["metadata", "annotations"], to: annotations.objectValue?.isEmpty == false ? annotations : nil
    )
  }

  /// A reference to this object as events and claims write it.
  var reference: JSONValue {
    var reference: JSONValue = [
      "apiVersion": .string(apiVersion), "kind": .string(kind), "name": .string(name),
      "uid": .string(uid),
    ]
    if !namespace.isEmpty { reference["namespace"] = .string(namespace) }
    if !resourceVersion.isEmpty { reference["resourceVersion"] = .string(resourceVersion) }
    return reference
  }

  /// An owner reference to this object, as its controller sets it on what it makes.
  var ownerReference: JSONValue {
    [
      "apiVersion": .string(apiVersion), "kind": .string(kind), "name": .string(name),
      "uid": .string(uid), "controller": true, "blockOwnerDeletion": true,
    ]
  }
}
