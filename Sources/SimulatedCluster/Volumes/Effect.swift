/// Names one piece of outside work.
public struct EffectID: Hashable, Sendable, Comparable {
  public let rawValue: Int

  public init(rawValue: Int) { self.rawValue = rawValue }

  public static func < (left: EffectID, right: EffectID) -> Bool { left.rawValue < right.rawValue }
}

/// Where the first bytes of a new volume come from.
public enum VolumeSource: Hashable, Sendable {
  case empty
  case snapshot(String)
  case volume(String)
}

/// What somebody outside must do to the storage for the cluster: the calls of a CSI driver.
///
/// Every effect may be repeated: the handle says what it is about, and a second try finds what the
/// first one left. Effects in flight are issued again after a restart.
public enum Effect: Hashable, Sendable {
  case createVolume(EffectID, handle: String, bytes: Int64, source: VolumeSource)
  case deleteVolume(EffectID, handle: String)
  case cutSnapshot(EffectID, snapshotHandle: String, volumeHandle: String)
  case deleteSnapshot(EffectID, snapshotHandle: String)
  /// Several cuts at one instant; all of them or none.
  case cutGroup(EffectID, groupHandle: String, cuts: [GroupedCut])

  public var id: EffectID {
    switch self {
    case .createVolume(let id, _, _, _), .deleteVolume(let id, _), .cutSnapshot(let id, _, _),
      .deleteSnapshot(let id, _), .cutGroup(let id, _, _):
      id
    }
  }
}

/// One of the cuts that are made together.
public struct GroupedCut: Hashable, Sendable {
  public var snapshotHandle: String
  public var volumeHandle: String

  public init(snapshotHandle: String, volumeHandle: String) {
    self.snapshotHandle = snapshotHandle
    self.volumeHandle = volumeHandle
  }
}

/// How an effect ended.
public enum EffectOutcome: Hashable, Sendable {
  /// `bytes` is the size of the volume or snapshot, where it is known.
  case done(bytes: Int64?)
  /// Where `isFinal` is false the effect is issued again after a while.
  case failed(message: String, isFinal: Bool)
}
