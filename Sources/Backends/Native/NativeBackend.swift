public import ClusterModel
public import Documents
public import Execution
public import Planning
public import Ports
public import Runner

/// Does every action with what a plain cluster has: CSI snapshots, claims, Jobs and exec. No
/// operator has to be installed.
///
/// Every action can be performed again: objects have names that derive from the run's subject, so
/// a second try finds the first one's object, adopts it and goes on.
public struct NativeBackend: Sendable {
  let cluster: any ClusterAccess
  let store: any RecoveryStore
  let settings: Settings
  let clock: any Clock<Duration>
  /// The address of every node of the graph, for messages.
  let addresses: [String]
  /// The types of group snapshots that the graph makes.
  let groupTypes: Set<ResourceType>
  let sessions = SessionTable()
  let captures = CaptureTable()

  public struct Settings: Sendable {
    /// The image of mover Jobs; its `oadp-plan` is this program.
    public var moverImage: String
    /// Recorded in every recovery point.
    public var cluster: ClusterIdentity
    /// Movers on one node at once, those of other runs included.
    public var moversPerNodeMax: Int?
    /// What each mover may send or fetch.
    public var moverBytesPerSecond: Int64?
    public var patience = Patience()

    public init(
      moverImage: String, cluster: ClusterIdentity, moversPerNodeMax: Int? = nil,
      moverBytesPerSecond: Int64? = nil
    ) {
      self.moverImage = moverImage
      self.cluster = cluster
      self.moversPerNodeMax = moversPerNodeMax
      self.moverBytesPerSecond = moverBytesPerSecond
    }
  }

  public init(
    cluster: any ClusterAccess, store: any RecoveryStore, settings: Settings,
    graph: ExecutionGraph, clock: any Clock<Duration>
  ) {
    self.cluster = cluster
    self.store = store
    self.settings = settings
    self.clock = clock
    addresses = graph.nodes.map(\.address)
    groupTypes = graph.nodes.reduce(into: []) { types, node in
      if case .cutGroup(let cut) = node.action { types.insert(cut.snapshot.type) }
    }
  }
}

extension NativeBackend: ActionPerformer {
  public func perform(
    _ node: Node, in context: RunContext
  ) async throws(ActionFailure) -> JSONValue {
    let step = step(node, context)
    return switch node.action {
    case .ensureRepository(let action): try await ensureRepository(action)
    case .openSession(let action): try await openSession(action, step)
    case .runSessionStep(let action): try await runSessionStep(action, step)
    case .closeSession(let action): try await closeSession(action, step)
    case .execute(let action): try await execute(action, step)
    case .cutVolume(let action): try await cutVolume(action, step)
    case .cutGroup(let action): try await cutGroup(action, step)
    case .exposeSnapshot(let action): try await exposeSnapshot(action, step)
    case .copyVolume(let action): try await copyVolume(action, step)
    case .retractSnapshot(let action): try await retractSnapshot(action, step)
    case .releaseSnapshot(let action): try await releaseSnapshot(action, step)
    case .releaseGroup(let action): try await releaseGroup(action, step)
    case .captureObjects(let action): try await captureObjects(action, step)
    case .sealPoint(let action): try await sealPoint(action, step)
    case .expirePoint(let action): try await expirePoint(action)
    case .ensureNamespace(let action): try await ensureNamespace(action, step)
    case .checkObjects(let action): try await checkObjects(action, step)
    case .pauseGitOps(let action): try await pauseGitOps(action, step)
    case .resumeGitOps(let action): try await resumeGitOps(action, step)
    case .restoreObjects(let action): try await restoreObjects(action, step)
    case .stageVolume(let action): try await stageVolume(action, step)
    case .fillVolume(let action): try await fillVolume(action, step)
    case .writeArtifact(let action): try await writeArtifact(action, step)
    case .bindVolume(let action): try await bindVolume(action, step)
    case .retractStage(let action): try await retractStage(action, step)
    case .awaitWorkload(let action): try await awaitWorkload(action, step)
    }
  }

  public func undo(_ node: Node, in context: RunContext) async throws(ActionFailure) {
    switch node.action {
    case .cutVolume(let action): try await undoCut(action, step(node, context))
    case .cutGroup(let action): try await undoCut(action, step(node, context))
    default: preconditionFailure("nothing undoes \(node.action.operation)")
    }
  }

  public func check(
    _ preconditions: [Precondition], of node: Node, in context: RunContext
  ) async throws(ActionFailure) {
    for precondition in preconditions {
      let present = try await read(precondition.object, in: step(node, context))
      switch (precondition.uid, present?.uid) {
      case (let wanted?, let uid?) where wanted == uid:
        try check(precondition.fields ?? [:], of: precondition.object, present)
      case (nil, nil): continue
      case (nil, _):
        throw ActionFailure(.stale, "\(precondition.object) exists, which the plan did not know")
      case (_, nil): throw ActionFailure(.stale, "\(precondition.object) is gone")
      default: throw ActionFailure(.stale, "\(precondition.object) was made anew since the plan")
      }
    }
  }

  private func check(
    _ fields: [String: String], of reference: ObjectReference, _ object: JSONValue?
  ) throws(ActionFailure) {
    for (path, wanted) in fields.sorted(by: { $0.key < $1.key }) {
      let value = path.split(separator: ".").reduce(object) { $0?[String($1)] }
      guard value?.stringValue != wanted else { continue }
      throw ActionFailure(
        .stale,
        "\(reference) has `\(path)` \(value?.stringValue.map { "`\($0)`" } ?? "unset"), "
          + "the plan was made with `\(wanted)`")
    }
  }

  private func step(_ node: Node, _ context: RunContext) -> Step {
    Step(node: node, context: context, clock: clock, addresses: addresses)
  }
}
