import Documents
import Execution
import Planning
import Runner

/// A whole run of nodes that do nothing: what the executor itself costs.
///
/// The graph is chains of ten nodes, as the steps of a volume are; `bench-executor.sh` gives
/// terraform the same chains. The runner, the journal and its file are the real ones.
struct ExecutorBenchmark {
  let nodes: Int
  let parallelism: Int
  let folder: String

  static let chainLength = 10

  /// - Returns: What it cost, from the graph in memory to the closed journal. Memory is the peak
  ///   above that of a process which has run a small graph: graph, machine and run together.
  func measure() async throws -> String {
    let warmup = Self(nodes: 1000, parallelism: parallelism, folder: folder)
    _ = try await warmup.run()
    let before = ResourceUse.sofar.residentBytesMax
    let took = try await run()
    let peak = ResourceUse.sofar.residentBytesMax
    return "nodes \(nodes) \(took) rss \(peak) bytes-per-node \((peak - before) / nodes)"
  }

  private func run() async throws -> String {
    let graph = graph
    let runner = GraphRunner(
      clock: ContinuousClock(), now: { .now }, limits: RunLimits(parallelism: parallelism),
      observer: Silence())
    var random = SystemRandomNumberGenerator()
    let run = RunID(at: .now, using: &random)
    let header = JournalHeader(
      run: run, planDigest: "sha256:0", nodeCount: nodes, toolVersion: "bench", at: .now)
    let (stops, stopping) = AsyncStream.makeStream(of: Void.self)
    let cost = Cost()
    let journal = try await RunDirectory(state: folder).begin(header, plan: [], token: "bench")
    let outcome = try await runner.run(
      graph, performer: Nothing(), journal: journal, stops: stops, random: &random)
    let took = cost.text
    stopping.finish()
    guard outcome.exit == .ok, outcome.succeeded == nodes else { throw Unexpected(outcome) }
    return took
  }

  private var graph: ExecutionGraph {
    var graph = ExecutionGraph()
    graph.nodes.reserveCapacity(nodes)
    graph.edges.reserveCapacity(nodes)
    for index in 0..<nodes {
      let id = NodeID(index)
      graph.nodes.append(
        Node(
          id: id, address: "chain-\(index / Self.chainLength)/step-\(index % Self.chainLength):do",
          action: .ensureNamespace(EnsureNamespace(name: "shop")), timeoutSeconds: 60))
      if index % Self.chainLength > 0 {
        graph.edges.append(Edge(from: NodeID(index - 1), to: id, kind: .requires))
      }
    }
    return graph
  }

  private struct Unexpected: Error {
    let outcome: RunOutcome

    init(_ outcome: RunOutcome) { self.outcome = outcome }
  }
}

private struct Silence: RunObserver {
  func observe(_ event: RunEvent) {}
}

private struct Nothing: ActionPerformer {
  func check(
    _ preconditions: [Precondition], of node: Node, in context: RunContext
  ) async throws(ActionFailure) {}

  func perform(_ node: Node, in context: RunContext) async throws(ActionFailure) -> JSONValue {
    .null
  }

  func undo(_ node: Node, in context: RunContext) async throws(ActionFailure) {}
}
