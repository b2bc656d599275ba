public import ClusterModel

/// A fact that a plan was made from and that must still hold when its node starts.
///
/// Only what a plan touches can make it stale: another application's changes never do.
public struct Precondition: Hashable, Sendable, Codable {
  public var object: ObjectReference
  /// `nil` demands that the object does not exist.
  public var uid: String?

  public init(_ object: ObjectReference, uid: String?) {
    self.object = object
    self.uid = uid
  }
}
