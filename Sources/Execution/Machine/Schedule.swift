import Planning

/// Which ready node starts next, and whether the limits let it.
///
/// Nodes start in the order of their *rank*: those inside a bracket and their closings first, then
/// those with the longest way to the end, then by id. A node whose slot is full waits beside that
/// slot and keeps nobody else from starting.
struct Schedule: Sendable {
  private let parallelism: Int
  private let rankOf: [Int32]
  private let nodeAt: [Int32]
  private let isUrgent: [Bool]
  private let slotsOf: [[Int32]]
  private var slots: [Slot]
  private var waiting = Heap()
  /// Slots with both a free place and nodes waiting beside them.
  private var reopened: [Int32] = []
  private var busy = 0

  private struct Slot: Sendable {
    let places: Int
    var used = 0
    var waiting = Heap()
    var isReopened = false

    init(places: Int) { self.places = places }
  }

  /// - Parameters:
  ///   - isUrgent: Nodes that never wait for the overall limit.
  ///   - isUnlimited: Nodes that wait for no slot either.
  init(
    _ graph: ExecutionGraph, pathLengths: [Int32], limits: RunLimits, isUrgent: [Bool],
    isUnlimited: (Int) -> Bool
  ) {
    parallelism = limits.parallelism
    self.isUrgent = isUrgent
    nodeAt = (0..<Int32(graph.nodes.count)).sorted { left, right in
      let (a, b) = (Int(left), Int(right))
      if isUrgent[a] != isUrgent[b] { return isUrgent[a] }
      if pathLengths[a] != pathLengths[b] { return pathLengths[a] > pathLengths[b] }
      return left < right
    }
    var ranks = [Int32](repeating: 0, count: nodeAt.count)
    for (rank, node) in nodeAt.enumerated() { ranks[Int(node)] = Int32(rank) }
    rankOf = ranks
    var slots: [Slot] = []
    var indexOf: [String: Int32] = [:]
    slotsOf = graph.nodes.indices.map { index in
      guard !isUnlimited(index) else { return [] }
      return graph.nodes[index].slots.compactMap { name in
        let places = limits.places(in: name)
        guard places < .max else { return nil }
        if let known = indexOf[name] { return known }
        let fresh = Int32(slots.count)
        indexOf[name] = fresh
        slots.append(Slot(places: places))
        return fresh
      }
    }
    self.slots = slots
  }

  mutating func add(_ node: Int) { waiting.push(rankOf[node]) }

  /// Forgets who waits and who runs.
  mutating func clear() {
    waiting = Heap()
    reopened = []
    busy = 0
    for index in slots.indices { slots[index] = Slot(places: slots[index].places) }
  }

  /// The next node that may start now; it holds its places until ``release(_:)``.
  ///
  /// - Parameter isReady: Whether the node still wants to start; others are dropped.
  /// - Complexity: O(log waiting) for each node taken, dropped or moved beside a slot.
  mutating func take(where isReady: (Int) -> Bool) -> Int? {
    while let (rank, source) = next() {
      let node = Int(nodeAt[Int(rank)])
      guard isReady(node) else {
        remove(from: source)
        continue
      }
      guard isUrgent[node] || busy < parallelism else { return nil }
      remove(from: source)
      if let full = slotsOf[node].first(where: { slots[Int($0)].used >= slots[Int($0)].places }) {
        slots[Int(full)].waiting.push(rank)
        continue
      }
      if !isUrgent[node] { busy += 1 }
      for slot in slotsOf[node] { slots[Int(slot)].used += 1 }
      return node
    }
    return nil
  }

  mutating func release(_ node: Int) {
    if !isUrgent[node] { busy -= 1 }
    for slot in slotsOf[node] {
      slots[Int(slot)].used -= 1
      if !slots[Int(slot)].isReopened, !slots[Int(slot)].waiting.isEmpty {
        slots[Int(slot)].isReopened = true
        reopened.append(slot)
      }
    }
  }

  /// The best rank among those in the common queue and beside reopened slots (`nil`: common).
  private mutating func next() -> (rank: Int32, source: Int32?)? {
    reopened.removeAll { index in
      let slot = slots[Int(index)]
      guard slot.waiting.isEmpty || slot.used >= slot.places else { return false }
      slots[Int(index)].isReopened = false
      return true
    }
    var best: (rank: Int32, source: Int32?)? = waiting.first.map { ($0, nil) }
    for index in reopened {
      let rank = slots[Int(index)].waiting.first!
      if best.map({ rank < $0.rank }) ?? true { best = (rank, index) }
    }
    return best
  }

  private mutating func remove(from source: Int32?) {
    if let source { slots[Int(source)].waiting.pop() } else { waiting.pop() }
  }
}
