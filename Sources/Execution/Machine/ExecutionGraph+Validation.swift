import Planning

extension ExecutionGraph {
  /// - Throws: Where a node is not at its own index or brackets name nodes that are not there.
  func validate() throws(InvalidGraph) {
    guard nodes.count < Int(Int32.max), edges.count < Int(Int32.max) else {
      throw InvalidGraph("A graph of \(nodes.count) nodes and \(edges.count) edges is too large")
    }
    var addresses = Set<String>(minimumCapacity: nodes.count)
    for (index, node) in nodes.enumerated() {
      guard node.id.rawValue == index else {
        throw InvalidGraph("Node `\(node.address)` is called \(node.id) but stands at \(index)")
      }
      guard addresses.insert(node.address).inserted else {
        throw InvalidGraph("Two nodes have the address `\(node.address)`")
      }
      guard node.attemptsMax >= 1, node.timeoutSeconds >= 1 else {
        throw InvalidGraph("Node `\(node.address)` has no attempts or no time")
      }
    }
    for bracket in brackets {
      let all = [bracket.opening, bracket.closing] + bracket.members
      guard all.allSatisfy({ nodes.indices.contains($0.rawValue) }), Set(all).count == all.count
      else {
        throw InvalidGraph("The bracket from \(bracket.opening) is not made of its own nodes")
      }
    }
    let guards = Set(edges.filter { $0.kind == .guard })
    for bracket in brackets
    where !guards.contains(Edge(from: bracket.opening, to: bracket.closing, kind: .guard)) {
      throw InvalidGraph(
        "`\(nodes[bracket.closing.rawValue].address)` closes a bracket without being its guard")
    }
  }
}
