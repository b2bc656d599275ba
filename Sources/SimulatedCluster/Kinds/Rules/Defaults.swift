import Documents

/// What the API fills in where a client says nothing.
enum Defaults {
  static func fill(_ object: inout JSONValue, resource: String) {
    switch resource {
    case "pods":
      object.change("spec") { PodDefaults.fill(&$0) }
      object.fill("status", "phase", with: "Pending")
    case "podtemplates": template(&object)
    case "deployments.apps": object.change("spec", deployment)
    case "statefulsets.apps": object.change("spec", statefulSet)
    case "replicasets.apps":
      object.change("spec") { spec in
        spec.fill("replicas", with: 1)
        template(&spec)
      }
    case "daemonsets.apps":
      object.change("spec") { spec in
        spec.fill("updateStrategy", with: ["type": "RollingUpdate"])
        spec.fill("revisionHistoryLimit", with: 10)
        template(&spec)
      }
    case "jobs.batch": object.change("spec", job)
    case "cronjobs.batch": object.change("spec", cronJob)
    case "services": object.change("spec", service)
    case "persistentvolumeclaims":
      object.change("spec", claim)
      object.fill("status", "phase", with: "Pending")
    case "persistentvolumes": object.change("spec", volume)
    case "secrets": object.fill("type", with: "Opaque")
    case "namespaces": namespace(&object)
    case "storageclasses.storage.k8s.io":
      object.fill("reclaimPolicy", with: "Delete")
      object.fill("volumeBindingMode", with: "Immediate")
    case "csidrivers.storage.k8s.io": object.change("spec", driver)
    case "networkpolicies.networking.k8s.io":
      object.change("spec") { spec in
        spec.fill("podSelector", with: [:])
        let types: JSONValue = spec["egress"] == nil ? ["Ingress"] : ["Ingress", "Egress"]
        spec.fill("policyTypes", with: types)
      }
    case "customresourcedefinitions.apiextensions.k8s.io": object.change("spec", definition)
    default: break
    }
  }

  private static func template(_ spec: inout JSONValue) {
    spec.change("template") { template in
      template.change("spec") { PodDefaults.fill(&$0) }
    }
  }

  private static func deployment(_ spec: inout JSONValue) {
    spec.fill("replicas", with: 1)
    spec.fill("revisionHistoryLimit", with: 10)
    spec.fill("progressDeadlineSeconds", with: 600)
    spec.fill("strategy", "type", with: "RollingUpdate")
    if spec.string("strategy", "type") == "RollingUpdate" {
      spec.fill("strategy", "rollingUpdate", "maxSurge", with: "25%")
      spec.fill("strategy", "rollingUpdate", "maxUnavailable", with: "25%")
    }
    template(&spec)
  }

  private static func statefulSet(_ spec: inout JSONValue) {
    spec.fill("replicas", with: 1)
    spec.fill("revisionHistoryLimit", with: 10)
    spec.fill("podManagementPolicy", with: "OrderedReady")
    spec.fill("updateStrategy", "type", with: "RollingUpdate")
    if spec.string("updateStrategy", "type") == "RollingUpdate" {
      spec.fill("updateStrategy", "rollingUpdate", "partition", with: 0)
    }
    spec.fill("persistentVolumeClaimRetentionPolicy", "whenDeleted", with: "Retain")
    spec.fill("persistentVolumeClaimRetentionPolicy", "whenScaled", with: "Retain")
    spec.changeEach("volumeClaimTemplates") { template in
      template.fill("apiVersion", with: "v1")
      template.fill("kind", with: "PersistentVolumeClaim")
      template.change("spec", claim)
      template.fill("status", "phase", with: "Pending")
    }
    template(&spec)
  }

  private static func job(_ spec: inout JSONValue) {
    if spec["parallelism"] == nil, spec["completions"] == nil { spec["completions"] = 1 }
    spec.fill("parallelism", with: 1)
    spec.fill("backoffLimit", with: 6)
    spec.fill("completionMode", with: "NonIndexed")
    spec.fill("suspend", with: false)
    spec.fill("manualSelector", with: false)
    spec.fill("podReplacementPolicy", with: "TerminatingOrFailed")
    template(&spec)
  }

  private static func cronJob(_ spec: inout JSONValue) {
    spec.fill("concurrencyPolicy", with: "Allow")
    spec.fill("suspend", with: false)
    spec.fill("successfulJobsHistoryLimit", with: 3)
    spec.fill("failedJobsHistoryLimit", with: 1)
    spec.change("jobTemplate") { template in
      template.change("spec") { spec in
        spec.change("template") { $0.change("spec") { PodDefaults.fill(&$0) } }
      }
    }
  }

  private static func service(_ spec: inout JSONValue) {
    spec.fill("type", with: "ClusterIP")
    spec.fill("sessionAffinity", with: "None")
    spec.changeEach("ports") { port in
      port.fill("protocol", with: "TCP")
      port.fill("targetPort", with: port["port"] ?? .null)
    }
    guard spec.string("type") != "ExternalName" else { return }
    spec.fill("internalTrafficPolicy", with: "Cluster")
    spec.fill("ipFamilyPolicy", with: "SingleStack")
    spec.fill("ipFamilies", with: ["IPv4"])
  }

  private static func claim(_ spec: inout JSONValue) {
    spec.fill("volumeMode", with: "Filesystem")
    if let source = spec["dataSource"] {
      spec.fill("dataSourceRef", with: source)
    } else if let source = spec["dataSourceRef"], source["namespace"] == nil {
      spec["dataSource"] = source
    }
  }

  private static func volume(_ spec: inout JSONValue) {
    spec.fill("persistentVolumeReclaimPolicy", with: "Retain")
    spec.fill("volumeMode", with: "Filesystem")
    spec.change("claimRef") { claim in
      claim.fill("kind", with: "PersistentVolumeClaim")
      claim.fill("apiVersion", with: "v1")
    }
  }

  private static func namespace(_ object: inout JSONValue) {
    object.fill("metadata", "labels", "kubernetes.io/metadata.name", with: .string(object.name))
    object.fill("status", "phase", with: "Active")
  }

  private static func driver(_ spec: inout JSONValue) {
    spec.fill("attachRequired", with: true)
    spec.fill("podInfoOnMount", with: false)
    spec.fill("fsGroupPolicy", with: "ReadWriteOnceWithFSType")
    spec.fill("storageCapacity", with: false)
    spec.fill("requiresRepublish", with: false)
    spec.fill("seLinuxMount", with: false)
    spec.fill("volumeLifecycleModes", with: ["Persistent"])
  }

  private static func definition(_ spec: inout JSONValue) {
    spec.fill("conversion", "strategy", with: "None")
    let kind = spec.string("names", "kind") ?? ""
    spec.fill("names", "singular", with: .string(kind.lowercased()))
    spec.fill("names", "listKind", with: .string(kind + "List"))
  }
}
