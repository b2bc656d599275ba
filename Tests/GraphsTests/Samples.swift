import Graphs

/// A graph from its edges, written as `[(0, 1), (1, 2)]`.
func graph(_ nodeCount: Int, _ edges: [(Int, Int)]) -> DirectedGraph {
  DirectedGraph(
    nodeCount: nodeCount, edges: edges.map { DirectedGraph.Edge(source: $0.0, target: $0.1) })
}

/// The same numbers for the same seed on every machine (Sebastiano Vigna's SplitMix64).
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  /// A graph without cycles on 1 to 40 shuffled nodes.
  mutating func acyclicGraph() -> DirectedGraph {
    let nodes = Array(0..<Int.random(in: 1...40, using: &self)).shuffled(using: &self)
    var builder = DirectedGraph.Builder(nodeCount: nodes.count)
    for _ in 0..<Int.random(in: 0...120, using: &self) {
      let first = Int.random(in: nodes.indices, using: &self)
      let second = Int.random(in: nodes.indices, using: &self)
      guard first != second else { continue }
      builder.connect(nodes[min(first, second)], to: nodes[max(first, second)])
    }
    return DirectedGraph(builder)
  }
}
