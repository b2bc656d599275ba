import Backends
import ClusterModel
import Documents
import Execution
import Planning
import RunTesting
import Runner
import Synchronization

/// Watches a runner: what it begins while another one has its application is work done twice, and
/// no attempt goes on for longer than it may.
struct Witness: RunObserver {
  let world: World
  let process: SimulatedProcess
  let guards: Set<NodeID>
  let leases: [String]
  let timeouts: [Int]
  /// How long a node may wait for a place before it begins.
  let placeWaitMax: Duration
  let next: any RunObserver
  private let begun = BegunNodes()

  /// A pause before the attempt counts as its own.
  private static let slack = Duration.seconds(90)

  init(
    world: World, process: SimulatedProcess, graph: ExecutionGraph, placeWaitMax: Duration,
    next: any RunObserver
  ) {
    self.world = world
    self.process = process
    guards = Set(graph.edges.lazy.filter { $0.kind == .guard }.map(\.to))
    leases = LeaseTarget.all(of: graph).map(\.reference.name)
    timeouts = graph.nodes.map(\.timeoutSeconds)
    self.placeWaitMax = placeWaitMax
    self.next = next
  }

  func observe(_ event: RunEvent) {
    next.observe(event)
    if let took = event.kind.took, let node = event.node, !process.isDead,
      process.troubles.paused == nil, took > limit(of: node) + Self.slack
    {
      world.at(process.clock.wall) {
        $0.breach(.everyWaitEnds, "\(event.address ?? "") took \(took)")
      }
    }
    guard case .nodeStarted = event.kind, let node = event.node else { return }
    begun.insert(node)
    guard !guards.contains(node), !process.isDead else { return }
    world.at(process.clock.wall) { state in
      for name in leases {
        guard let taken = state.leasesTaken[name], taken.by != process.name,
          state.now - taken.at > .seconds(10)
        else { continue }
        state.breach(
          .nothingTwice,
          "\(process.name) begins \(event.address ?? ""), but \(taken.by) has \(name)")
      }
    }
  }
}

extension Witness {
  private func limit(of node: NodeID) -> Duration {
    begun.contains(node) ? .seconds(timeouts[node.rawValue]) : placeWaitMax
  }
}

/// The nodes of a run that have begun; what ends without waited for a place alone.
private final class BegunNodes: Sendable {
  private let nodes = Mutex<Set<NodeID>>([])

  func insert(_ node: NodeID) { nodes.withLock { _ = $0.insert(node) } }

  func contains(_ node: NodeID) -> Bool { nodes.withLock { $0.contains(node) } }
}

extension RunEvent.Kind {
  /// How long the attempt took that has ended.
  fileprivate var took: Duration? {
    switch self {
    case .nodeSucceeded(_, let took), .nodeFailed(_, let took), .guardConfirmed(let took),
      .guardUnconfirmed(_, let took):
      took
    default: nil
    }
  }
}
