import Documents

extension Validation {
  /// What may not change about an object.
  static func changes(from old: JSONValue, to new: JSONValue, resource: Resource) -> [FieldError] {
    let (before, after) = (old.spec, new.spec)
    switch resource.id {
    case "deployments.apps", "replicasets.apps", "daemonsets.apps":
      return immutable("selector", before, after)
    case "statefulsets.apps": return statefulSet(before, after)
    case "jobs.batch":
      return immutable("selector", before, after) + immutable("completions", before, after)
        + immutable("template", before, after)
    case "pods": return pod(before, after)
    case "services":
      guard let address = before["clusterIP"], after["clusterIP"] != nil,
        after["type"] == before["type"], after["clusterIP"] != address
      else { return [] }
      return [
        .invalid(
          "spec.clusterIPs[0]", .array([after["clusterIP"]!]), "may not change once set")
      ]
    case "persistentvolumeclaims": return claim(old, new)
    case "persistentvolumes":
      guard VolumeValidation.sources(of: before) != VolumeValidation.sources(of: after) else {
        return []
      }
      return [
        .forbidden(
          "spec.persistentvolumesource",
          "spec.persistentvolumesource is immutable after creation")
      ]
    case "secrets", "configmaps": return data(old, new, resource)
    case "storageclasses.storage.k8s.io":
      return ["parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"]
        .filter { old[$0] != new[$0] }
        .map { .forbidden($0, "updates to \($0) are forbidden.") }
    case "rolebindings.rbac.authorization.k8s.io", "clusterrolebindings.rbac.authorization.k8s.io":
      return old["roleRef"] == new["roleRef"]
        ? [] : [.invalid("roleRef", new["roleRef"] ?? .null, "cannot change roleRef")]
    case "customresourcedefinitions.apiextensions.k8s.io":
      return immutable("group", before, after) + immutable("scope", before, after)
    default: return SnapshotRules.changes(from: old, to: new, resource: resource.id)
    }
  }

  private static func immutable(_ member: String, _ old: JSONValue, _ new: JSONValue)
    -> [FieldError]
  {
    old[member] == new[member]
      ? [] : [.invalid("spec.\(member)", new[member] ?? .null, "field is immutable")]
  }

  private static func statefulSet(_ old: JSONValue, _ new: JSONValue) -> [FieldError] {
    let free = [
      "replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit",
      "persistentVolumeClaimRetentionPolicy", "minReadySeconds",
    ]
    var (old, new) = (old, new)
    for member in free {
      old[member] = nil
      new[member] = nil
    }
    guard old != new else { return [] }
    return [
      .forbidden(
        "spec",
        "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', "
          + "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and "
          + "'minReadySeconds' are forbidden")
    ]
  }

  private static func pod(_ old: JSONValue, _ new: JSONValue) -> [FieldError] {
    func fixed(_ spec: JSONValue) -> JSONValue {
      var spec = spec
      for member in ["containers", "initContainers"] {
        spec.changeEach(member) {
          $0["image"] = nil
          $0["imagePullPolicy"] = nil
        }
      }
      for member in [
        "activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "nodeName",
        "schedulingGates",
      ] { spec[member] = nil }
      return spec
    }
    let isRescheduled = old["nodeName"] != nil && old["nodeName"] != new["nodeName"]
    guard fixed(old) != fixed(new) || isRescheduled else { return [] }
    return [
      .forbidden(
        "spec",
        "pod updates may not change fields other than `spec.containers[*].image`,"
          + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` "
          + "(only additions to existing tolerations),`spec.terminationGracePeriodSeconds` "
          + "(allow it to be set to 1 if it was previously negative)")
    ]
  }

  private static func claim(_ old: JSONValue, _ new: JSONValue) -> [FieldError] {
    let (before, after) = (old.spec, new.spec)
    func fixed(_ spec: JSONValue) -> JSONValue {
      var spec = spec
      spec.set(["resources", "requests"], to: nil)
      spec["volumeAttributesClassName"] = nil
      if before.string("volumeName") ?? "" == "" { spec["volumeName"] = nil }
      if before["storageClassName"] == nil { spec["storageClassName"] = nil }
      return spec
    }
    if fixed(before) != fixed(after) {
      return [
        .forbidden(
          "spec",
          "spec is immutable after creation except resources.requests and "
            + "volumeAttributesClassName for bound claims")
      ]
    }
    let size = { (spec: JSONValue) in
      spec.string("resources", "requests", "storage").flatMap { Quantity.whole($0) } ?? 0
    }
    if size(after) < size(before) {
      return [
        .forbidden(
          "spec.resources.requests.storage", "field can not be less than status.capacity")
      ]
    }
    return []
  }

  private static func data(_ old: JSONValue, _ new: JSONValue, _ resource: Resource)
    -> [FieldError]
  {
    var errors: [FieldError] = []
    if resource.id == "secrets", old["type"] != new["type"] {
      errors.append(.invalid("type", new["type"] ?? .null, "field is immutable"))
    }
    if old.flag("immutable") {
      for member in ["data", "binaryData"] where old[member] != new[member] {
        errors.append(.forbidden(member, "field is immutable when `immutable` is set"))
      }
    }
    return errors
  }
}
