import ClusterModel
import Documents

extension SurroundingsObserver {
  /// One Application, Kustomization or HelmRelease.
  static func keeper(_ object: JSONValue, _ type: ResourceType) -> ObservedGitOps {
    let reference = ObjectReference(type, namespace: object.namespace, name: object.name)
    let isOn = GitOpsSwitch(type).isOn(object)
    // What only our own restores have paused is not paused for good.
    let isHeld = isOn && object.annotations.keys.allSatisfy { !GitOpsSwitch.isMark($0) }
    return type.group == "argoproj.io"
      ? ObservedGitOps(
        reference, targets: applicationTargets(object), isAutomatic: isAutomatic(object),
        isHeld: isHeld, generator: generator(of: object))
      : ObservedGitOps(
        reference, targets: fluxTargets(object, type), isAutomatic: true, isHeld: isHeld)
  }

  /// Where the Application's objects are, as far as they are in this cluster.
  private static func applicationTargets(_ object: JSONValue) -> [String] {
    let destination = object["spec", "destination"]
    let server = destination?["server"]?.stringValue ?? ""
    let name = destination?["name"]?.stringValue ?? ""
    let isHere =
      server.hasPrefix("https://kubernetes.default.svc") || name == "in-cluster"
      || server.isEmpty && name.isEmpty
    guard isHere else { return [] }
    let resources = object["status", "resources"]?.arrayValue ?? []
    let namespaces =
      resources.compactMap { $0["namespace"]?.stringValue }
      + [destination?["namespace"]?.stringValue].compactMap { $0 }
    return Set(namespaces).filter { !$0.isEmpty }.sorted()
  }

  private static func isAutomatic(_ application: JSONValue) -> Bool {
    guard let automated = application["spec", "syncPolicy", "automated"], !automated.isNull else {
      return false
    }
    return automated["enabled"]?.boolValue ?? true
  }

  private static func generator(of object: JSONValue) -> String? {
    let owners = object["metadata", "ownerReferences"]?.arrayValue ?? []
    let owner = owners.first { $0["kind"]?.stringValue == "ApplicationSet" }
    return owner?["name"]?.stringValue.map { "ApplicationSet \($0)" }
  }

  /// An entry of a Kustomization's inventory is `namespace_name_group_kind`.
  private static func fluxTargets(_ object: JSONValue, _ type: ResourceType) -> [String] {
    // With a kubeconfig of its own it works on another cluster.
    guard object["spec", "kubeConfig"] == nil else { return [] }
    if let target = object["spec", "targetNamespace"]?.stringValue { return [target] }
    guard type.kind == "Kustomization" else { return [object.namespace] }
    let entries = object["status", "inventory", "entries"]?.arrayValue ?? []
    let namespaces = entries.compactMap { entry in
      entry["id"]?.stringValue.map { String($0.prefix { $0 != "_" }) }
    }
    return Set(namespaces).filter { !$0.isEmpty }.sorted()
  }

  /// What an object says of who keeps it.
  static func tracks(_ object: JSONValue) -> [GitOpsTrack] {
    var tracks: [GitOpsTrack] = []
    func add(_ kind: String, _ namespace: String?, _ owner: String, isCertain: Bool = true) {
      tracks.append(
        GitOpsTrack(
          namespace: object.namespace, kind: kind, ownerNamespace: namespace, owner: owner,
          isCertain: isCertain))
    }
    let labels = object.labels
    // `app:group/Kind:namespace/name`; an Application outside of Argo CD's own namespace is
    // `namespace_app`.
    if let id = object.annotations["argocd.argoproj.io/tracking-id"] {
      let parts = id.prefix { $0 != ":" }.split(separator: "_", maxSplits: 1)
      if let name = parts.last, !name.isEmpty {
        add("Application", parts.count == 2 ? String(parts[0]) : nil, String(name))
      }
    } else if let name = labels["app.kubernetes.io/instance"] {
      add("Application", nil, name, isCertain: false)
    }
    for (kind, prefix) in [
      ("Kustomization", "kustomize.toolkit.fluxcd.io/"), ("HelmRelease", "helm.toolkit.fluxcd.io/"),
    ] {
      if let name = labels[prefix + "name"] { add(kind, labels[prefix + "namespace"], name) }
    }
    return tracks
  }
}
