import ClusterModel
import Documents
import Execution
import Planning
import Ports
import Runner

extension NativeBackend {
  private static let objectBytesMax = 4 << 20

  /// Creates captured objects in the target namespace, in the order of the plan.
  func restoreObjects(
    _ action: RestoreObjects, _ step: Step
  ) async throws(ActionFailure) -> JSONValue {
    let types = try await servedTypes()
    var created: [String] = []
    var skipped: [String] = []
    for captured in action.objects {
      let object = try await transformed(captured, action)
      guard let type = types[KindKey(object)] else {
        throw ActionFailure(
          .permanent,
          "The cluster does not know \(captured.kind) \(object["apiVersion"]?.stringValue ?? "")",
          evidence: ["hint: install its CustomResourceDefinition or exclude the kind"])
      }
      if try await restore(object, as: type, action, step) {
        created.append("\(captured.kind)/\(captured.name)")
      } else {
        skipped.append("\(captured.kind)/\(captured.name)")
      }
    }
    return ["created": JSONValue(strings: created), "skipped": JSONValue(strings: skipped)]
  }

  /// What an object names as its type.
  struct KindKey: Hashable {
    let apiVersion: String
    let kind: String

    init(_ object: JSONValue) {
      apiVersion = object["apiVersion"]?.stringValue ?? ""
      kind = object["kind"]?.stringValue ?? ""
    }

    init(_ type: ResourceType) {
      apiVersion = type.apiVersion
      kind = type.kind
    }
  }

  func servedTypes() async throws(ActionFailure) -> [KindKey: ResourceType] {
    let types = try await calling { () async throws(ClusterError) in
      try await cluster.servedResources()
    }
    return Dictionary(
      types.filter(\.isNamespaced).map { (KindKey($0), $0) },
      uniquingKeysWith: { first, _ in first })
  }

  /// - Returns: Whether the object is now as the recovery point had it.
  private func restore(
    _ object: JSONValue, as type: ResourceType, _ action: RestoreObjects, _ step: Step
  ) async throws(ActionFailure) -> Bool {
    let reference = ObjectReference(type, namespace: object.namespace, name: object.name)
    let present = try await read(reference, in: step)
    switch (present, action.existing) {
    case (nil, _): break
    case (_?, "Merge"):
      _ = try await calling { () async throws(ClusterError) in
        try await cluster.apply(object, as: type, force: true)
      }
      return true
    case (let present?, "Replace"): try await remove(reference, uid: present.uid, in: step)
    default: return false
    }
    do {
      _ = try await cluster.create(object, as: type)
      return true
    } catch  where error.reason == .alreadyExists {
      return false  // made meanwhile by someone else, or by our own lost request
    } catch {
      throw ActionFailure(error)
    }
  }

  /// An object of the recovery point as it is to be in the target.
  func transformed(
    _ captured: RestoreObjects.CapturedObject, _ action: RestoreObjects
  ) async throws(ActionFailure) -> JSONValue {
    let bytes = try await storing { () async throws(StoreError) in
      try await store.read(
        captured.path, of: action.manifestID, in: RepositoryAddress(action.repository),
        bytesMax: Self.objectBytesMax)
    }
    guard var object = try? JSONValue(parsing: bytes), object["kind"]?.stringValue == captured.kind,
      object.name == captured.name
    else {
      throw ActionFailure(.verification, "`\(captured.path)` of the recovery point is damaged")
    }
    if action.isCopy == true { object = GitOpsMarks.removed(from: object) }
    object.set(["metadata", "namespace"], to: .string(action.targetNamespace))
    if !action.images.isEmpty { object = Self.mapImages(in: object, by: action.images) }
    for patch in action.patches
    where patch.changes(kind: captured.kind, name: captured.name) {
      do {
        let document = try JSONValue(parsing: patch.jsonPatch)
        object = try JSONPatch(document).applied(to: object)
      } catch {
        throw ActionFailure(
          .permanent, "The transform of \(captured.kind) `\(captured.name)` does not fit: \(error)")
      }
    }
    return object
  }

  /// Replaces image prefixes wherever a pod template names an image.
  private static func mapImages(in value: JSONValue, by prefixes: [String: String]) -> JSONValue {
    switch value {
    case .array(let elements): return .array(elements.map { mapImages(in: $0, by: prefixes) })
    case .object(var members):
      for (key, member) in members {
        if key == "image", let image = member.stringValue {
          let prefix = prefixes.keys.filter { image.hasPrefix($0) }.max { $0.count < $1.count }
          if let prefix {
            members[key] = .string(prefixes[prefix]! + image.dropFirst(prefix.count))
          }
        } else {
          members[key] = mapImages(in: member, by: prefixes)
        }
      }
      return .object(members)
    default: return value
    }
  }
}
