import Execution
import Planning
import RunTesting

/// What the nodes of a random graph act upon, and the rules that a real cluster would enforce
/// silently: cuts lie inside one quiesce, nothing is quiesced twice.
struct World {
  struct Quiesce {
    var number = 0
    var isOn = false
    var lastClosed: Int?

    mutating func end() {
      isOn = false
      lastClosed = number
    }
  }

  let random: RandomGraph
  var quiesces: [Int: Quiesce] = [:]
  /// The quiesce that each existing cut was made in.
  var cuts: [NodeID: Int] = [:]
  /// Captured objects are in the memory of a runner.
  var captured: Set<NodeID> = []
  /// Closings do not wait for what is inside any more: what that makes must not be used.
  var isHurried = false
  var breaches: [String] = []

  init(_ random: RandomGraph) { self.random = random }

  mutating func perform(_ node: NodeID) {
    switch random.roles[node.rawValue] {
    case .plain:
      let captures = random.graph.edges.filter { $0.to == node }.map(\.from)
        .filter { random.roles[$0.rawValue] == .capture }
      if !captures.allSatisfy(captured.contains) { breach(node, "lacks what was captured") }
    case .capture: captured.insert(node)
    case .opening(let index):
      if quiesces[index]?.isOn == true { breach(node, "quiesces twice") }
      quiesces[index, default: Quiesce()].number += 1
      quiesces[index]!.isOn = true
    case .step(let index): checkQuiesced(index, for: node)
    case .cut(let index):
      checkQuiesced(index, for: node)
      cuts[node] = cuts[node] ?? (quiesces[index]?.isOn == true ? quiesces[index]!.number : 0)
    case .closing(let index):
      quiesces[index]?.end()
    case .copy(let cut):
      guard case .cut(let index) = random.roles[cut.rawValue] else { return }
      if cuts[cut] == nil { breach(node, "copies a cut that is not there") }
      if cuts[cut] != quiesces[index]?.lastClosed {
        breach(node, "copies a cut of another quiesce")
      }
    case .release(let cut): cuts[cut] = nil
    }
  }

  mutating func undo(_ node: NodeID) { cuts[node] = nil }

  /// The runner dies: its sessions end, and its memory is gone.
  mutating func loseRunner() {
    captured = []
    isHurried = false
    for (index, bracket) in random.graph.brackets.enumerated() where !bracket.outlivesRunner {
      quiesces[index]?.end()
    }
  }

  private mutating func checkQuiesced(_ index: Int, for node: NodeID) {
    if quiesces[index]?.isOn != true, !isHurried { breach(node, "is outside of the quiesce") }
  }

  private mutating func breach(_ node: NodeID, _ what: String) {
    breaches.append("`\(random.graph[node].address)` \(what)")
  }
}
