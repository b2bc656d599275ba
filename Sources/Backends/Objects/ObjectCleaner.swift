import Documents

/// Frees captured objects of what a server set and a restore must not carry.
enum ObjectCleaner {
  private static let serverMetadata: [String] = [
    "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
    "deletionGracePeriodSeconds", "managedFields", "selfLink", "ownerReferences", "finalizers",
    "namespace",
  ]

  /// Annotations that describe the object's life in the old cluster, not the wish of its owner.
  private static let clusterAnnotations: Set<String> = [
    "kubectl.kubernetes.io/last-applied-configuration", "deployment.kubernetes.io/revision",
    "control-plane.alpha.kubernetes.io/leader",
  ]

  /// Whether the cluster makes this object by itself, so that capturing it would be noise.
  static func isMadeByCluster(_ object: JSONValue) -> Bool {
    let owners = object["metadata", "ownerReferences"]?.arrayValue ?? []
    if owners.contains(where: { $0["controller"]?.boolValue == true }) { return true }
    return switch object["kind"]?.stringValue {
    case "ConfigMap": object.name == "kube-root-ca.crt" || object.name == "openshift-service-ca.crt"
    case "ServiceAccount": object.name == "default"
    case "Secret": object["type"]?.stringValue == "kubernetes.io/service-account-token"
    case "Service": object.name == "kubernetes" && object.namespace == "default"
    default: false
    }
  }

  /// The object as its owner would write it.
  static func cleaned(_ object: JSONValue) -> JSONValue {
    var object = object
    object["status"] = nil
    for field in serverMetadata { object.set(["metadata", field], to: nil) }
    let annotations = object.annotations.filter { !clusterAnnotations.contains($0.key) }
    // No `nil` beside a JSONValue here: it would be a JSON null.
    let kept: JSONValue? = annotations.isEmpty ? .none : .some(JSONValue(strings: annotations))
    object.set(["metadata", "annotations"], to: kept)
    switch object["kind"]?.stringValue {
    case "Service": cleanService(&object)
    case "ServiceAccount": object["secrets"] = nil
    case "Job": cleanJob(&object)
    default: break
    }
    return object
  }

  /// A headless Service stays headless; every other one gets a new address in the target.
  private static func cleanService(_ service: inout JSONValue) {
    if service["spec", "clusterIP"]?.stringValue != "None" {
      service.set(["spec", "clusterIP"], to: nil)
      service.set(["spec", "clusterIPs"], to: nil)
    }
    service.set(["spec", "healthCheckNodePort"], to: nil)
  }

  /// A Job's selector holds the uid of the old Job.
  private static func cleanJob(_ job: inout JSONValue) {
    guard job["spec", "manualSelector"]?.boolValue != true else { return }
    job.set(["spec", "selector"], to: nil)
    for prefix in ["", "batch.kubernetes.io/"] {
      job.set(["spec", "template", "metadata", "labels", prefix + "controller-uid"], to: nil)
      job.set(["spec", "template", "metadata", "labels", prefix + "job-name"], to: nil)
    }
  }
}
