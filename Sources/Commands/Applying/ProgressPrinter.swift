import Documents
import Execution
import Planning
import Runner
import Synchronization

/// Prints what happens in a run, a line for each change of state, and keeps the results.
final class ProgressPrinter: RunObserver {
  private let console: Console
  private let results: RunResultLog
  private let progress = Mutex(PlainProgress())

  init(console: Console, results: RunResultLog) {
    self.console = console
    self.results = results
  }

  func observe(_ event: RunEvent) {
    if case .nodeSucceeded(let result, _) = event.kind, let node = event.node {
      results.keep(result, of: node)
    }
    progress.withLock { progress in
      for line in progress.lines(for: event) { console.talk(line + "\n") }
    }
  }
}

/// The results of a run's nodes, those of an earlier runner included.
final class RunResultLog: Sendable {
  private let results: Mutex<[NodeID: JSONValue]>

  init(_ contents: JournalContents) {
    var results: [NodeID: JSONValue] = [:]
    for case .succeeded(let node, let result) in contents.records.map(\.event) {
      results[node] = result
    }
    self.results = Mutex(results)
  }

  func keep(_ result: JSONValue, of node: NodeID) {
    results.withLock { $0[node] = result }
  }

  var all: [NodeID: JSONValue] { results.withLock { $0 } }
}
