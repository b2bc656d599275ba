import Documents

/// What GitOps controllers write on what they keep.
enum GitOpsMarks {
  /// The object as a copy in another namespace has to be.
  ///
  /// By the label, Argo CD would take the copy for an object of the same Application that is no
  /// longer in git, and prune it. The annotation and Flux's labels name a place that is not the
  /// copy's. A pod keeps its labels: Services select by them.
  static func removed(from object: JSONValue) -> JSONValue {
    var object = object
    for (field, isMark) in [("annotations", isAnnotation), ("labels", isLabel)] {
      guard field == "annotations" || object["kind"]?.stringValue != "Pod",
        let members = object["metadata", field]?.objectValue
      else { continue }
      let kept = members.filter { !isMark($0.key) }
      let value: JSONValue? = kept.isEmpty ? .none : .some(.object(kept))
      object.set(["metadata", field], to: value)
    }
    return object
  }

  private static func isAnnotation(_ key: String) -> Bool {
    key == "argocd.argoproj.io/tracking-id" || key == "argocd.argoproj.io/installation-id"
  }

  private static func isLabel(_ key: String) -> Bool {
    key == "app.kubernetes.io/instance" || key.hasPrefix("kustomize.toolkit.fluxcd.io/")
      || key.hasPrefix("helm.toolkit.fluxcd.io/")
  }
}
