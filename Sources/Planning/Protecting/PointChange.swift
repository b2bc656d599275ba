import ClusterModel
import Documents
import ProtectionModel

/// A new recovery point as a diff shows it.
struct PointChange {
  let context: PlanningContext
  let plan: ProtectionPlan
  let point: PointWork
  let reason: ChangeReason

  var change: Change {
    let key = plan.planKey
    let bytes = point.volumes.reduce(Int64(0)) { $0 + $1.claim.bytes }
    let hooks = point.hooks.map(\.blueprint).reduce(into: [String]()) { names, name in
      if !names.contains(name) { names.append(name) }
    }
    let consistency =
      point.expectedConsistency.rawValue
      + (hooks.isEmpty ? "" : " (\(hooks.joined(separator: ", ")))")
    return Change(
      address: "\(key)@\(point.name)", plan: key, action: .create, subject: .point, reason: reason,
      source: SourcePlace(plan.source), title: "point \(point.name)",
      facts: [
        consistency,
        "\(HumanText.bytes(bytes)) in \(HumanText.count(point.volumes.count, "volume"))",
      ] + point.notices, steps: steps, after: after,
      unknown: point.copies.indices.map { "copies[\($0)].manifestID" })
  }

  private var after: JSONValue {
    var after: JSONValue = [
      "consistency": .string(point.expectedConsistency.rawValue),
      "volumes": .array(
        point.volumes.map { volume in
          var value: JSONValue = [
            "name": .string(volume.name), "claim": .string(volume.claim.name),
            "bytes": .integer(volume.claim.bytes), "driver": .string(volume.driver),
          ]
          switch volume.cut {
          case .alone(let name, let reason):
            value["snapshotClass"] = .string(name)
            value["snapshotClassReason"] = .string(reason)
          case .group(let name):
            value["group"] = .string(name)
            value["groupClass"] = point.group(named: name).map { .string($0.groupClass) }
          }
          return value
        }),
      "copies": .array(point.copies.map { .string($0.repository.name) }),
      "objects": .array(point.captures.map { .string($0) }),
    ]
    after["slot"] = point.slot.map { .string($0.description) }
    return after
  }

  /// In the order in which they happen.
  private var steps: [ChangeStep] {
    var steps: [ChangeStep] = []
    var cut: Set<String> = []
    for hook in point.hooks {
      switch hook.quiesce {
      case .session(let session): steps += self.steps(of: session, hook, &cut)
      case .freeze:
        steps.append(
          ChangeStep(
            ">", "freeze", hook.pod, hook.blueprint,
            note: "at most \(HumanText.age(seconds: hook.freezeSeconds))"))
      }
    }
    for volume in point.volumes where !cut.contains(volume.name) {
      steps.append(self.cut(volume, &cut))
    }
    for hook in point.hooks.reversed() {
      guard case .freeze = hook.quiesce else { continue }
      steps.append(ChangeStep(">", "thaw", hook.pod, hook.blueprint, note: Self.guardNote))
    }
    if !point.captures.isEmpty {
      steps.append(
        ChangeStep(
          "+", "capture", plan.planKey.namespace, point.captures.joined(separator: ", ")))
    }
    for copy in point.copies {
      let volumes = point.volumes.map { "\($0.name) \(HumanText.bytes($0.claim.bytes))" }
      steps.append(
        ChangeStep("+", "copy", copy.repository.name, volumes.joined(separator: ", ")))
    }
    return steps
  }

  private static let guardNote = "guard: also on failure, signal, crash"

  private func steps(
    of session: HookSession, _ hook: HookWork, _ cut: inout Set<String>
  ) -> [ChangeStep] {
    let order = SessionOrder(session: session, cuts: hook.cuts)
    var steps: [ChangeStep] = []
    for step in session.steps {
      for volume in point.volumes where order.moment(of: volume.name).cutsBefore == step.name {
        if !cut.contains(volume.name) {
          steps.append(self.cut(volume, &cut, note: "before \(step.name)"))
        }
      }
      steps.append(
        ChangeStep(
          ">", step.name, hook.pod, hook.blueprint, note: step.isGuard ? Self.guardNote : ""))
      for volume in point.volumes where order.moment(of: volume.name).cutsAfter == step.name {
        if !cut.contains(volume.name) {
          let isLast = order.moment(of: volume.name).before == nil
          steps.append(self.cut(volume, &cut, note: isLast ? "after \(step.name)" : ""))
        }
      }
    }
    return steps
  }

  /// The cut of a volume, or of its whole group.
  private func cut(
    _ volume: VolumeWork, _ done: inout Set<String>, note: String = ""
  ) -> ChangeStep {
    done.insert(volume.name)
    switch volume.cut {
    case .alone(let name, let reason):
      return ChangeStep(
        "+", "cut", volume.name, "\(volume.driver), class \(name) (\(reason))", note: note)
    case .group(let name):
      guard let group = point.group(named: name) else {
        preconditionFailure("volume \(volume.name) is of group \(name), which is not cut")
      }
      done.formUnion(group.volumes)
      return ChangeStep(
        "+", "cut", name,
        "\(group.volumes.joined(separator: ", ")) at once by \(group.driver), group class "
          + group.groupClass, note: note)
    }
  }
}
