extension ResourceType {
  /// Group and plural of what GitOps controllers work from. Which version is served differs from
  /// cluster to cluster, and discovery tells it.
  private static let keepers: Set<[String]> = [
    ["argoproj.io", "applications"], ["kustomize.toolkit.fluxcd.io", "kustomizations"],
    ["helm.toolkit.fluxcd.io", "helmreleases"],
  ]

  /// Whether a GitOps controller keeps other objects as an object of this type says.
  public var isGitOpsKeeper: Bool { Self.keepers.contains([group, plural]) }

  /// `Argo CD Application`
  public var keeperName: String { (group == "argoproj.io" ? "Argo CD " : "Flux ") + kind }

  public static let resourceQuota = ResourceType(plural: "resourcequotas", kind: "ResourceQuota")
  public static let limitRange = ResourceType(plural: "limitranges", kind: "LimitRange")
  public static let validatingWebhooks = ResourceType(
    group: "admissionregistration.k8s.io", plural: "validatingwebhookconfigurations",
    kind: "ValidatingWebhookConfiguration", isNamespaced: false)
  public static let mutatingWebhooks = ResourceType(
    group: "admissionregistration.k8s.io", plural: "mutatingwebhookconfigurations",
    kind: "MutatingWebhookConfiguration", isNamespaced: false)
}
