public import ClusterModel

/// Asks the target what it would say to the objects of a restore, before anything is changed: by a
/// dry run where their namespace is there already, else by what it serves. Changes nothing.
///
/// All that would be refused is told in one failure.
/// Result: `{"checked": number, "unchecked": […]}`.
public struct CheckObjects: Hashable, Sendable, Codable {
  /// The objects of all ``RestoreObjects`` of the plan.
  public var restore: RestoreObjects

  public init(restore: RestoreObjects) { self.restore = restore }
}

/// Pauses what would otherwise put the target back to what git says, while it is being restored.
///
/// What somebody else has paused stays as it is, and is not resumed.
/// Result: `{"paused": […], "left": […], "busy": […]}`.
public struct PauseGitOps: Hashable, Sendable, Codable {
  /// Names the restore on what it pauses.
  public var key: String
  public var keepers: [ObjectReference]

  public init(key: String, keepers: [ObjectReference]) {
    self.key = key
    self.keepers = keepers
  }
}

/// Gives back what a ``PauseGitOps`` of the same key has paused, exactly as it was. A guard.
public struct ResumeGitOps: Hashable, Sendable, Codable {
  public var key: String
  public var keepers: [ObjectReference]

  public init(key: String, keepers: [ObjectReference]) {
    self.key = key
    self.keepers = keepers
  }
}
