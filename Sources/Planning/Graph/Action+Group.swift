public import ClusterModel

/// Cuts several claims at one instant with a VolumeGroupSnapshot, and waits until every member has
/// a handle and a creation time. Undo: the VolumeGroupSnapshot is deleted, and its members with it.
///
/// A group snapshot finds its claims by their labels. The members carry ``label`` from just before
/// the cut until just after it; ``ReleaseGroup``, a guard, takes away what a crash has left.
///
/// Result: `{"group", "content", "members": {VOLUME: {"handle", "driver", "creationTime",
/// "restoreSizeBytes"?}}}`.
public struct CutGroup: Hashable, Sendable, Codable {
  /// On a claim while it is being cut; its value is the name of the group snapshot.
  public static let label = "oadp-plan.dev/cut"

  public var group: String
  /// The VolumeGroupSnapshot that is made.
  public var snapshot: ObjectReference
  public var groupClass: String
  public var members: [Member]

  public struct Member: Hashable, Sendable, Codable {
    public var volume: String
    public var claim: ObjectReference
    /// The PersistentVolume, by whose handle the driver tells the member.
    public var volumeName: String

    public init(volume: String, claim: ObjectReference, volumeName: String) {
      self.volume = volume
      self.claim = claim
      self.volumeName = volumeName
    }
  }

  public init(group: String, snapshot: ObjectReference, groupClass: String, members: [Member]) {
    self.group = group
    self.snapshot = snapshot
    self.groupClass = groupClass
    self.members = members
  }
}

/// Deletes a group's cut, with its members and the physical snapshots, and takes every label away
/// that the cut has left. A guard.
public struct ReleaseGroup: Hashable, Sendable, Codable {
  public var snapshot: ObjectReference
  public var claims: [ObjectReference]
  /// Whether the cut stays in the cluster, and only labels go.
  public var isKept: Bool

  public init(snapshot: ObjectReference, claims: [ObjectReference], isKept: Bool) {
    self.snapshot = snapshot
    self.claims = claims
    self.isKept = isKept
  }
}

extension Action {
  /// Whether the action cuts that volume.
  func cuts(_ volume: String) -> Bool {
    switch self {
    case .cutVolume(let cut): cut.volume == volume
    case .cutGroup(let cut): cut.members.contains { $0.volume == volume }
    default: false
    }
  }
}
