import Documents

extension ObjectCleaner {
  /// Annotations of a pod that networks and admission of the old cluster wrote.
  private static let podAnnotations: [String] = [
    "k8s.v1.cni.cncf.io/network-status", "k8s.v1.cni.cncf.io/networks-status",
    "k8s.ovn.org/pod-networks", "cni.projectcalico.org/", "openshift.io/scc",
    "seccomp.security.alpha.kubernetes.io/",
  ]

  /// A pod that nobody owns goes to any node, and mounts the token of its new account.
  static func cleanPod(_ pod: inout JSONValue) {
    for field in ["nodeName", "priority", "preemptionPolicy", "ephemeralContainers"] {
      pod.set(["spec", field], to: nil)
    }
    let annotations = pod.annotations.filter { annotation in
      !podAnnotations.contains { annotation.key.hasPrefix($0) }
    }
    pod.set(["metadata", "annotations"], to: JSONValue(strings: annotations))
    let account = pod["spec", "serviceAccountName"]?.stringValue ?? "default"
    let volumes = pod["spec", "volumes"]?.arrayValue ?? []
    let injected = Set(
      volumes.compactMap { volume -> String? in
        guard let name = volume["name"]?.stringValue else { return nil }
        let isToken = name.hasPrefix("kube-api-access-") || name.hasPrefix("\(account)-token-")
        return isToken ? name : nil
      })
    guard !injected.isEmpty else { return }
    pod.set(["spec", "volumes"], to: without(injected, "name", in: volumes))
    for field in ["initContainers", "containers"] {
      guard let containers = pod["spec", field]?.arrayValue else { continue }
      let cleaned = containers.map { container in
        var container = container
        if let mounts = container["volumeMounts"]?.arrayValue {
          container["volumeMounts"] = without(injected, "name", in: mounts)
        }
        return container
      }
      pod.set(["spec", field], to: .array(cleaned))
    }
  }

  private static func without(
    _ names: Set<String>, _ field: String, in list: [JSONValue]
  ) -> JSONValue? {
    let kept = list.filter { !names.contains($0[field]?.stringValue ?? "") }
    return kept.isEmpty ? .none : .some(.array(kept))
  }
}
