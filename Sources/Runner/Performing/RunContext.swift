public import Documents
public import Execution
public import Planning
internal import Synchronization

/// What an action may know about the run it is part of.
public struct RunContext: Sendable {
  public let runID: RunID
  /// 1 for the first try of this runner.
  public let attempt: Int
  /// The runner gives up this attempt then.
  public let deadline: Timestamp
  /// The wall clock.
  public let now: @Sendable () -> Timestamp
  let results: RunResults
  let monitor: NodeMonitor

  /// What an earlier node returned; `nil` where it has not succeeded.
  public func result(of node: NodeID) -> JSONValue? { results[node] }

  /// Says what the action waits for from now on: shown as progress, and named by the failure if
  /// the deadline comes first.
  public func waiting(for what: String) { monitor.waiting(for: what) }

  /// Tells how far the action is.
  public func report(_ progress: NodeProgress) { monitor.report(progress) }

  /// A context outside of any run, to perform a single action with.
  public init(
    runID: RunID, deadline: Timestamp, results: [NodeID: JSONValue] = [:],
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.init(
      runID: runID, attempt: 1, deadline: deadline, now: now, results: RunResults(results),
      monitor: NodeMonitor { _ in })
  }

  init(
    runID: RunID, attempt: Int, deadline: Timestamp, now: @escaping @Sendable () -> Timestamp,
    results: RunResults, monitor: NodeMonitor
  ) {
    self.runID = runID
    self.attempt = attempt
    self.deadline = deadline
    self.now = now
    self.results = results
    self.monitor = monitor
  }
}

/// How far an action is.
public struct NodeProgress: Hashable, Sendable {
  public var bytesDone: Int64?
  public var bytesTotal: Int64?
  public var message: String

  public init(_ message: String, bytesDone: Int64? = nil, bytesTotal: Int64? = nil) {
    self.message = message
    self.bytesDone = bytesDone
    self.bytesTotal = bytesTotal
  }
}

/// The results of finished nodes, shared by the actions of one run.
final class RunResults: Sendable {
  /// By node.
  private let values: Mutex<[JSONValue?]>

  init(nodeCount: Int) { values = Mutex(Array(repeating: nil, count: nodeCount)) }

  convenience init(_ values: [NodeID: JSONValue]) {
    self.init(nodeCount: (values.keys.max()?.rawValue ?? -1) + 1)
    for (node, value) in values { self[node] = value }
  }

  subscript(node: NodeID) -> JSONValue? {
    get { values.withLock { $0.indices.contains(node.rawValue) ? $0[node.rawValue] : nil } }
    set { values.withLock { $0[node.rawValue] = newValue } }
  }
}

/// Remembers what one attempt waits for, and passes its progress on.
final class NodeMonitor: Sendable {
  private let waitedFor = Mutex<String?>(nil)
  private let observe: @Sendable (NodeProgress) -> Void

  init(observe: @escaping @Sendable (NodeProgress) -> Void) { self.observe = observe }

  var lastWait: String? { waitedFor.withLock { $0 } }

  func waiting(for what: String) {
    waitedFor.withLock { $0 = what }
    observe(NodeProgress("Waiting for \(what)"))
  }

  func report(_ progress: NodeProgress) { observe(progress) }
}
