/// What only restores ask about: what the cluster serves, what it allows, and who else writes.
public struct ObservedSurroundings: Hashable, Sendable, Codable {
  /// Every resource that can be listed, in every version that is served.
  public var types: [ResourceType]
  public var quotas: [ObservedQuota]
  public var claimLimits: [ObservedClaimLimit]
  /// Webhooks whose Service is not there, and that refuse what they cannot judge.
  public var deadWebhooks: [ObservedWebhook]
  public var gitOps: [ObservedGitOps]
  public var tracks: [GitOpsTrack]

  public init(
    types: [ResourceType] = [], quotas: [ObservedQuota] = [],
    claimLimits: [ObservedClaimLimit] = [], deadWebhooks: [ObservedWebhook] = [],
    gitOps: [ObservedGitOps] = [], tracks: [GitOpsTrack] = []
  ) {
    self.types = types
    self.quotas = quotas
    self.claimLimits = claimLimits
    self.deadWebhooks = deadWebhooks
    self.gitOps = gitOps
    self.tracks = tracks
  }
}

/// A ResourceQuota, as far as it counts objects and storage: bytes or a number under each key.
public struct ObservedQuota: Hashable, Sendable, Codable {
  public var namespace: String
  public var name: String
  public var hard: [String: Int64]
  public var used: [String: Int64]

  public init(namespace: String, name: String, hard: [String: Int64], used: [String: Int64]) {
    self.namespace = namespace
    self.name = name
    self.hard = hard
    self.used = used
  }
}

/// What a LimitRange says of the sizes of claims.
public struct ObservedClaimLimit: Hashable, Sendable, Codable {
  public var namespace: String
  public var name: String
  public var bytesMin: Int64?
  public var bytesMax: Int64?

  public init(namespace: String, name: String, bytesMin: Int64?, bytesMax: Int64?) {
    self.namespace = namespace
    self.name = name
    self.bytesMin = bytesMin
    self.bytesMax = bytesMax
  }
}

/// An admission webhook that is asked about objects being created.
public struct ObservedWebhook: Hashable, Sendable, Codable {
  /// `ValidatingWebhookConfiguration policy`
  public var configuration: String
  public var name: String
  /// `policy/webhook`: where it should be answered.
  public var service: String
  /// Groups and plurals that it is asked about; `*` stands for all.
  public var groups: [String]
  public var plurals: [String]

  public init(
    configuration: String, name: String, service: String, groups: [String], plurals: [String]
  ) {
    self.configuration = configuration
    self.name = name
    self.service = service
    self.groups = groups
    self.plurals = plurals
  }

  public func judges(_ type: ResourceType) -> Bool {
    (groups.contains("*") || groups.contains(type.group))
      && plurals.contains { $0 == "*" || $0 == "*/*" || $0 == type.plural }
  }
}

/// An object by which a GitOps controller keeps other objects as they are in git.
public struct ObservedGitOps: Hashable, Sendable, Codable {
  public var reference: ObjectReference
  /// Namespaces of this cluster in which it keeps objects.
  public var targets: [String]
  /// Whether it acts without being asked.
  public var isAutomatic: Bool
  /// Whether somebody other than a restore has paused it.
  public var isHeld: Bool
  /// What generates it, and may write over what is done to it: `ApplicationSet shops`.
  public var generator: String?

  public init(
    _ reference: ObjectReference, targets: [String], isAutomatic: Bool, isHeld: Bool,
    generator: String? = nil
  ) {
    self.reference = reference
    self.targets = targets
    self.isAutomatic = isAutomatic
    self.isHeld = isHeld
    self.generator = generator
  }
}

/// What an object's labels and annotations say of who keeps it.
public struct GitOpsTrack: Hashable, Sendable, Codable {
  /// Where the object is.
  public var namespace: String
  /// The kind of its keeper: `Application`, `Kustomization` or `HelmRelease`.
  public var kind: String
  /// The keeper; its namespace where the object tells it.
  public var ownerNamespace: String?
  public var owner: String
  /// Whether nothing else carries such a mark. Helm charts use the label that Argo CD does.
  public var isCertain: Bool

  public init(
    namespace: String, kind: String, ownerNamespace: String?, owner: String, isCertain: Bool
  ) {
    self.namespace = namespace
    self.kind = kind
    self.ownerNamespace = ownerNamespace
    self.owner = owner
    self.isCertain = isCertain
  }

  public func names(_ reference: ObjectReference) -> Bool {
    kind == reference.type.kind && owner == reference.name
      && ownerNamespace.map { $0 == reference.namespace } ?? true
  }
}
