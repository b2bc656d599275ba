public import ClusterModel

/// Starts a command whose standard input stays open until the session's close.
///
/// The opening of a bracket: losing the stream ends the command, and the application returns to
/// normal by itself.
public struct OpenSession: Hashable, Sendable, Codable {
  /// Names the session within the run; steps and close refer to it.
  public var session: String
  public var target: ExecutionTarget
  public var command: [String]
  /// The session is ended when it has been open this long.
  public var openMaxSeconds: Int

  public init(session: String, target: ExecutionTarget, command: [String], openMaxSeconds: Int) {
    self.session = session
    self.target = target
    self.command = command
    self.openMaxSeconds = openMaxSeconds
  }
}

/// Sends text into an open session and waits for the answer that matches.
///
/// Result: `{"at": time of sending, "answeredAt": …, "artifact": base64?}`.
public struct RunSessionStep: Hashable, Sendable, Codable {
  public var session: String
  public var step: String
  public var send: String
  /// A regular expression that one line of output must match, from its start.
  public var expect: String?
  public var capture: Capture?

  /// What part of the matched line is kept with the recovery point.
  public struct Capture: Hashable, Sendable, Codable {
    public var artifact: String
    /// The group of `expect`; 0 is the whole match.
    public var group: Int
    public var isBase64: Bool

    public init(artifact: String, group: Int, isBase64: Bool) {
      self.artifact = artifact
      self.group = group
      self.isBase64 = isBase64
    }
  }

  public init(session: String, step: String, send: String, expect: String?, capture: Capture?) {
    self.session = session
    self.step = step
    self.send = send
    self.expect = expect
    self.capture = capture
  }
}

/// Ends a session's standard input and waits for the command to end.
public struct CloseSession: Hashable, Sendable, Codable {
  public var session: String

  public init(session: String) { self.session = session }
}

/// Takes a VolumeSnapshot of a claim and waits until it is cut: bound both ways, with a handle and
/// a creation time. Undo: the VolumeSnapshot is deleted.
///
/// Result: `{"snapshot", "content", "handle", "driver", "creationTime", "restoreSizeBytes"?}`.
public struct CutVolume: Hashable, Sendable, Codable {
  public var volume: String
  public var claim: ObjectReference
  public var snapshotName: String
  public var snapshotClass: String

  public init(volume: String, claim: ObjectReference, snapshotName: String, snapshotClass: String) {
    self.volume = volume
    self.claim = claim
    self.snapshotName = snapshotName
    self.snapshotClass = snapshotClass
  }
}

/// Makes a cut readable in the movers' namespace: a second VolumeSnapshotContent with the same
/// handle (`Retain`: the first stays the handle's one owner), a VolumeSnapshot bound to it and a
/// claim filled from that, all three called `name`.
public struct ExposeSnapshot: Hashable, Sendable, Codable {
  public var volume: String
  /// The ``CutVolume`` node, or the ``CutGroup`` that the volume is a member of.
  public var cut: NodeID
  public var namespace: String
  public var name: String
  public var storageClass: String?
  public var accessModes: [String]
  public var volumeMode: String
  /// At least this; a larger restore size wins.
  public var bytes: Int64

  public init(
    volume: String, cut: NodeID, namespace: String, name: String, storageClass: String?,
    accessModes: [String], volumeMode: String, bytes: Int64
  ) {
    self.volume = volume
    self.cut = cut
    self.namespace = namespace
    self.name = name
    self.storageClass = storageClass
    self.accessModes = accessModes
    self.volumeMode = volumeMode
    self.bytes = bytes
  }
}

/// Copies an exposed volume into a repository with a mover Job.
///
/// Result: the mover's evidence, `{"snapshotID", "bytesProcessed", "bytesAdded", "files"}`.
public struct CopyVolume: Hashable, Sendable, Codable {
  public var volume: String
  public var claim: ObjectReference
  /// `Filesystem` or `Block`.
  public var volumeMode: String
  public var jobName: String
  public var repository: RepositoryTarget
  /// restic tags of the snapshot.
  public var tags: [String]
  /// Whether a volume without any file is a success.
  public var isEmptyAllowed: Bool

  public init(
    volume: String, claim: ObjectReference, volumeMode: String = "Filesystem", jobName: String,
    repository: RepositoryTarget, tags: [String], isEmptyAllowed: Bool = false
  ) {
    self.volume = volume
    self.claim = claim
    self.volumeMode = volumeMode
    self.jobName = jobName
    self.repository = repository
    self.tags = tags
    self.isEmptyAllowed = isEmptyAllowed
  }
}

/// Removes what ``ExposeSnapshot`` and ``CopyVolume`` made, in the order that leaves the physical
/// snapshot to its owner. A guard.
public struct RetractSnapshot: Hashable, Sendable, Codable {
  public var namespace: String
  public var name: String
  public var jobName: String

  public init(namespace: String, name: String, jobName: String) {
    self.namespace = namespace
    self.name = name
    self.jobName = jobName
  }
}

/// Deletes a cut's VolumeSnapshot, and with it the physical snapshot. A guard.
public struct ReleaseSnapshot: Hashable, Sendable, Codable {
  public var snapshot: ObjectReference

  public init(snapshot: ObjectReference) { self.snapshot = snapshot }
}

/// Reads the application's Kubernetes objects for the recovery point. They are kept in the run's
/// memory, never in the journal, because Secrets are among them.
///
/// Result: `{"count", "at"}`.
public struct CaptureObjects: Hashable, Sendable, Codable {
  public var namespace: String
  /// Kinds to capture (`Secret`, `StatefulSet`).
  public var kinds: [String]

  public init(namespace: String, kinds: [String]) {
    self.namespace = namespace
    self.kinds = kinds
  }
}

/// Measures the consistency that was reached and writes the recovery point's manifest. Only now
/// does the recovery point exist.
///
/// Result: `{"manifestID", "consistency", "quiescedSeconds"}`.
public struct SealPoint: Hashable, Sendable, Codable {
  public var plan: PlanKey
  public var point: String
  /// The schedule slot that the point fills, RFC 3339.
  public var slot: String?
  public var repository: RepositoryTarget
  public var volumes: [SealedVolume]
  public var capture: NodeID?
  /// The nodes whose results hold artifacts.
  public var artifactSteps: [NodeID]
  /// What an intact quiesce makes of the cuts.
  public var bracket: Quiesce?
  /// The least consistency that is accepted: a case name of the ladder (`Application`).
  public var requiredConsistency: String
  public var tags: [String]

  /// One volume of the point.
  public struct SealedVolume: Hashable, Sendable, Codable {
    public var name: String
    public var claim: ObjectReference
    public var cut: NodeID
    public var copy: NodeID
    public var bytes: Int64
    public var storageClass: String?
    public var accessModes: [String]
    public var volumeMode: String

    public init(
      name: String, claim: ObjectReference, cut: NodeID, copy: NodeID, bytes: Int64,
      storageClass: String?, accessModes: [String], volumeMode: String
    ) {
      self.name = name
      self.claim = claim
      self.cut = cut
      self.copy = copy
      self.bytes = bytes
      self.storageClass = storageClass
      self.accessModes = accessModes
      self.volumeMode = volumeMode
    }
  }

  /// The quiesce that the cuts lie in.
  public struct Quiesce: Hashable, Sendable, Codable {
    public var opening: NodeID
    public var closing: NodeID
    /// The consistency that the hook promises when every cut lies where it should.
    public var consistency: String
    /// For every volume, the nodes that the cut must lie between.
    public var windows: [Window]

    public struct Window: Hashable, Sendable, Codable {
      public var volume: String
      public var after: NodeID
      public var before: NodeID?

      public init(volume: String, after: NodeID, before: NodeID?) {
        self.volume = volume
        self.after = after
        self.before = before
      }
    }

    public init(opening: NodeID, closing: NodeID, consistency: String, windows: [Window]) {
      self.opening = opening
      self.closing = closing
      self.consistency = consistency
      self.windows = windows
    }
  }

  public init(
    plan: PlanKey, point: String, slot: String?, repository: RepositoryTarget,
    volumes: [SealedVolume], capture: NodeID?, artifactSteps: [NodeID], bracket: Quiesce?,
    requiredConsistency: String, tags: [String]
  ) {
    self.plan = plan
    self.point = point
    self.slot = slot
    self.repository = repository
    self.volumes = volumes
    self.capture = capture
    self.artifactSteps = artifactSteps
    self.bracket = bracket
    self.requiredConsistency = requiredConsistency
    self.tags = tags
  }
}

/// Removes a recovery point: its manifest first, so that what remains is never offered.
public struct ExpirePoint: Hashable, Sendable, Codable {
  public var plan: PlanKey
  public var point: String
  public var repository: RepositoryTarget
  public var manifestID: String
  public var volumeSnapshotIDs: [String]

  public init(
    plan: PlanKey, point: String, repository: RepositoryTarget, manifestID: String,
    volumeSnapshotIDs: [String]
  ) {
    self.plan = plan
    self.point = point
    self.repository = repository
    self.manifestID = manifestID
    self.volumeSnapshotIDs = volumeSnapshotIDs
  }
}
