/// The chain of nodes that decides how long everything takes.
public struct CriticalPath<Weight: Hashable & Sendable>: Hashable, Sendable {
  /// From a node without predecessors to one without successors.
  public let nodes: [Int]
  /// The sum of their weights.
  public let length: Weight
}

extension DirectedGraph {
  /// The heaviest way through the graph; of equal ones, the way over smaller indices. Empty for a
  /// graph without nodes.
  ///
  /// - Parameter weight: of a node, not negative: seconds, bytes, or 1 to count steps.
  /// - Complexity: that of ``topologicalOrder()``
  public func criticalPath<Weight: Comparable & AdditiveArithmetic & Hashable & Sendable>(
    weight: (Int) -> Weight
  ) throws(CycleError) -> CriticalPath<Weight> {
    let order = try topologicalOrder()
    // From the end: the heaviest way from each node on, and its next step.
    var length = [Weight](repeating: .zero, count: nodeCount)
    var next = [Int?](repeating: nil, count: nodeCount)
    for node in order.reversed() {
      for successor in successors(of: node) {
        guard let known = next[node] else {
          next[node] = successor
          continue
        }
        if (length[known], successor) > (length[successor], known) { continue }
        next[node] = successor
      }
      length[node] = weight(node) + (next[node].map { length[$0] } ?? .zero)
    }
    let starts = nodes.filter { incomingEdges(of: $0).isEmpty }
    guard var node = starts.min(by: { (length[$1], $0) < (length[$0], $1) }) else {
      return CriticalPath(nodes: [], length: .zero)
    }
    let total = length[node]
    var path = [node]
    while let step = next[node] {
      path.append(step)
      node = step
    }
    return CriticalPath(nodes: path, length: total)
  }
}
