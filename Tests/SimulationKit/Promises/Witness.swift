import Backends
import ClusterModel
import Documents
import Execution
import Planning
import RunTesting
import Runner

/// Watches a runner: what it begins while another one has its application is work done twice, and
/// no attempt goes on for longer than it may.
struct Witness: RunObserver {
  let world: World
  let process: SimulatedProcess
  let guards: Set<NodeID>
  let leases: [String]
  let timeouts: [Int]
  /// How long a node may wait for a place before it is given up.
  let placeWaitMax: Duration
  let next: any RunObserver

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
      !process.troubles.standsStill,
      took > (event.kind.foundNoPlace ? placeWaitMax : .seconds(timeouts[node.rawValue]))
        + Self.slack
    {
      world.at(process.clock.wall) {
        $0.breach(.everyWaitEnds, "\(event.address ?? "") took \(took)")
      }
    }
    guard case .nodeStarted = event.kind, let node = event.node, !guards.contains(node),
      !process.isDead
    else { return }
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

extension RunEvent.Kind {
  /// Whether the node was given up before it began: the limits left no place for it.
  fileprivate var foundNoPlace: Bool {
    guard case .nodeFailed(let failure, _) = self else { return false }
    return failure.message.hasPrefix("No place in ")
  }

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
