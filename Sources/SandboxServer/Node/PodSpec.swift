import Documents

/// One container of a pod's specification.
struct ContainerSpec: Sendable {
  let value: JSONValue
  let isInit: Bool

  var name: String { value["name"]?.stringValue ?? "" }
  var image: String { value["image"]?.stringValue ?? "" }
  /// An init container that goes on running beside the others.
  var isSidecar: Bool { isInit && value["restartPolicy"]?.stringValue == "Always" }
  var mounts: [JSONValue] { value["volumeMounts"]?.arrayValue ?? [] }
}

/// What a pod asks for, read from its object.
struct PodSpec: Sendable {
  let pod: JSONValue

  var identity: PodIdentity? { PodIdentity(pod) }
  private var spec: JSONValue { pod["spec"] ?? [:] }

  var initContainers: [ContainerSpec] { containers("initContainers", isInit: true) }
  var containers: [ContainerSpec] { containers("containers", isInit: false) }

  private func containers(_ member: String, isInit: Bool) -> [ContainerSpec] {
    (spec[member]?.arrayValue ?? []).map { ContainerSpec(value: $0, isInit: isInit) }
  }

  var volumes: [JSONValue] { spec["volumes"]?.arrayValue ?? [] }
  var restartPolicy: String { spec["restartPolicy"]?.stringValue ?? "Always" }
  var usesHostNetwork: Bool { spec["hostNetwork"]?.boolValue ?? false }
  /// Pods have no network between them. Those of Jobs serve nobody and have the machine's: a mover
  /// must get to its repository.
  var sharesNetwork: Bool {
    usesHostNetwork || pod["metadata", "labels", "job-name"]?.stringValue != nil
  }
  var graceSeconds: Int64 { spec["terminationGracePeriodSeconds"]?.intValue ?? 30 }
  var hostName: String {
    let name = spec["hostname"]?.stringValue ?? pod["metadata"]?["name"]?.stringValue ?? "pod"
    return String(name.prefix(63))
  }

  /// Set once somebody asked to delete the pod.
  var deletionGraceSeconds: Int64? {
    guard pod["metadata"]?["deletionTimestamp"] != nil else { return nil }
    return pod["metadata"]?["deletionGracePeriodSeconds"]?.intValue ?? graceSeconds
  }

  var phase: String { pod["status"]?["phase"]?.stringValue ?? "Pending" }

  /// Whether a container that ended so is started again.
  func restarts(_ container: ContainerSpec, afterExit code: Int32) -> Bool {
    if container.isSidecar { return true }
    switch restartPolicy {
    case "Never": return false
    case "OnFailure": return code != 0
    default: return !container.isInit || code != 0
    }
  }

  /// Who the container's processes are inside of it. On the disk everything belongs to the user
  /// that runs the server: the sandbox maps that one to this.
  func user(of container: ContainerSpec) -> (user: Int64, group: Int64) {
    func setting(_ name: String) -> Int64? {
      container.value["securityContext"]?[name]?.intValue
        ?? spec["securityContext"]?[name]?.intValue
    }
    return (
      setting("runAsUser") ?? 0,
      setting("runAsGroup") ?? spec["securityContext"]?["fsGroup"]?.intValue ?? 0
    )
  }

  /// Whether its volumes are opened to its `fsGroup`. Everything belongs to one user here, so that
  /// `OnRootMismatch` never finds a mismatch.
  var opensVolumesToGroup: Bool {
    let context = spec["securityContext"]
    return context?["fsGroup"] != nil && context?["fsGroupChangePolicy"] != "OnRootMismatch"
  }

  func mustNotBeRoot(_ container: ContainerSpec) -> Bool {
    (container.value["securityContext"]?["runAsNonRoot"]
      ?? spec["securityContext"]?["runAsNonRoot"])?.boolValue ?? false
  }

  /// What a `fieldRef` names; `nil` where there is no such field.
  func field(_ path: String, address: String, hostAddress: String) -> String? {
    let metadata = pod["metadata"] ?? [:]
    switch path {
    case "metadata.name", "metadata.namespace", "metadata.uid":
      return metadata[String(path.dropFirst("metadata.".count))]?.stringValue ?? ""
    case "metadata.labels", "metadata.annotations":
      let members = metadata[String(path.dropFirst("metadata.".count))]?.objectValue ?? [:]
      return members.sorted { $0.key < $1.key }
        .map { "\($0.key)=\(CanonicalJSON.string($0.value))" }.joined(separator: "\n")
    case "spec.nodeName": return spec["nodeName"]?.stringValue ?? ""
    case "spec.serviceAccountName": return spec["serviceAccountName"]?.stringValue ?? "default"
    case "status.podIP", "status.podIPs": return address
    case "status.hostIP", "status.hostIPs": return hostAddress
    default:
      for map in ["labels", "annotations"] {
        let prefix = "metadata.\(map)['"
        if path.hasPrefix(prefix), path.hasSuffix("']") {
          return metadata[map]?[String(path.dropFirst(prefix.count).dropLast(2))]?.stringValue
            ?? ""
        }
      }
      return nil
    }
  }
}
