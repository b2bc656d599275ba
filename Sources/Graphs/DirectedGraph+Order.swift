/// A way round in a circle, where an order was asked for.
public struct CycleError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Each node comes before the next one, and the last before the first; the smallest is first.
  public let nodes: [Int]

  public var description: String {
    "The graph has a cycle: " + (nodes + nodes.prefix(1)).map(String.init).joined(separator: " → ")
  }
}

extension DirectedGraph {
  /// All nodes, each after all of its predecessors; among those that are free to come next, the
  /// smallest index comes first, so that the order depends on the edges alone.
  ///
  /// - Complexity: O(edges + nodes · log(nodes))
  public func topologicalOrder() throws(CycleError) -> [Int] {
    var waitingFor = nodes.map { incomingEdges(of: $0).count }
    var ready = MinHeap()
    for node in nodes where waitingFor[node] == 0 { ready.insert(node) }
    var order: [Int] = []
    order.reserveCapacity(nodeCount)
    while let node = ready.removeMin() {
      order.append(node)
      for successor in successors(of: node) {
        waitingFor[successor] -= 1
        if waitingFor[successor] == 0 { ready.insert(successor) }
      }
    }
    if order.count < nodeCount, let cycle = cycle() { throw CycleError(nodes: cycle) }
    return order
  }

  /// The nodes of one cycle in the order of its edges, beginning with its smallest index; `nil`
  /// where there is none.
  ///
  /// - Complexity: O(nodes + edges)
  public func cycle() -> [Int]? {
    var state = [Visit](repeating: .unseen, count: nodeCount)
    var path: [(node: Int, rest: ArraySlice<Int>)] = []
    for root in nodes where state[root] == .unseen {
      path.append((root, ArraySlice(successors(of: root))))
      state[root] = .open
      while let (node, _) = path.last {
        guard let next = path[path.count - 1].rest.popFirst() else {
          state[node] = .done
          path.removeLast()
          continue
        }
        switch state[next] {
        case .done: continue
        case .unseen:
          state[next] = .open
          path.append((next, ArraySlice(successors(of: next))))
        case .open:
          let start = path.firstIndex { $0.node == next } ?? path.startIndex
          return startingAtSmallest(path[start...].map(\.node))
        }
      }
    }
    return nil
  }
}

private enum Visit { case unseen, open, done }

private func startingAtSmallest(_ cycle: [Int]) -> [Int] {
  let start = cycle.indices.min { cycle[$0] < cycle[$1] } ?? cycle.startIndex
  return Array(cycle[start...] + cycle[..<start])
}

/// The smallest of many numbers, quickly.
private struct MinHeap {
  private var items: [Int] = []

  mutating func insert(_ item: Int) {
    items.append(item)
    var child = items.count - 1
    while child > 0, items[child] < items[(child - 1) / 2] {
      items.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func removeMin() -> Int? {
    guard let smallest = items.first else { return nil }
    items.swapAt(0, items.count - 1)
    items.removeLast()
    var parent = 0
    while 2 * parent + 1 < items.count {
      var child = 2 * parent + 1
      if child + 1 < items.count, items[child + 1] < items[child] { child += 1 }
      guard items[child] < items[parent] else { break }
      items.swapAt(child, parent)
      parent = child
    }
    return smallest
  }
}
