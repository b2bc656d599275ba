public import ClusterModel

/// Makes the target namespace where it is missing.
public struct EnsureNamespace: Hashable, Sendable, Codable {
  public var name: String

  public init(name: String) { self.name = name }
}

/// Creates captured objects in the target, read from the recovery point's manifest by name: their
/// content may be secret and stays out of the plan.
///
/// Result: `{"created": […], "skipped": […]}`.
public struct RestoreObjects: Hashable, Sendable, Codable {
  public var repository: RepositoryTarget
  public var manifestID: String
  public var objects: [CapturedObject]
  public var targetNamespace: String
  /// Whether the objects were captured elsewhere: a copy is not what GitOps keeps in git, and must
  /// not be taken for it. `nil` stands for `false`.
  public var isCopy: Bool?
  /// What becomes of an object that is there already: `Skip`, `Merge` or `Replace`.
  public var existing: String
  /// Prefixes of image names and what stands for them in the target.
  public var images: [String: String]
  public var patches: [ObjectPatch]

  /// One object of the point: `path` within the manifest snapshot.
  public struct CapturedObject: Hashable, Sendable, Codable {
    public var kind: String
    public var name: String
    public var path: String

    public init(kind: String, name: String, path: String) {
      self.kind = kind
      self.name = name
      self.path = path
    }
  }

  /// A JSON patch for the objects of one kind.
  public struct ObjectPatch: Hashable, Sendable, Codable {
    public var kind: String
    /// Of the objects; `*` stands for any text, `nil` for all of them.
    public var name: String?
    /// RFC 6902, as canonical JSON.
    public var jsonPatch: String

    public init(kind: String, name: String?, jsonPatch: String) {
      self.kind = kind
      self.name = name
      self.jsonPatch = jsonPatch
    }

    public func changes(kind: String, name: String) -> Bool {
      kind == self.kind && NamePattern.describes(name, self.name)
    }
  }

  public init(
    repository: RepositoryTarget, manifestID: String, objects: [CapturedObject],
    targetNamespace: String, isCopy: Bool = false, existing: String, images: [String: String],
    patches: [ObjectPatch]
  ) {
    self.repository = repository
    self.manifestID = manifestID
    self.objects = objects
    self.targetNamespace = targetNamespace
    self.isCopy = isCopy ? true : nil
    self.existing = existing
    self.images = images
    self.patches = patches
  }
}

/// Makes an empty claim in the movers' namespace, to be filled before any workload can see it.
public struct StageVolume: Hashable, Sendable, Codable {
  public var volume: String
  public var claim: ObjectReference
  public var storageClass: String?
  public var accessModes: [String]
  public var volumeMode: String
  public var bytes: Int64

  public init(
    volume: String, claim: ObjectReference, storageClass: String?, accessModes: [String],
    volumeMode: String, bytes: Int64
  ) {
    self.volume = volume
    self.claim = claim
    self.storageClass = storageClass
    self.accessModes = accessModes
    self.volumeMode = volumeMode
    self.bytes = bytes
  }
}

/// Fills a staged claim from a repository with a mover Job.
///
/// Result: `{"files", "bytesRestored"}`.
public struct FillVolume: Hashable, Sendable, Codable {
  public var volume: String
  public var claim: ObjectReference
  /// `Filesystem` or `Block`.
  public var volumeMode: String
  public var jobName: String
  public var repository: RepositoryTarget
  public var snapshotID: String

  public init(
    volume: String, claim: ObjectReference, volumeMode: String = "Filesystem", jobName: String,
    repository: RepositoryTarget, snapshotID: String
  ) {
    self.volume = volume
    self.claim = claim
    self.volumeMode = volumeMode
    self.jobName = jobName
    self.repository = repository
    self.snapshotID = snapshotID
  }
}

/// Writes an artifact of the recovery point (a `backup_label`) into a staged volume.
public struct WriteArtifact: Hashable, Sendable, Codable {
  public var artifact: String
  public var claim: ObjectReference
  public var jobName: String
  public var repository: RepositoryTarget
  public var manifestID: String
  /// Within the volume.
  public var path: String

  public init(
    artifact: String, claim: ObjectReference, jobName: String, repository: RepositoryTarget,
    manifestID: String, path: String
  ) {
    self.artifact = artifact
    self.claim = claim
    self.jobName = jobName
    self.repository = repository
    self.manifestID = manifestID
    self.path = path
  }
}

/// Moves a filled volume to its final claim: the movers and the staged claim go, its volume stays,
/// and the target claim is bound to that very volume.
///
/// Result: `{"volumeName"}`.
public struct BindVolume: Hashable, Sendable, Codable {
  public var staged: ObjectReference
  /// The movers' Jobs, which hold the staged claim until they are gone.
  public var jobNames: [String]
  public var target: ObjectReference
  public var storageClass: String?
  public var accessModes: [String]
  public var volumeMode: String
  public var bytes: Int64
  public var labels: [String: String]
  /// Among them the mark that tells a later plan which recovery point the claim came from.
  public var annotations: [String: String]

  public init(
    staged: ObjectReference, jobNames: [String], target: ObjectReference, storageClass: String?,
    accessModes: [String],
    volumeMode: String, bytes: Int64, labels: [String: String],
    annotations: [String: String]
  ) {
    self.staged = staged
    self.jobNames = jobNames
    self.target = target
    self.storageClass = storageClass
    self.accessModes = accessModes
    self.volumeMode = volumeMode
    self.bytes = bytes
    self.labels = labels
    self.annotations = annotations
  }
}

/// Removes a staged claim that did not reach its target, and the Jobs that worked on it. A guard.
public struct RetractStage: Hashable, Sendable, Codable {
  public var claim: ObjectReference
  public var jobNames: [String]

  public init(claim: ObjectReference, jobNames: [String]) {
    self.claim = claim
    self.jobNames = jobNames
  }
}

/// Waits until every replica of a workload is ready, on volumes that are bound.
public struct AwaitWorkload: Hashable, Sendable, Codable {
  public var workload: ObjectReference

  public init(workload: ObjectReference) { self.workload = workload }
}
