/// When some volumes are cut, relative to the steps of a session.
public struct CutRule: Hashable, Sendable {
  public enum Moment: Hashable, Sendable {
    case between(String, String)
    case after(String)
    case before(String)
  }

  /// Names from the plan's `volumes`.
  public var volumes: [String]
  public var moment: Moment

  public init(volumes: [String], moment: Moment) {
    self.volumes = volumes
    self.moment = moment
  }
}

/// Writes what a session captured into a restored volume.
public struct RestoreArtifact: Hashable, Sendable {
  public enum Moment: String, Hashable, Sendable, CaseIterable {
    /// Before any pod that mounts the volume starts.
    case start = "Start"
  }

  public var name: String
  public var before: Moment
  /// A name that some step's capture gives.
  public var artifact: String
  /// A name from the plan's `volumes`.
  public var volume: String
  /// Relative to the volume's root.
  public var path: String

  public init(
    name: String, before: Moment = .start, artifact: String, volume: String, path: String
  ) {
    self.name = name
    self.before = before
    self.artifact = artifact
    self.volume = volume
    self.path = path
  }
}
