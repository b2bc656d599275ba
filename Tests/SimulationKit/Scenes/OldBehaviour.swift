import ClusterModel
import Documents
import Execution
import Planning
import Runner
import Synchronization

/// How an earlier tool does the same work: our graph without the edges that it lacks, our performer
/// without the questions that it does not ask. What it was known to break must break here, too, or
/// the simulation would not notice the like in us.
public struct OldBehaviour: Sendable {
  var rewrite: @Sendable (inout ExecutionGraph) -> Void = { _ in }
  /// Exit code 0 of a mover is a success, whatever the mover did.
  var trustsExitCodes = false
  /// Nothing is ever hopeless.
  var triesEverythingAgain = false
  /// A copy that failed never gives its place back.
  var leaksPlaces = false
  /// A run ends with its runner; nobody takes it over.
  var forgetsRuns = false

  public static let ours = OldBehaviour()

  /// Velero 1.12 to 1.18: a restore's hook waits from the moment its pod is made (velero#7099).
  public static let hookWaitsFromPodCreation = OldBehaviour { graph in
    guard let namespace = graph.first(.ensureNamespace) else { return }
    for hook in graph.nodes.indices where graph.nodes[hook].action.isRestoreHook {
      graph.edges.removeAll { $0.to == graph.nodes[hook].id }
      graph.edges.append(Edge(from: namespace, to: graph.nodes[hook].id, kind: .requires))
      graph.nodes[hook].attemptsMax = 5
    }
  }

  /// GitOps is resumed by a step of its own, after success only.
  public static let resumeAfterSuccessOnly = OldBehaviour { graph in
    let graphBefore = graph
    graph.edges = graph.edges.map { edge in
      graphBefore[edge.to].action.operation == .resumeGitOps
        ? Edge(from: edge.from, to: edge.to, kind: .requires) : edge
    }
  }

  /// Nobody asks who else writes.
  public static let gitOpsGoesOn = OldBehaviour { graph in
    for node in graph.nodes.indices {
      guard case .pauseGitOps(var pause) = graph.nodes[node].action else { continue }
      pause.keepers = []
      graph.nodes[node].action = .pauseGitOps(pause)
    }
  }

  /// A post hook that runs only after success, and no timer (velero#511).
  public static let thawAfterSuccessOnly = OldBehaviour { graph in
    graph.brackets = []
    graph.edges = graph.edges.map { edge in
      graph[edge.from].action.isFreeze ? Edge(from: edge.from, to: edge.to, kind: .requires) : edge
    }
    graph.removeTimers()
  }

  /// Nothing knows of a freeze but the worker that made it (velero#2113).
  public static let thawByTheSameWorkerOnly = OldBehaviour(
    rewrite: { $0.removeTimers() }, forgetsRuns: true)

  /// The unfreeze does not wait until the snapshot is cut (velero#6630).
  public static let thawWithoutWaiting = OldBehaviour { graph in
    let graphBefore = graph
    graph.edges.removeAll { edge in
      graphBefore[edge.from].action.operation == .cutVolume
        && graphBefore[edge.to].action.isThaw
    }
  }

  /// A hook that can never run is waited for without end (velero#9744).
  public static let waitWithoutEnd = OldBehaviour(
    rewrite: { graph in
      for hook in graph.nodes.indices where graph.nodes[hook].action.isRestoreHook {
        graph.nodes[hook].attemptsMax = 5000
      }
    }, triesEverythingAgain: true)

  /// volume-snapshot-mover finds a volume by its claim's name, in whichever namespace.
  public static let claimsByNameAlone = OldBehaviour { graph in
    var first: [String: NodeID] = [:]
    for node in graph.nodes.indices {
      switch graph.nodes[node].action {
      case .cutVolume(let cut): first[cut.volume] = first[cut.volume] ?? graph.nodes[node].id
      case .exposeSnapshot(var expose):
        guard let other = first[expose.volume] else { continue }
        expose.cut = other
        graph.nodes[node].action = .exposeSnapshot(expose)
        graph.edges.append(Edge(from: other, to: graph.nodes[node].id, kind: .requires))
      default: break
      }
    }
  }

  /// volume-snapshot-mover counts what is at work, and never counts down what has failed.
  public static let failedCopiesKeepTheirPlaces = OldBehaviour(leaksPlaces: true)

  /// VolSync ends well where its source is empty.
  public static let emptyIsFine = OldBehaviour { graph in
    for node in graph.nodes.indices {
      guard case .copyVolume(var copy) = graph.nodes[node].action else { continue }
      copy.isEmptyAllowed = true
      graph.nodes[node].action = .copyVolume(copy)
    }
  }

  /// VolSync ends well where there is nothing to restore.
  public static let exitCodeIsProof = OldBehaviour(trustsExitCodes: true)
}

extension Action {
  fileprivate var isRestoreHook: Bool {
    if case .execute(let command) = self { command.purpose.hasPrefix("hook") } else { false }
  }

  fileprivate var isFreeze: Bool {
    if case .execute(let command) = self { command.purpose.hasPrefix("freeze") } else { false }
  }

  fileprivate var isThaw: Bool {
    if case .execute(let command) = self { command.purpose.hasPrefix("thaw") } else { false }
  }
}

extension ExecutionGraph {
  fileprivate func first(_ operation: Action.Operation) -> NodeID? {
    nodes.first { $0.action.operation == operation }?.id
  }

  fileprivate mutating func removeTimers() {
    for node in nodes.indices {
      guard case .execute(var command) = nodes[node].action else { continue }
      command.deadman = nil
      nodes[node].action = .execute(command)
    }
  }
}

/// Performs as an earlier tool does.
final class OldPerformer<Base: ActionPerformer>: ActionPerformer {
  let base: Base
  let behaviour: OldBehaviour
  private let leaked = Mutex<[PlaceHolder]>([])

  init(base: Base, behaviour: OldBehaviour) {
    self.base = base
    self.behaviour = behaviour
  }

  func check(
    _ preconditions: [Precondition], of node: Node, in context: RunContext
  ) async throws(ActionFailure) {
    try await base.check(preconditions, of: node, in: context)
  }

  func perform(_ node: Node, in context: RunContext) async throws(ActionFailure) -> JSONValue {
    do throws(ActionFailure) { return try await base.perform(node, in: context) } catch {
      if behaviour.trustsExitCodes, error.kind == .verification {
        return ["files": 0, "bytesRestored": 0]
      }
      if behaviour.leaksPlaces, node.action.operation == .copyVolume {
        leaked.withLock {
          $0.append(PlaceHolder(description: "a failed copy", slots: node.slots, address: nil))
        }
      }
      var failure = error
      if behaviour.triesEverythingAgain, failure.kind == .permanent { failure.kind = .transient }
      throw failure
    }
  }

  func undo(_ node: Node, in context: RunContext) async throws(ActionFailure) {
    try await base.undo(node, in: context)
  }

  func holders(
    of slots: Set<String>, in run: RunID, at now: Timestamp
  ) async throws(ActionFailure) -> [PlaceHolder] {
    try await base.holders(of: slots, in: run, at: now) + leaked.withLock { $0 }
  }
}
