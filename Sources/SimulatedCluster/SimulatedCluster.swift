public import Documents

/// A Kubernetes cluster as a value: the API, its storage and its controllers, without any I/O.
///
/// Somebody else owns it, brings it requests and the time, performs its ``Effect``s and plays the
/// kubelet. Equal inputs give equal answers.
public struct SimulatedCluster: Sendable {
  public let configuration: Configuration

  public init(configuration: Configuration) {
    self.configuration = configuration
  }

  /// Changes with every write.
  public var revision: UInt64 { 1 }

  /// Answers one request.
  public mutating func respond(to request: APIRequest, at now: Timestamp) -> Answer {
    .response(APIResponse(status: 404, body: []))
  }

  /// Runs the controllers until nothing changes.
  ///
  /// - Returns: When to call again although nothing else happens; `nil` where no timer runs.
  public mutating func reconcile(at now: Timestamp) -> Timestamp? { nil }

  /// The events a watch has not seen yet; advances its cursor.
  public mutating func events(for cursor: inout WatchCursor, at now: Timestamp) -> WatchBatch {
    WatchBatch(isFinished: now >= cursor.deadline)
  }

  /// Work for the storage that has not been handed out yet.
  public mutating func takeEffects() -> [Effect] { [] }

  /// Takes the result of an effect. Unknown identifiers are ignored: the effect was overtaken.
  public mutating func finish(
    _ id: EffectID, with outcome: EffectOutcome, at now: Timestamp
  ) {}

  /// Everything worth keeping over a restart.
  public func encodedState() -> JSONValue { [:] }

  public init(decoding state: JSONValue) throws {
    self.init(configuration: Configuration())
  }
}

// What the node agent does.
extension SimulatedCluster {
  /// The pods bound to a node, those being deleted included, sorted by namespace and name.
  public func pods(onNode node: String) -> [JSONValue] { [] }

  /// Replaces a pod's status.
  ///
  /// - Returns: Whether there is a pod of that name and `uid`.
  public mutating func setPodStatus(
    namespace: String, name: String, uid: String, status: JSONValue, at now: Timestamp
  ) -> Bool { false }

  /// The node confirms that the containers of a pod being deleted are gone.
  public mutating func finishPodDeletion(
    namespace: String, name: String, uid: String, at now: Timestamp
  ) {}

  /// Tells what happened to an object; equal events are counted, not repeated.
  ///
  /// - Parameters:
  ///   - involved: The object as the API gave it.
  ///   - type: `Normal` or `Warning`.
  public mutating func recordEvent(
    about involved: JSONValue, type: String, reason: String, message: String, component: String,
    at now: Timestamp
  ) {}
}
