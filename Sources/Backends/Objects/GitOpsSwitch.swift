import ClusterModel
import Documents

/// What pauses one kind of GitOps object.
///
/// Flux has `spec.suspend`. An Argo CD Application gets the annotation that makes its controller
/// leave it alone: nothing of its `spec` changes, so that nothing has to be remembered, an edit
/// made meanwhile stays, and a parent Application sees no difference that it would heal.
struct GitOpsSwitch {
  static let skipReconcile = "argocd.argoproj.io/skip-reconcile"
  /// Of the annotations by which restores know what they paused: one for each restore, its value
  /// what the switch was before the first of them.
  private static let markPrefix = "oadp-plan.dev/paused-by-"

  let path: [String]
  /// What pauses.
  let on: JSONValue

  init(_ type: ResourceType) {
    if type.group == "argoproj.io" {
      path = ["metadata", "annotations", Self.skipReconcile]
      on = "true"
    } else {
      path = ["spec", "suspend"]
      on = true
    }
  }

  static func mark(_ key: String) -> String { markPrefix + key }
  static func isMark(_ annotation: String) -> Bool { annotation.hasPrefix(markPrefix) }

  func value(in object: JSONValue) -> JSONValue? {
    path.reduce(object) { (value: JSONValue?, key) in value?[key] }
  }

  /// Whether the controller says that it is at work on the object: a sync of Argo CD that runs, or
  /// a reconciliation of Flux that is no mere retry.
  static func isBusy(_ object: JSONValue) -> Bool {
    object["status", "operationState", "phase"]?.stringValue == "Running"
      || object.isTrue("Reconciling")
        && object.condition("Reconciling")?["reason"]?.stringValue != "ProgressingWithRetry"
  }

  func isOn(_ object: JSONValue) -> Bool { value(in: object) == on }

  /// The merge patch that pauses, or `nil` where there is nothing to do: it is paused by this
  /// restore already, or by somebody who is no restore.
  func pausing(_ object: JSONValue, by key: String) -> JSONValue? {
    let mark = Self.mark(key)
    let marks = object.annotations.filter { Self.isMark($0.key) }
    guard marks[mark] == nil, !isOn(object) || !marks.isEmpty else { return nil }
    let before =
      marks.values.sorted().first ?? CanonicalJSON.string(value(in: object) ?? .null)
    var patch: JSONValue = [
      "metadata": [
        "annotations": [mark: .string(before)],
        "resourceVersion": object["metadata", "resourceVersion"] ?? .null,
      ]
    ]
    patch.set(path, to: on)
    return patch
  }

  /// The merge patch that takes this restore's pause back, or `nil` where there is none. Where
  /// another restore needs the pause still, only the mark goes.
  func resuming(_ object: JSONValue, by key: String) -> JSONValue? {
    let mark = Self.mark(key)
    let marks = object.annotations.filter { Self.isMark($0.key) }
    guard let before = marks[mark] else { return nil }
    var patch: JSONValue = [
      "metadata": [
        "annotations": [mark: nil],
        "resourceVersion": object["metadata", "resourceVersion"] ?? .null,
      ]
    ]
    // Who switched it off meanwhile wanted it so.
    if marks.count == 1, isOn(object) {
      patch.set(path, to: .some((try? JSONValue(parsing: before)) ?? .null))
    }
    return patch
  }
}
