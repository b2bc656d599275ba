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
    let resources = try await calling { () async throws(ClusterError) in
      try await cluster.resources()
    }
    var created: [String] = []
    var skipped: [String] = []
    for captured in action.objects {
      let bytes = try await storing { () async throws(StoreError) in
        try await store.read(
          captured.path, of: action.manifestID, in: RepositoryAddress(action.repository),
          bytesMax: Self.objectBytesMax)
      }
      let object = try transformed(bytes, captured, action)
      let apiVersion = object["apiVersion"]?.stringValue ?? ""
      guard
        let type = resources.first(where: {
          $0.kind == captured.kind && $0.apiVersion == apiVersion
        })
      else {
        throw ActionFailure(
          .permanent, "The cluster does not know \(captured.kind) \(apiVersion)",
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

  private func transformed(
    _ bytes: [UInt8], _ captured: RestoreObjects.CapturedObject, _ action: RestoreObjects
  ) throws(ActionFailure) -> JSONValue {
    guard var object = try? JSONValue(parsing: bytes), object["kind"]?.stringValue == captured.kind,
      object.name == captured.name
    else {
      throw ActionFailure(.verification, "`\(captured.path)` of the recovery point is damaged")
    }
    object.set(["metadata", "namespace"], to: .string(action.targetNamespace))
    if !action.images.isEmpty { object = Self.mapImages(in: object, by: action.images) }
    for patch in action.patches
    where patch.kind == captured.kind && patch.name ?? captured.name == captured.name {
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
