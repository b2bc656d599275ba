import Documents

extension SimulatedKubernetes {
  /// Keeps the addresses of ready pods beside each service with a selector.
  mutating func manageEndpoints(at now: Timestamp) -> Timestamp? {
    for service in store.list(Resources.services) where !service.isBeingDeleted {
      guard let selector = service.value(at: ["spec", "selector"]), selector != [:] else {
        continue
      }
      let pods = store.list(Resources.pods, namespace: service.namespace).filter { pod in
        LabelSelector(object: ["matchLabels": selector]).matches(pod.labels)
          && pod.string("status", "podIP") != nil && !Self.isFinished(pod)
      }
      keepEndpoints(of: service, pods, at: now)
      keepSlice(of: service, pods, at: now)
    }
    return nil
  }

  private func isReady(_ pod: JSONValue, for service: JSONValue) -> Bool {
    service.flag("spec", "publishNotReadyAddresses")
      || pod.isTrue("Ready") && !pod.isBeingDeleted
  }

  private func ports(of service: JSONValue, _ pods: [JSONValue]) -> [JSONValue] {
    service.list("spec", "ports").compactMap { port in
      guard let number = Self.number(of: port["targetPort"], in: pods) else { return nil }
      var entry: JSONValue = ["port": .integer(number), "protocol": port["protocol"] ?? "TCP"]
      entry["name"] = port["name"]
      return entry
    }
  }

  private static func number(of target: JSONValue?, in pods: [JSONValue]) -> Int64? {
    if let number = target?.intValue { return number }
    guard let name = target?.stringValue else { return nil }
    let ports = pods.flatMap { $0.list("spec", "containers") }.flatMap { $0.list("ports") }
    return ports.first { $0.string("name") == name }?.integer("containerPort")
  }

  private func reference(to pod: JSONValue) -> JSONValue {
    [
      "kind": "Pod", "namespace": .string(pod.namespace), "name": .string(pod.name),
      "uid": .string(pod.uid),
    ]
  }

  private mutating func keepEndpoints(
    of service: JSONValue, _ pods: [JSONValue], at now: Timestamp
  ) {
    func addresses(_ isReady: Bool) -> [JSONValue] {
      pods.filter { self.isReady($0, for: service) == isReady }.map { pod in
        [
          "ip": .string(pod.string("status", "podIP") ?? ""),
          "nodeName": .string(pod.string("spec", "nodeName") ?? ""),
          "targetRef": reference(to: pod),
        ]
      }
    }
    var subset: JSONValue = [:]
    let (ready, notReady) = (addresses(true), addresses(false))
    if !ready.isEmpty { subset["addresses"] = .array(ready) }
    if !notReady.isEmpty { subset["notReadyAddresses"] = .array(notReady) }
    let ports = ports(of: service, pods)
    if !ports.isEmpty { subset["ports"] = .array(ports) }
    let subsets: JSONValue? = pods.isEmpty ? nil : [subset]
    let key = ObjectKey(Resources.endpoints, service.namespace, service.name)
    guard store[key] == nil else {
      change(key, at: now) { $0["subsets"] = subsets }
      return
    }
    var object: JSONValue = [
      "apiVersion": "v1", "kind": "Endpoints",
      "metadata": [
        "name": .string(service.name), "namespace": .string(service.namespace),
        "ownerReferences": [service.ownerReference],
      ],
    ]
    object["subsets"] = subsets
    make(object, Resources.endpoints, at: now)
  }

  private mutating func keepSlice(of service: JSONValue, _ pods: [JSONValue], at now: Timestamp) {
    let endpoints = pods.map { pod -> JSONValue in
      let isReady = isReady(pod, for: service)
      return [
        "addresses": [.string(pod.string("status", "podIP") ?? "")],
        "conditions": [
          "ready": .bool(isReady), "serving": .bool(pod.isTrue("Ready")),
          "terminating": .bool(pod.isBeingDeleted),
        ], "nodeName": .string(pod.string("spec", "nodeName") ?? ""),
        "targetRef": reference(to: pod),
      ]
    }
    let ports = ports(of: service, pods)
    let key = ObjectKey(Resources.endpointSlices, service.namespace, service.name)
    guard store[key] == nil else {
      change(key, at: now) { slice in
        slice["endpoints"] = .array(endpoints)
        slice["ports"] = .array(ports)
      }
      return
    }
    make(
      [
        "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
        "metadata": [
          "name": .string(service.name), "namespace": .string(service.namespace),
          "labels": ["kubernetes.io/service-name": .string(service.name)],
          "ownerReferences": [service.ownerReference],
        ], "endpoints": .array(endpoints), "ports": .array(ports),
      ], Resources.endpointSlices, at: now)
  }
}
