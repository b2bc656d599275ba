/// Why an action did not do what it should: one sentence, and what a person needs to believe it.
public struct ActionFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// What a failure means for the next try.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The same action may succeed a moment later.
    case transient
    /// Trying again changes nothing.
    case permanent
    /// The run was stopped; the action gave up and may be performed again.
    case cancelled
    /// The world is not the one that the plan was made from.
    case stale
    /// The action came to its end, and what it made is not what was asked for.
    case verification
  }

  public var kind: Kind
  /// States what is, without a period at the end. Never holds a secret value.
  public var message: String
  /// What the action was waiting for when it failed (`VolumeSnapshot shop/x to be ready`).
  public var waitedFor: String?
  /// Lines gathered at the failure: events of the objects waited for, ends of logs.
  public var evidence: [String]

  public init(
    _ kind: Kind, _ message: String, waitedFor: String? = nil, evidence: [String] = []
  ) {
    self.kind = kind
    self.message = message
    self.waitedFor = waitedFor
    self.evidence = evidence
  }

  public var description: String {
    waitedFor.map { "\(message) (waited for \($0))" } ?? message
  }
}
