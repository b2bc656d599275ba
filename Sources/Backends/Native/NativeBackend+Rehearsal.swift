import ClusterModel
import Documents
import Execution
import Planning
import Ports
import Runner

extension NativeBackend {
  /// How many refusals are told; of more there is the number.
  private static let refusalsMax = 50

  /// What became of asking about one object.
  private enum Verdict {
    case fits
    /// It could not be asked, and why.
    case unknown(String)
    case refused(String)
  }

  func checkObjects(
    _ action: CheckObjects, _ step: Step
  ) async throws(ActionFailure) -> JSONValue {
    let restore = action.restore
    let types = try await servedTypes()
    let namespace = try await read(
      ObjectReference(.namespace, name: restore.targetNamespace), in: step)
    let names = Set(restore.objects.map(\.name))
    var refusals: [String] = []
    var unchecked: [String] = []
    var checked = 0
    for captured in restore.objects {
      let what = "\(captured.kind)/\(captured.name)"
      step.context.waiting(for: "the server to judge \(what)")
      let object: JSONValue
      do { object = try await transformed(captured, restore) } catch {
        // The store may be away for a moment; a transform that does not fit never will.
        guard error.kind == .permanent || error.kind == .verification else { throw error }
        refusals.append("\(what): \(Evidence.line(error.message))")
        continue
      }
      guard let type = types[KindKey(object)] else {
        let version = object["apiVersion"]?.stringValue ?? ""
        refusals.append("\(what): the cluster does not serve \(captured.kind) of `\(version)`")
        continue
      }
      guard namespace != nil else {
        unchecked.append(what)
        continue
      }
      switch try await verdict(on: object, as: type, restore, making: names, step) {
      case .fits: checked += 1
      case .unknown(let why): unchecked.append("\(what): \(why)")
      case .refused(let why): refusals.append("\(what): \(why)")
      }
    }
    guard refusals.isEmpty else {
      let rest = refusals.count - Self.refusalsMax
      throw ActionFailure(
        .permanent,
        "\(refusals.count) of \(restore.objects.count) objects would be refused in namespace "
          + "`\(restore.targetNamespace)`; nothing was changed",
        evidence: Array(refusals.prefix(Self.refusalsMax)) + (rest > 0 ? ["and \(rest) more"] : [])
          + ["hint: mend what refuses them, or leave them out with `resources`"])
    }
    return [
      "checked": .integer(Int64(checked)),
      "unchecked": JSONValue(strings: Array(unchecked.prefix(Self.refusalsMax))),
    ]
  }

  /// - Parameter names: Of what the restore makes; the lack of one of them is no refusal.
  private func verdict(
    on object: JSONValue, as type: ResourceType, _ restore: RestoreObjects,
    making names: Set<String>, _ step: Step
  ) async throws(ActionFailure) -> Verdict {
    let reference = ObjectReference(type, namespace: object.namespace, name: object.name)
    let isThere = try await read(reference, in: step) != nil
    switch (isThere, restore.existing) {
    case (true, "Skip"): return .fits
    case (true, "Replace"):
      // Its name is taken until it is deleted, so the server would refuse it for that alone.
      return .unknown("it is replaced")
    default: break
    }
    do {
      try await cluster.rehearse(object, as: type, isApplied: isThere)
      return .fits
    } catch {
      let message = Evidence.line(error.message)
      if error.message.contains("does not support dry run") { return .unknown(message) }
      switch error.reason {
      case .alreadyExists: return .fits  // made meanwhile; the policy for it applies later
      case .notFound where names.contains(where: { error.message.contains("\"\($0)\" not found") }),
        .forbidden
      where names.contains(where: { error.message.contains("\"\($0)\" not found") }):
        return .unknown(message)
      case .badRequest, .forbidden, .invalid, .notFound, .conflict: return .refused(message)
      case .serverError where error.message.contains("webhook"): return .refused(message)
      default: throw ActionFailure(error)
      }
    }
  }
}
