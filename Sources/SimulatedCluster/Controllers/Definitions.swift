import Documents

extension SimulatedKubernetes {
  private static let cleanup = "customresourcecleanup.apiextensions.k8s.io"

  /// Establishes CustomResourceDefinitions; deletes the objects of those being deleted.
  mutating func establishDefinitions(at now: Timestamp) -> Timestamp? {
    for (key, definition) in store.sorted(Resources.definitions) {
      if definition.isBeingDeleted {
        removeObjects(of: definition, at: now)
        continue
      }
      guard !definition.isTrue("Established") else {
        keepVersions(key, definition, at: now)
        continue
      }
      change(key, at: now) { definition in
        definition.addFinalizer(Self.cleanup)
        definition.setCondition(
          "NamesAccepted", true, reason: "NoConflicts", message: "no conflicts found", at: now)
        definition.setCondition(
          "Established", true, reason: "InitialNamesAccepted",
          message: "the initial names have been accepted", at: now)
        definition.set(
          ["status", "acceptedNames"], to: definition.value(at: ["spec", "names"]))
        Self.setStoredVersions(&definition)
      }
    }
    return nil
  }

  private mutating func keepVersions(
    _ key: ObjectKey, _ definition: JSONValue, at now: Timestamp
  ) {
    change(key, at: now) { definition in
      Self.setStoredVersions(&definition)
      definition.set(["status", "acceptedNames"], to: definition.value(at: ["spec", "names"]))
    }
  }

  private static func setStoredVersions(_ definition: inout JSONValue) {
    var versions = definition.list("status", "storedVersions")
    for version in definition.list("spec", "versions") where version.flag("storage") {
      if let name = version["name"], !versions.contains(name) { versions.append(name) }
    }
    definition.set(["status", "storedVersions"], to: .array(versions))
  }

  private mutating func removeObjects(of definition: JSONValue, at now: Timestamp) {
    let plural = definition.string("spec", "names", "plural") ?? ""
    let id = "\(plural).\(definition.string("spec", "group") ?? "")"
    for (key, object) in store.sorted(id) where !object.isBeingDeleted { erase(key, at: now) }
    guard store.list(id).isEmpty else { return }
    change(key(Resources.definitions, definition), at: now) { $0.removeFinalizer(Self.cleanup) }
  }
}
