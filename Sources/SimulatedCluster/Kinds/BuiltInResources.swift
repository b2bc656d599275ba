/// The resources a cluster serves without any CustomResourceDefinition.
enum BuiltInResources {
  static let all: [Resource] = core + workloads + others + reviews

  private static func resource(
    _ group: String, _ plural: String, _ kind: String, type: String, short: [String] = [],
    categories: [String] = [], isNamespaced: Bool = true, hasStatus: Bool = false,
    scale: Resource.ScalePaths? = nil, processes: [String] = [], isStored: Bool = true
  ) -> Resource {
    let schema = isStored ? BuiltInTypes.schema(type + "." + kind) : Schema.any
    return Resource(
      group: group, plural: plural, singular: kind.lowercased(), kind: kind,
      listKind: kind + "List", shortNames: short, categories: categories,
      isNamespaced: isNamespaced,
      versions: [
        Resource.Version(name: "v1", schema: schema, hasStatus: hasStatus, scale: scale)
      ], storageVersion: "v1", processSubresources: processes, isStored: isStored)
  }

  private static let scale = Resource.ScalePaths(
    replicas: ["spec", "replicas"], statusReplicas: ["status", "replicas"],
    labelSelector: ["spec", "selector"])

  private static let core: [Resource] = {
    func core(
      _ plural: String, _ kind: String, short: [String] = [], categories: [String] = [],
      isNamespaced: Bool = true, hasStatus: Bool = false, processes: [String] = []
    ) -> Resource {
      resource(
        "", plural, kind, type: "io.k8s.api.core.v1", short: short, categories: categories,
        isNamespaced: isNamespaced, hasStatus: hasStatus, processes: processes)
    }
    return [
      core("namespaces", "Namespace", short: ["ns"], isNamespaced: false, hasStatus: true),
      core("nodes", "Node", short: ["no"], isNamespaced: false, hasStatus: true),
      core(
        "pods", "Pod", short: ["po"], categories: ["all"], hasStatus: true,
        processes: ["attach", "exec", "log"]),
      core("services", "Service", short: ["svc"], categories: ["all"], hasStatus: true),
      core("endpoints", "Endpoints", short: ["ep"]),
      core("secrets", "Secret"),
      core("configmaps", "ConfigMap", short: ["cm"]),
      core("serviceaccounts", "ServiceAccount", short: ["sa"]),
      core("events", "Event", short: ["ev"]),
      core(
        "persistentvolumes", "PersistentVolume", short: ["pv"], isNamespaced: false,
        hasStatus: true),
      core("persistentvolumeclaims", "PersistentVolumeClaim", short: ["pvc"], hasStatus: true),
      core("resourcequotas", "ResourceQuota", short: ["quota"], hasStatus: true),
      core("limitranges", "LimitRange", short: ["limits"]),
      core("podtemplates", "PodTemplate"),
    ]
  }()

  private static let workloads: [Resource] = {
    func apps(
      _ plural: String, _ kind: String, short: [String] = [], scales: Bool = false,
      isWorkload: Bool = true
    ) -> Resource {
      resource(
        "apps", plural, kind, type: "io.k8s.api.apps.v1", short: short,
        categories: isWorkload ? ["all"] : [], hasStatus: isWorkload, scale: scales ? scale : nil)
    }
    func batch(_ plural: String, _ kind: String, short: [String] = []) -> Resource {
      resource(
        "batch", plural, kind, type: "io.k8s.api.batch.v1", short: short, categories: ["all"],
        hasStatus: true)
    }
    return [
      apps("statefulsets", "StatefulSet", short: ["sts"], scales: true),
      apps("deployments", "Deployment", short: ["deploy"], scales: true),
      apps("replicasets", "ReplicaSet", short: ["rs"], scales: true),
      apps("daemonsets", "DaemonSet", short: ["ds"]),
      apps("controllerrevisions", "ControllerRevision", isWorkload: false),
      batch("jobs", "Job"),
      batch("cronjobs", "CronJob", short: ["cj"]),
    ]
  }()

  private static let others: [Resource] = {
    let rbac = "io.k8s.api.rbac.v1"
    let access = "rbac.authorization.k8s.io"
    let networking = "networking.k8s.io"
    return [
      resource(
        "policy", "poddisruptionbudgets", "PodDisruptionBudget", type: "io.k8s.api.policy.v1",
        short: ["pdb"], hasStatus: true),
      resource(
        networking, "networkpolicies", "NetworkPolicy", type: "io.k8s.api.networking.v1",
        short: ["netpol"]),
      resource(
        networking, "ingresses", "Ingress", type: "io.k8s.api.networking.v1", short: ["ing"],
        hasStatus: true),
      resource(access, "roles", "Role", type: rbac),
      resource(access, "rolebindings", "RoleBinding", type: rbac),
      resource(access, "clusterroles", "ClusterRole", type: rbac, isNamespaced: false),
      resource(
        access, "clusterrolebindings", "ClusterRoleBinding", type: rbac, isNamespaced: false),
      resource(
        "coordination.k8s.io", "leases", "Lease", type: "io.k8s.api.coordination.v1"),
      resource(
        "discovery.k8s.io", "endpointslices", "EndpointSlice", type: "io.k8s.api.discovery.v1"),
      resource(
        "storage.k8s.io", "storageclasses", "StorageClass", type: "io.k8s.api.storage.v1",
        short: ["sc"], isNamespaced: false),
      resource(
        "storage.k8s.io", "csidrivers", "CSIDriver", type: "io.k8s.api.storage.v1",
        isNamespaced: false),
      resource(
        "scheduling.k8s.io", "priorityclasses", "PriorityClass",
        type: "io.k8s.api.scheduling.v1", short: ["pc"], isNamespaced: false),
      resource(
        "apiextensions.k8s.io", "customresourcedefinitions", "CustomResourceDefinition",
        type: "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1",
        short: ["crd", "crds"], categories: ["api-extensions"], isNamespaced: false,
        hasStatus: true),
    ]
  }()

  /// Questions that are answered and not kept.
  private static let reviews: [Resource] = [
    resource(
      "authorization.k8s.io", "selfsubjectaccessreviews", "SelfSubjectAccessReview", type: "",
      isNamespaced: false, isStored: false),
    resource(
      "authorization.k8s.io", "selfsubjectrulesreviews", "SelfSubjectRulesReview", type: "",
      isNamespaced: false, isStored: false),
    resource(
      "authentication.k8s.io", "selfsubjectreviews", "SelfSubjectReview", type: "",
      isNamespaced: false, isStored: false),
  ]
}
