extension DirectedGraph {
  /// All nodes that can be reached from `starts`, without those themselves unless a cycle leads
  /// back; ascending.
  ///
  /// - Complexity: O(nodes + edges)
  public func descendants(of starts: some Sequence<Int>) -> [Int] {
    reached(from: starts) { Array(successors(of: $0)) }
  }

  /// All nodes from which one of `ends` can be reached, without those themselves unless a cycle
  /// leads back; ascending.
  ///
  /// - Complexity: O(nodes + edges)
  public func ancestors(of ends: some Sequence<Int>) -> [Int] {
    reached(from: ends) { Array(predecessors(of: $0)) }
  }

  private func reached(
    from starts: some Sequence<Int>, next: (Int) -> [Int]
  ) -> [Int] {
    var isReached = [Bool](repeating: false, count: nodeCount)
    var pending = Array(starts)
    while let node = pending.popLast() {
      for neighbour in next(node) where !isReached[neighbour] {
        isReached[neighbour] = true
        pending.append(neighbour)
      }
    }
    return nodes.filter { isReached[$0] }
  }
}

extension DirectedGraph {
  /// The edges that say something: without those that a longer way, or an earlier edge between the
  /// same two nodes, says already.
  ///
  /// - Parameter isPlain: edges for which this is false are all kept, and no way leads over them:
  ///   an edge that means something else than "after" neither implies an order nor is implied.
  /// - Returns: the edges to keep, ascending; see ``keeping(edges:)``.
  /// - Complexity: memory is linear; time is O(nodes · edges) at worst, and linear for chains and
  ///   other graphs whose edges mostly lead to near successors.
  public func transitiveReduction(
    where isPlain: (Int) -> Bool = { _ in true }
  ) throws(CycleError) -> [Int] {
    let order = try topologicalOrder()
    var rank = [Int](repeating: 0, count: nodeCount)
    for (position, node) in order.enumerated() { rank[node] = position }
    let plain = edges.map(isPlain)
    var isKept = plain.map { !$0 }
    // A node is stamped with the source from which it was last reached, which saves the clearing.
    var stamp = [Int](repeating: -1, count: nodeCount)

    for source in nodes {
      let leaving = outgoingEdges(of: source).filter { plain[$0] }
        .sorted { (rank[self[edge: $0].target], $0) < (rank[self[edge: $1].target], $1) }
      guard let furthest = leaving.last.map({ rank[self[edge: $0].target] }) else { continue }
      for edge in leaving where stamp[self[edge: edge].target] != source {
        isKept[edge] = true
        stamp[self[edge: edge].target] = source
        guard leaving.count > 1 else { continue }
        var pending = [self[edge: edge].target]
        while let node = pending.popLast() {
          for next in outgoingEdges(of: node) where plain[next] {
            let target = self[edge: next].target
            guard stamp[target] != source, rank[target] <= furthest else { continue }
            stamp[target] = source
            pending.append(target)
          }
        }
      }
    }
    return edges.filter { isKept[$0] }
  }
}
