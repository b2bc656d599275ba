import Documents
import Execution
import Planning
import Ports
import RunTesting
import Runner

/// Performs actions, and sees that each was announced before: in the journal, and where a guard
/// answers for it, in the mirror too; and that nothing is cut for points that the journal knows to
/// be sealed.
struct IntentWatch<Base: ActionPerformer>: ActionPerformer {
  let base: Base
  let process: SimulatedProcess
  let disk: SimulatedDisk
  let run: String
  /// The location of the repository that mirrors the run; `nil` where none does.
  let mirror: String?
  /// Nodes that a guard answers for.
  let guarded: Set<NodeID>
  /// Nodes that guard: they run although no journal can be written any more.
  let guards: Set<NodeID>
  /// The nodes that seal the points of each cut.
  let seals: [NodeID: [NodeID]]

  func check(
    _ preconditions: [Precondition], of node: Node, in context: RunContext
  ) async throws(ActionFailure) {
    try await base.check(preconditions, of: node, in: context)
  }

  func perform(_ node: Node, in context: RunContext) async throws(ActionFailure) -> JSONValue {
    let intent = #""event":"started","node":\#(node.id.rawValue),"#
    if !process.isDead, !guards.contains(node.id) {
      if !disk.bytes.holds(intent) { breach("\(node.address) begins before it is in the journal") }
      if let mirror, guarded.contains(node.id) {
        let isMirrored = process.world.at(process.clock.wall) { state in
          let segments = state.repositories[mirror]?.runs[run]?.segments ?? [:]
          return segments.values.contains { $0.bytes.holds(intent) }
        }
        if !isMirrored { breach("\(node.address) begins, and no other machine knows of it") }
      }
    }
    if !process.isDead, let seals = seals[node.id], isSealed(node.id, seals) {
      breach("\(node.address) begins, and the point is sealed")
    }
    return try await base.perform(node, in: context)
  }

  /// Whether what was cut last is in every repository. Where one has it and another does not, the
  /// other gets a new cut.
  private func isSealed(_ cut: NodeID, _ seals: [NodeID]) -> Bool {
    let journal = disk.bytes
    func lastSuccess(of node: NodeID) -> Int? {
      journal.lastIndex(of: #""event":"succeeded","node":\#(node.rawValue),"#)
    }
    guard let made = lastSuccess(of: cut) else { return false }
    return seals.allSatisfy { seal in lastSuccess(of: seal).map { $0 > made } ?? false }
  }

  func undo(_ node: Node, in context: RunContext) async throws(ActionFailure) {
    try await base.undo(node, in: context)
  }

  func holders(
    of slots: Set<String>, in run: RunID, at now: Timestamp
  ) async throws(ActionFailure) -> [PlaceHolder] {
    try await base.holders(of: slots, in: run, at: now)
  }

  private func breach(_ what: String) {
    process.world.at(process.clock.wall) { $0.breach(.nothingTwice, what) }
  }
}

extension ExecutionGraph {
  /// The nodes that seal the points of each cut.
  var seals: [NodeID: [NodeID]] {
    var seals: [NodeID: [NodeID]] = [:]
    for node in nodes {
      guard case .sealPoint(let seal) = node.action else { continue }
      for volume in seal.volumes { seals[volume.cut, default: []].append(node.id) }
    }
    return seals
  }
}

extension [UInt8] {
  /// Whether the bytes of a text are among these.
  func holds(_ text: String) -> Bool { lastIndex(of: text) != nil }

  /// Where the bytes of a text begin for the last time.
  fileprivate func lastIndex(of text: String) -> Int? {
    let needle = Array(text.utf8)
    var end = endIndex
    while let start = self[..<end].lastIndex(of: needle[0]) {
      if self[start...].starts(with: needle) { return start }
      end = start
    }
    return nil
  }
}
