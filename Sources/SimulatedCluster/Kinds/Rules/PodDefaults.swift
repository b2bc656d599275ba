import Documents

/// What the API fills into pods and their templates.
enum PodDefaults {
  static func fill(_ spec: inout JSONValue) {
    spec.fill("restartPolicy", with: "Always")
    spec.fill("terminationGracePeriodSeconds", with: 30)
    spec.fill("dnsPolicy", with: "ClusterFirst")
    spec.fill("schedulerName", with: "default-scheduler")
    spec.fill("securityContext", with: [:])
    if let account = spec["serviceAccountName"] { spec.fill("serviceAccount", with: account) }
    spec.changeEach("containers", container)
    spec.changeEach("initContainers", container)
    spec.changeEach("volumes", volume)
  }

  private static func container(_ container: inout JSONValue) {
    container.fill("terminationMessagePath", with: "/dev/termination-log")
    container.fill("terminationMessagePolicy", with: "File")
    container.fill("resources", with: [:])
    let image = container.string("image") ?? ""
    container.fill("imagePullPolicy", with: isLatest(image) ? "Always" : "IfNotPresent")
    container.changeEach("ports") { $0.fill("protocol", with: "TCP") }
    container.changeEach("env") { variable in
      variable.change("valueFrom") { source in
        source.change("fieldRef") { $0.fill("apiVersion", with: "v1") }
      }
    }
    container.change("resources") { resources in
      guard let limits = resources["limits"]?.objectValue else { return }
      for name in limits.keys.sorted() { resources.fill("requests", name, with: limits[name]!) }
    }
    for name in ["livenessProbe", "readinessProbe", "startupProbe"] {
      container.change(name, probe)
    }
    container.change("lifecycle") { lifecycle in
      for name in ["postStart", "preStop"] { lifecycle.change(name, handler) }
    }
  }

  private static func isLatest(_ image: String) -> Bool {
    if image.contains("@") { return false }
    let last = image.split(separator: "/").last ?? ""
    guard let colon = last.lastIndex(of: ":") else { return true }
    return last[last.index(after: colon)...] == "latest"
  }

  private static func probe(_ probe: inout JSONValue) {
    probe.fill("timeoutSeconds", with: 1)
    probe.fill("periodSeconds", with: 10)
    probe.fill("successThreshold", with: 1)
    probe.fill("failureThreshold", with: 3)
    handler(&probe)
  }

  private static func handler(_ handler: inout JSONValue) {
    handler.change("httpGet") { get in
      get.fill("path", with: "/")
      get.fill("scheme", with: "HTTP")
    }
  }

  private static func volume(_ volume: inout JSONValue) {
    for name in ["secret", "configMap", "downwardAPI", "projected"] {
      volume.change(name) { $0.fill("defaultMode", with: 420) }
    }
    volume.change("hostPath") { $0.fill("type", with: "") }
    let sources = (volume.objectValue ?? [:]).keys.filter { $0 != "name" }
    if sources.isEmpty { volume["emptyDir"] = [:] }
  }

  /// What admission adds to a pod, as opposed to a template.
  static func admit(_ pod: inout JSONValue) {
    pod.change("spec") { spec in
      spec.fill("serviceAccountName", with: "default")
      spec.fill("serviceAccount", with: spec["serviceAccountName"] ?? "default")
      spec.fill("enableServiceLinks", with: true)
      spec.fill("preemptionPolicy", with: "PreemptLowerPriority")
      spec.fill("priority", with: 0)
      var tolerations = spec.list("tolerations")
      for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"]
      where !tolerations.contains(where: { $0.string("key") == key }) {
        tolerations.append([
          "key": .string(key), "operator": "Exists", "effect": "NoExecute",
          "tolerationSeconds": 300,
        ])
      }
      spec["tolerations"] = .array(tolerations)
    }
    pod.set(["status"], to: ["phase": "Pending", "qosClass": .string(qualityOfService(pod))])
  }

  private static func qualityOfService(_ pod: JSONValue) -> String {
    let containers = pod.list("spec", "containers") + pod.list("spec", "initContainers")
    let resources = containers.map { $0["resources"] ?? [:] }
    if resources.allSatisfy({ $0["limits"] == nil && $0["requests"] == nil }) {
      return "BestEffort"
    }
    let isGuaranteed = resources.allSatisfy { resource in
      ["cpu", "memory"].allSatisfy { name in
        let limit = resource.string("limits", name)
        return limit != nil && limit == resource.string("requests", name)
      }
    }
    return isGuaranteed ? "Guaranteed" : "Burstable"
  }
}
