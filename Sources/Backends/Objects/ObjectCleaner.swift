import Documents

/// Frees captured objects of what a server set and a restore must not carry.
///
/// What a GitOps controller or Helm wrote of whose an object is stays: they know their own by it.
enum ObjectCleaner {
  private static let serverMetadata: [String] = [
    "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
    "deletionGracePeriodSeconds", "managedFields", "selfLink", "ownerReferences", "finalizers",
    "namespace", "generateName",
  ]

  /// Annotations that describe the object's life in the old cluster, not the wish of its owner.
  private static let clusterAnnotations: Set<String> = [
    "kubectl.kubernetes.io/last-applied-configuration", "deployment.kubernetes.io/revision",
    "deprecated.daemonset.template.generation", "control-plane.alpha.kubernetes.io/leader",
    "batch.kubernetes.io/job-tracking", "kubernetes.io/service-account.uid",
    "autoscaling.alpha.kubernetes.io/conditions", "autoscaling.alpha.kubernetes.io/current-metrics",
    "field.cattle.io/publicEndpoints",
  ]

  /// The object as its owner would write it.
  static func cleaned(_ object: JSONValue) -> JSONValue {
    var object = object
    switch object["kind"]?.stringValue {
    case "Service": cleanService(&object)
    case "ServiceAccount": cleanServiceAccount(&object)
    case "Secret": cleanSecret(&object)
    case "Job": cleanJob(&object)
    case "Pod": cleanPod(&object)
    case "StatefulSet": cleanStatefulSet(&object)
    default: break
    }
    object["status"] = nil
    for field in serverMetadata { object.set(["metadata", field], to: nil) }
    let annotations = object.annotations.filter { !clusterAnnotations.contains($0.key) }
    // No `nil` beside a JSONValue here: it would be a JSON null.
    let kept: JSONValue? = annotations.isEmpty ? .none : .some(JSONValue(strings: annotations))
    object.set(["metadata", "annotations"], to: kept)
    return object
  }

  /// A headless Service stays headless; every other one gets a new address in the target. Of its
  /// node ports it keeps those that somebody asked for: the others are the old cluster's choice,
  /// and may be taken in the new one.
  private static func cleanService(_ service: inout JSONValue) {
    if service["spec", "clusterIP"]?.stringValue != "None" {
      service.set(["spec", "clusterIP"], to: nil)
      service.set(["spec", "clusterIPs"], to: nil)
    }
    service.set(["spec", "healthCheckNodePort"], to: nil)
    guard let ports = service["spec", "ports"]?.arrayValue else { return }
    let asked = NodePorts(askedForIn: service)
    let kept = ports.map { port in
      var port = port
      if !asked.contains(port) { port["nodePort"] = nil }
      return port
    }
    service.set(["spec", "ports"], to: .array(kept))
  }

  /// References to the tokens and pull secrets that the cluster itself made for the account.
  private static func cleanServiceAccount(_ account: inout JSONValue) {
    let own = ["token", "dockercfg"].map { "\(account.name)-\($0)-" }
    for field in ["secrets", "imagePullSecrets"] {
      guard let references = account[field]?.arrayValue else { continue }
      let kept = references.filter { reference in
        let name = reference["name"]?.stringValue ?? ""
        return !own.contains { name.hasPrefix($0) }
      }
      let value: JSONValue? = kept.isEmpty ? .none : .some(.array(kept))
      account[field] = value
    }
  }

  /// The token of an account of the old cluster is worthless; the new cluster fills in its own.
  private static func cleanSecret(_ secret: inout JSONValue) {
    guard secret["type"]?.stringValue == serviceAccountToken else { return }
    secret["data"] = nil
  }

  /// A Job's selector and labels hold the uid of the old Job.
  private static func cleanJob(_ job: inout JSONValue) {
    guard job["spec", "manualSelector"]?.boolValue != true else { return }
    job.set(["spec", "selector"], to: nil)
    for prefix in ["", "batch.kubernetes.io/"] {
      for path in [["metadata", "labels"], ["spec", "template", "metadata", "labels"]] {
        job.set(path + [prefix + "controller-uid"], to: nil)
        job.set(path + [prefix + "job-name"], to: nil)
      }
    }
  }

  /// What a server wrote into the templates of claims.
  private static func cleanStatefulSet(_ set: inout JSONValue) {
    guard let templates = set["spec", "volumeClaimTemplates"]?.arrayValue else { return }
    let cleaned = templates.map { template in
      var template = template
      template["status"] = nil
      template.set(["metadata", "creationTimestamp"], to: nil)
      return template
    }
    set.set(["spec", "volumeClaimTemplates"], to: .array(cleaned))
  }

  static let serviceAccountToken = "kubernetes.io/service-account-token"
}

/// The node ports of a Service that somebody asked for, by what its managers say.
private struct NodePorts {
  private var numbers: Set<Int64> = []
  private var ports: Set<[String]> = []

  init(askedForIn service: JSONValue) {
    let applied = service.annotations["kubectl.kubernetes.io/last-applied-configuration"]
    let wish = applied.flatMap { try? JSONValue(parsing: $0) }
    for port in wish?["spec", "ports"]?.arrayValue ?? [] {
      if let number = port["nodePort"]?.intValue { numbers.insert(number) }
    }
    // A server that picks a port does not enter it among anybody's fields.
    for entry in service["metadata", "managedFields"]?.arrayValue ?? [] {
      let fields = entry["fieldsV1", "f:spec", "f:ports"]?.objectValue ?? [:]
      for (key, owned) in fields where owned["f:nodePort"] != nil && key.hasPrefix("k:") {
        guard let key = try? JSONValue(parsing: String(key.dropFirst(2))) else { continue }
        ports.insert(Self.key(of: key))
      }
    }
  }

  func contains(_ port: JSONValue) -> Bool {
    guard let number = port["nodePort"]?.intValue else { return true }
    return numbers.contains(number) || ports.contains(Self.key(of: port))
  }

  private static func key(of port: JSONValue) -> [String] {
    [String(port["port"]?.intValue ?? 0), port["protocol"]?.stringValue ?? "TCP"]
  }
}
