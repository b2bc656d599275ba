public import Documents

/// A Kubernetes cluster as a value: the API, its storage and its controllers, without any I/O.
///
/// Somebody else owns it, brings it requests and the time, performs its ``Effect``s and plays the
/// kubelet. Equal inputs give equal answers.
public struct SimulatedKubernetes: Sendable {
  public let configuration: Configuration
  var store = ObjectStore()
  var registry = Registry()
  var identifiers: IdentifierSource
  var effects = EffectQueue()
  var controllers = ControllerProgress()
  /// Snapshots that exist in the storage, by handle.
  var physicalSnapshots: [String: PhysicalSnapshot] = [:]
  var hasStarted = false

  public init(configuration: Configuration) {
    self.configuration = configuration
    identifiers = IdentifierSource(seed: configuration.seed)
  }

  /// Changes with every write.
  public var revision: UInt64 { store.revision }

  /// The revision of the last change of a resource: `pods`, `jobs.batch`.
  public func lastChange(of resource: String) -> UInt64 { store.lastChange[resource] ?? 0 }

  /// Answers one request.
  public mutating func respond(to request: APIRequest, at now: Timestamp) -> Answer {
    start(at: now)
    do throws(APIError) {
      return try answer(request, at: now)
    } catch {
      return .response(error.response)
    }
  }

  /// Work for the storage that has not been handed out yet.
  public mutating func takeEffects() -> [Effect] { effects.take() }

  /// Takes the result of an effect. Unknown identifiers are ignored: the effect was overtaken.
  public mutating func finish(
    _ id: EffectID, with outcome: EffectOutcome, at now: Timestamp
  ) {
    effects.finish(id, with: outcome, at: now)
  }
}
