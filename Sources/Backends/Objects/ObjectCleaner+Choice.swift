import Documents
import Planning

extension ObjectCleaner {
  /// Kinds that tell what happened or who is at it, and nothing that anybody wished.
  private static let passingKinds: Set<String> = [
    "Event", "Lease", "EndpointSlice", "ControllerRevision", "PodMetrics", "Binding",
  ]

  /// Controllers that bring a Secret back from somewhere else, and refuse one that they did not
  /// make.
  private static let secretSources: Set<String> = ["SealedSecret", "ExternalSecret", "Certificate"]

  /// Whether the object belongs into a recovery point: somebody wrote it, or nothing could make it
  /// again as it was.
  static func isCaptured(_ object: JSONValue) -> Bool {
    let kind = object["kind"]?.stringValue ?? ""
    // A run's own Jobs and snapshots, where movers live in the application's namespace.
    if object.labels[OwnershipLabels.managedBy] == OwnershipLabels.manager { return false }
    if passingKinds.contains(kind) || object["metadata", "deletionTimestamp"] != nil {
      return false
    }
    let owners = object["metadata", "ownerReferences"]?.arrayValue ?? []
    if let owner = owners.first(where: { $0["controller"]?.boolValue == true }) {
      // A password that an operator made up is in no other place.
      return kind == "Secret" && !secretSources.contains(owner["kind"]?.stringValue ?? "")
        && !isMadeForAccount(object)
    }
    return switch kind {
    case "ConfigMap":
      object.name != "kube-root-ca.crt" && object.name != "openshift-service-ca.crt"
    case "ServiceAccount": object.name != "default"
    case "Secret": !isMadeForAccount(object)
    case "Service": object.name != "kubernetes" || object.namespace != "default"
    case "Endpoints": !isOfSelector(object)
    // Done once; made again, it would run again.
    case "Job": !object.isTrue("Complete") && !object.isTrue("Failed")
    case "Pod": !["Succeeded", "Failed"].contains(object["status", "phase"]?.stringValue ?? "")
    default: true
    }
  }

  /// Whether the cluster made the Secret for a service account. One that a person made for an
  /// account has a name of their choice.
  private static func isMadeForAccount(_ secret: JSONValue) -> Bool {
    let account = secret.annotations["kubernetes.io/service-account.name"]
    switch secret["type"]?.stringValue {
    case serviceAccountToken:
      guard let account else { return true }
      return secret.name.hasPrefix("\(account)-token-")
    case "kubernetes.io/dockercfg":
      return account.map { secret.name.hasPrefix("\($0)-dockercfg-") } ?? false
    default: return false
    }
  }

  /// Whether a controller fills the Endpoints from what a Service selects, or some program elects
  /// its leader with them.
  private static func isOfSelector(_ endpoints: JSONValue) -> Bool {
    let annotations = endpoints.annotations
    return endpoints.labels["endpoints.kubernetes.io/managed-by"] != nil
      || annotations["endpoints.kubernetes.io/last-change-trigger-time"] != nil
      || annotations["control-plane.alpha.kubernetes.io/leader"] != nil
  }
}
