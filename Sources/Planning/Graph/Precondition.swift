public import ClusterModel

/// A fact that a plan was made from and that must still hold when its node starts.
///
/// Only what a plan touches can make it stale: another application's changes never do.
public struct Precondition: Hashable, Sendable, Codable {
  public var object: ObjectReference
  /// `nil` demands that the object does not exist.
  public var uid: String?
  /// Fields of the object by their dotted paths (`spec.volumeName`), and the texts that they must
  /// still hold; `nil` for none.
  public var fields: [String: String]?

  public init(_ object: ObjectReference, uid: String?, fields: [String: String] = [:]) {
    self.object = object
    self.uid = uid
    self.fields = fields.isEmpty ? nil : fields
  }
}
