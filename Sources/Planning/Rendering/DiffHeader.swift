/// What a rendered diff says of where it comes from.
public struct DiffHeader: Hashable, Sendable {
  public var version: String
  /// Abbreviated as the reader should see it.
  public var commit: String?
  public var isDirty: Bool
  /// RFC 3339.
  public var observedAt: String
  /// Of a saved plan file: its digest, its path and until when it is valid.
  public var saved: Saved?

  public struct Saved: Hashable, Sendable {
    public var path: String
    public var digest: String
    /// RFC 3339.
    public var validUntil: String

    public init(path: String, digest: String, validUntil: String) {
      self.path = path
      self.digest = digest
      self.validUntil = validUntil
    }
  }

  public init(
    version: String, commit: String? = nil, isDirty: Bool = false, observedAt: String,
    saved: Saved? = nil
  ) {
    self.version = version
    self.commit = commit
    self.isDirty = isDirty
    self.observedAt = observedAt
    self.saved = saved
  }
}
