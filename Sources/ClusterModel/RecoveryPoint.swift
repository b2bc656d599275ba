/// A recovery point as its manifest tells it: written last, so whatever has one is whole.
public struct RecoveryPoint: Hashable, Sendable, Codable {
  /// The format of the manifest itself.
  public static let formatVersion = 1
  /// The manifest's file within its snapshot.
  public static let manifestPath = "recovery-point.json"

  public var formatVersion: Int
  public var plan: PlanKey
  /// `20261122T020000Z`; unique within the plan.
  public var name: String
  /// The schedule slot that it fills, RFC 3339; `nil` where it was made on demand.
  public var slot: String?
  /// When the last volume was cut, RFC 3339.
  public var cutAt: String
  public var sealedAt: String
  /// The consistency that was measured: a case name of the ladder (`Application`).
  public var consistency: String
  /// How long the application was quiesced, from before the quiesce to after the unquiesce.
  public var quiescedSeconds: Double
  public var cluster: ClusterIdentity
  public var run: String
  public var volumes: [Volume]
  public var objects: [Object]
  /// RFC 3339; `nil` where none were captured.
  public var objectsCapturedAt: String?
  public var artifacts: [Artifact]

  public struct Volume: Hashable, Sendable, Codable {
    public var name: String
    public var claim: String
    /// The restic snapshot that holds its data.
    public var snapshotID: String
    public var cutAt: String
    public var bytes: Int64
    public var bytesProcessed: Int64
    public var bytesAdded: Int64
    public var files: Int64
    public var storageClass: String?
    public var accessModes: [String]
    public var volumeMode: String

    public init(
      name: String, claim: String, snapshotID: String, cutAt: String, bytes: Int64,
      bytesProcessed: Int64, bytesAdded: Int64, files: Int64, storageClass: String?,
      accessModes: [String], volumeMode: String
    ) {
      self.name = name
      self.claim = claim
      self.snapshotID = snapshotID
      self.cutAt = cutAt
      self.bytes = bytes
      self.bytesProcessed = bytesProcessed
      self.bytesAdded = bytesAdded
      self.files = files
      self.storageClass = storageClass
      self.accessModes = accessModes
      self.volumeMode = volumeMode
    }
  }

  /// A captured Kubernetes object; `path` is its file within the manifest snapshot.
  public struct Object: Hashable, Sendable, Codable {
    public var apiVersion: String
    public var kind: String
    public var name: String
    public var path: String

    public init(apiVersion: String, kind: String, name: String, path: String) {
      self.apiVersion = apiVersion
      self.kind = kind
      self.name = name
      self.path = path
    }
  }

  /// Something a hook captured; `path` is its file within the manifest snapshot.
  public struct Artifact: Hashable, Sendable, Codable {
    public var name: String
    public var path: String

    public init(name: String, path: String) {
      self.name = name
      self.path = path
    }
  }

  public init(
    plan: PlanKey, name: String, slot: String?, cutAt: String, sealedAt: String,
    consistency: String, quiescedSeconds: Double, cluster: ClusterIdentity, run: String,
    volumes: [Volume], objects: [Object], objectsCapturedAt: String?, artifacts: [Artifact]
  ) {
    formatVersion = Self.formatVersion
    self.plan = plan
    self.name = name
    self.slot = slot
    self.cutAt = cutAt
    self.sealedAt = sealedAt
    self.consistency = consistency
    self.quiescedSeconds = quiescedSeconds
    self.cluster = cluster
    self.run = run
    self.volumes = volumes
    self.objects = objects
    self.objectsCapturedAt = objectsCapturedAt
    self.artifacts = artifacts
  }
}

/// A recovery point and where its manifest lies.
public struct CatalogEntry: Hashable, Sendable, Codable {
  public var point: RecoveryPoint
  public var manifestID: String

  public init(point: RecoveryPoint, manifestID: String) {
    self.point = point
    self.manifestID = manifestID
  }
}

/// What was found of one repository.
public struct RepositoryCatalog: Hashable, Sendable, Codable {
  public enum State: Hashable, Sendable, Codable {
    case missing
    case present([CatalogEntry])
    /// Why it cannot be read; planning reports it instead of taking it for empty.
    case unreadable(String)
  }

  /// The Repository object's name.
  public var repository: String
  public var state: State

  public init(repository: String, state: State) {
    self.repository = repository
    self.state = state
  }

  public var entries: [CatalogEntry] {
    if case .present(let entries) = state { entries } else { [] }
  }
}
