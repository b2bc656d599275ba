import Documents

/// The columns of built-in resources.
enum BuiltInColumns {
  static func of(_ resource: String) -> [Column] {
    switch resource {
    case Resources.events: eventColumns
    case Resources.storageClasses: storageClassColumns
    default: [.name] + (columns[resource] ?? [.age])
    }
  }

  private static let columns: [String: [Column]] = [
    "pods": PodColumns.columns,
    "namespaces": [.path("Status", "status", "phase"), .age],
    "nodes": [
      .text("Status") { node in node.isTrue("Ready") ? "Ready" : "NotReady" },
      .text("Roles") { _ in "<none>" }, .age,
      .path("Version", "status", "nodeInfo", "kubeletVersion"),
    ],
    "secrets": [
      .path("Type", "type"), .number("Data") { count($0["data"]) }, .age,
    ],
    "configmaps": [
      .number("Data") { count($0["data"]) + count($0["binaryData"]) }, .age,
    ],
    "serviceaccounts": [.number("Secrets") { Int64($0.list("secrets").count) }, .age],
    "services": [
      .path("Type", "spec", "type"), .path("Cluster-IP", "spec", "clusterIP", or: "<none>"),
      .text("External-IP") { $0.string("spec", "externalName") ?? "<none>" },
      .text("Port(s)", servicePorts), .age,
      .text("Selector", wide: true) { pairs($0.value(at: ["spec", "selector"])) },
    ],
    "endpoints": [.text("Endpoints", endpoints), .age],
    "persistentvolumeclaims": claimColumns,
    "persistentvolumes": volumeColumns,
    "leases.coordination.k8s.io": [.path("Holder", "spec", "holderIdentity"), .age],
    "customresourcedefinitions.apiextensions.k8s.io": [
      Column(name: "Created At", type: "date") { object, _ in
        object.value(at: ["metadata", "creationTimestamp"]) ?? .null
      }
    ],
    "jobs.batch": jobColumns,
    "cronjobs.batch": [
      .path("Schedule", "spec", "schedule"),
      .text("Suspend") { $0.flag("spec", "suspend") ? "True" : "False" },
      .number("Active") { Int64($0.list("status", "active").count) }, .age,
    ],
    "deployments.apps": [
      .text("Ready") { ready($0) }, .number("Up-to-date") { status($0, "updatedReplicas") },
      .number("Available") { status($0, "availableReplicas") }, .age,
    ] + templateColumns,
    "statefulsets.apps": [.text("Ready") { ready($0) }, .age] + templateColumns,
    "replicasets.apps": [
      .number("Desired") { $0.integer("spec", "replicas") ?? 0 },
      .number("Current") { status($0, "replicas") },
      .number("Ready") { status($0, "readyReplicas") }, .age,
    ] + templateColumns,
    "poddisruptionbudgets.policy": [
      .text("Min Available") { bound($0, "minAvailable") },
      .text("Max Unavailable") { bound($0, "maxUnavailable") },
      .number("Allowed Disruptions") { status($0, "disruptionsAllowed") }, .age,
    ],
    "controllerrevisions.apps": [
      .text("Controller") { object in
        object.controllerReference.map {
          "\($0.string("kind")!.lowercased()).apps/\($0.string("name")!)"
        } ?? "<none>"
      }, .number("Revision") { $0.integer("revision") ?? 0 }, .age,
    ],
    "rolebindings.rbac.authorization.k8s.io": [
      .text("Role") {
        "\($0.string("roleRef", "kind") ?? "")/\($0.string("roleRef", "name") ?? "")"
      },
      .age,
    ],
    "clusterrolebindings.rbac.authorization.k8s.io": [
      .text("Role") {
        "\($0.string("roleRef", "kind") ?? "")/\($0.string("roleRef", "name") ?? "")"
      },
      .age,
    ],
  ]

  private static let templateColumns: [Column] = [
    .text("Containers", wide: true) { object in
      containers(object).compactMap { $0.string("name") }.joined(separator: ",")
    },
    .text("Images", wide: true) { object in
      containers(object).compactMap { $0.string("image") }.joined(separator: ",")
    },
  ]

  private static let jobColumns: [Column] = [
    .text("Status") { job in
      if job.isTrue("Complete") { return "Complete" }
      if job.isTrue("Failed") { return "Failed" }
      return job.flag("spec", "suspend") ? "Suspended" : "Running"
    },
    .text("Completions") { job in
      "\(status(job, "succeeded"))/\(job.integer("spec", "completions") ?? 1)"
    },
    Column(name: "Duration") { job, now in
      guard let start = job.string("status", "startTime").flatMap({ Timestamp($0) }) else {
        return ""
      }
      let end = job.string("status", "completionTime").flatMap { Timestamp($0) } ?? now
      return .string(HumanDuration.text(since: start, at: end))
    }, .age,
  ]

  private static let claimColumns: [Column] = [
    .text("Status") { $0.isBeingDeleted ? "Terminating" : $0.string("status", "phase") },
    .path("Volume", "spec", "volumeName"), .path("Capacity", "status", "capacity", "storage"),
    .text("Access Modes") { accessModes($0.list("status", "accessModes")) },
    .path("StorageClass", "spec", "storageClassName"),
    .path("VolumeAttributesClass", "spec", "volumeAttributesClassName", or: "<unset>"), .age,
    .text("VolumeMode", wide: true) { $0.string("spec", "volumeMode") },
  ]

  private static let volumeColumns: [Column] = [
    .path("Capacity", "spec", "capacity", "storage"),
    .text("Access Modes") { accessModes($0.list("spec", "accessModes")) },
    .path("Reclaim Policy", "spec", "persistentVolumeReclaimPolicy"),
    .text("Status") { $0.isBeingDeleted ? "Terminating" : $0.string("status", "phase") },
    .text("Claim") { volume in
      volume.string("spec", "claimRef", "name").map {
        "\(volume.string("spec", "claimRef", "namespace") ?? "")/\($0)"
      }
    },
    .path("StorageClass", "spec", "storageClassName"),
    .path("VolumeAttributesClass", "spec", "volumeAttributesClassName", or: "<unset>"),
    .path("Reason", "status", "reason"), .age,
    .text("VolumeMode", wide: true) { $0.string("spec", "volumeMode") },
  ]

  private static let storageClassColumns: [Column] = [
    .text("Name") { object in
      let isDefault = object.annotations["storageclass.kubernetes.io/is-default-class"] == "true"
      return isDefault ? object.name + " (default)" : object.name
    },
    .path("Provisioner", "provisioner"), .path("ReclaimPolicy", "reclaimPolicy"),
    .path("VolumeBindingMode", "volumeBindingMode"),
    Column(name: "AllowVolumeExpansion", type: "boolean") { object, _ in
      .bool(object.flag("allowVolumeExpansion"))
    }, .age,
  ]

  private static let eventColumns: [Column] = [
    Column(name: "Last Seen") { event, now in
      let last = event.string("lastTimestamp") ?? event.string("eventTime")
      return .string(HumanDuration.text(since: last.flatMap { Timestamp($0) }, at: now))
    },
    .text("Type") { $0.string("type") }, .text("Reason") { $0.string("reason") },
    .text("Object") { event in
      let kind = event.string("involvedObject", "kind")?.lowercased() ?? ""
      return "\(kind)/\(event.string("involvedObject", "name") ?? "")"
    },
    .text("Message") { $0.string("message") },
    .text("Name", wide: true) { $0.name },
  ]
}

extension BuiltInColumns {
  fileprivate static func count(_ value: JSONValue?) -> Int64 {
    Int64(value?.objectValue?.count ?? 0)
  }

  fileprivate static func status(_ object: JSONValue, _ member: String) -> Int64 {
    object.integer("status", member) ?? 0
  }

  fileprivate static func ready(_ object: JSONValue) -> String {
    "\(status(object, "readyReplicas"))/\(object.integer("spec", "replicas") ?? 1)"
  }

  fileprivate static func containers(_ object: JSONValue) -> [JSONValue] {
    object.list("spec", "template", "spec", "containers")
  }

  fileprivate static func bound(_ object: JSONValue, _ member: String) -> String {
    switch object.value(at: ["spec", member]) {
    case .integer(let number): String(number)
    case .string(let text): text
    default: "N/A"
    }
  }

  static func accessModes(_ modes: [JSONValue]) -> String {
    modes.compactMap { mode in
      switch mode.stringValue {
      case "ReadWriteOnce": "RWO"
      case "ReadOnlyMany": "ROX"
      case "ReadWriteMany": "RWX"
      case "ReadWriteOncePod": "RWOP"
      default: nil
      }
    }.joined(separator: ",")
  }

  static func pairs(_ value: JSONValue?) -> String {
    let members = value?.objectValue ?? [:]
    guard !members.isEmpty else { return "<none>" }
    return members.keys.sorted().map { "\($0)=\(members[$0]?.stringValue ?? "")" }
      .joined(separator: ",")
  }

  fileprivate static func servicePorts(_ service: JSONValue) -> String {
    let ports = service.list("spec", "ports").map { port in
      let number = port.integer("port") ?? 0
      let node = port.integer("nodePort").map { $0 > 0 ? ":\($0)" : "" } ?? ""
      return "\(number)\(node)/\(port.string("protocol") ?? "TCP")"
    }
    return ports.isEmpty ? "<none>" : ports.joined(separator: ",")
  }

  fileprivate static func endpoints(_ object: JSONValue) -> String {
    let all = object.list("subsets").flatMap { subset in
      subset.list("addresses").flatMap { address in
        subset.list("ports").map { port in
          "\(address.string("ip") ?? ""):\(port.integer("port") ?? 0)"
        }
      }
    }
    guard !all.isEmpty else { return "<none>" }
    let rest = all.count > 3 ? " + \(all.count - 3) more..." : ""
    return all.prefix(3).joined(separator: ",") + rest
  }
}
