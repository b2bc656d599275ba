/// How a repository's place behaved when it was tried.
public struct StoreFacts: Hashable, Sendable {
  /// One thing that was asked of the store.
  public struct Step: Hashable, Sendable {
    /// `list`, `write`, `read`…
    public var name: String
    public var milliseconds: Int64
    /// What went wrong, in the store's words.
    public var failure: String?

    public init(name: String, milliseconds: Int64, failure: String? = nil) {
      self.name = name
      self.milliseconds = milliseconds
      self.failure = failure
    }
  }

  /// What there is in the place.
  public enum Contents: Hashable, Sendable {
    case missing
    /// Stale locks in words: who holds them, since when.
    case repository(version: Int, points: Int, staleLocks: [String])
    case unusable(String)
    /// Nobody could look, for a reason that is told elsewhere: its store does not answer, or its
    /// Secret is not to be had.
    case unseen(String)
  }

  /// The Repository object's name.
  public var repository: String
  /// The place, without user name and password.
  public var location: String
  /// Whether a missing repository is made by the first run.
  public var isCreatedWhenMissing: Bool
  /// Empty where the store could not even be asked.
  public var steps: [Step] = []
  /// Why no probe was written; `nil` where one was.
  public var unprobed: String?
  /// Whether of two who create one file one fails; `nil` where that was not tried.
  public var createsExclusively: Bool?
  public var contents: Contents

  public init(
    repository: String, location: String, isCreatedWhenMissing: Bool = true,
    contents: Contents = .missing
  ) {
    self.repository = repository
    self.location = location
    self.isCreatedWhenMissing = isCreatedWhenMissing
    self.contents = contents
  }
}
