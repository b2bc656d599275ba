import Documents
import Execution

/// How long waits of each kind may go without any sign of life, and how long what looks hopeless
/// may take to mend itself.
public struct Patience: Hashable, Sendable {
  /// For a mover: since its last line of progress.
  public var mover = Duration.seconds(600)
  /// For a snapshot, its content and their deletion: since their status changed.
  public var snapshot = Duration.seconds(600)
  /// For a claim or volume.
  public var claim = Duration.seconds(300)
  /// For a workload: since its status, or that of a pod of it, changed.
  public var workload = Duration.seconds(900)
  /// For anything that is to be gone.
  public var deletion = Duration.seconds(300)

  /// An image may appear in a registry a moment after the pod.
  public var imageGrace = Duration.seconds(60)
  /// A Secret or a volume's mount may come a moment after the pod.
  public var configurationGrace = Duration.seconds(30)
  /// An autoscaler makes a node in this time.
  public var schedulingGrace = Duration.seconds(180)

  public init() {}
}

/// What a wait looks at beside the object that it waits for.
struct Vigil: Sendable {
  var stallMax: Duration
  /// Between two looks: at first, growing, and at most. A quiesced application waits for the first.
  var lookFirst = Duration.seconds(2)
  var lookMax = Duration.seconds(15)
  /// Throws where waiting has become useless; returns what must change for the wait to be alive.
  var inspect: @Sendable () async throws(ActionFailure) -> JSONValue
  /// What to do where nothing comes of it and nobody says why.
  var hint: String
  /// Gathers why nothing comes of it.
  var evidence: @Sendable () async -> [String]
  /// Clears what is stuck away, so that another try begins anew.
  var afterStall: @Sendable () async throws(ActionFailure) -> Void = {}
}
