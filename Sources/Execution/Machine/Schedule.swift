import Planning

/// Which ready node starts next, and whether the limits let it.
///
/// Nodes start in the order of their *rank*: those inside a bracket and their closings first, then
/// those with the longest way to the end, then by id. A node whose slot is full waits beside that
/// slot and keeps nobody else from starting.
struct Schedule: Sendable {
  private let parallelism: Int
  private let rankOf: [Int32]
  let nodeAt: [Int32]
  private let isUrgent: [Bool]
  private let slotsOf: [[Int32]]
  var slots: [Slot]
  var waiting = Heap()
  /// Slots with both a free place and nodes waiting beside them.
  private var reopened: [Int32] = []
  private var busy = 0
  var plans: PlanPlaces
  var others: OtherRuns

  struct Slot: Sendable {
    let name: String
    let places: Int
    var used = 0
    /// Places that other runs hold, or objects of ours that nobody works at any more.
    var usedByOthers = 0
    var waiting = Heap()
    var isReopened = false

    init(name: String, places: Int) { (self.name, self.places) = (name, places) }
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
    let kept = SlotNames.application + ":"
    let slotsOf: [[Int32]] = graph.nodes.indices.map { index in
      guard !isUnlimited(index) else { return [] }
      return graph.nodes[index].slots.compactMap { name in
        guard !name.hasPrefix(kept) else { return nil }
        let places = limits.places(in: name)
        guard places < .max else { return nil }
        if let known = indexOf[name] { return known }
        let fresh = Int32(slots.count)
        indexOf[name] = fresh
        slots.append(Slot(name: name, places: places))
        return fresh
      }
    }
    self.slotsOf = slotsOf
    self.slots = slots
    plans = PlanPlaces(graph, limits: limits)
    others = OtherRuns(graph, limits: limits, slotsOf: slotsOf, isUrgent: isUrgent)
  }

  mutating func add(_ node: Int) {
    if plans.admits(node, rank: rankOf[node]) { waiting.push(rankOf[node]) }
  }

  /// Tells that this runner is done with the node.
  mutating func settle(_ node: Int) { plans.settle(node) }

  /// Forgets who waits and who runs.
  ///
  /// - Parameter wasStarted: Whether some runner ever began the node.
  mutating func clear(isSettled: (Int) -> Bool, wasStarted: (Int) -> Bool) {
    waiting = Heap()
    reopened = []
    busy = 0
    for index in slots.indices {
      slots[index] = Slot(name: slots[index].name, places: slots[index].places)
    }
    others.clear()
    plans.clear()
    for node in nodeAt.indices {
      plans.count(node, isSettled: isSettled(node), wasStarted: wasStarted(node))
    }
    plans.reopen()
  }

  /// The next node that may start now; it holds its places until ``release(_:)``.
  ///
  /// - Parameter isReady: Whether the node still wants to start; others are dropped.
  /// - Complexity: O(log waiting) for each node taken, dropped or moved beside a slot.
  mutating func take(where isReady: (Int) -> Bool) -> Int? {
    if !others.areCounted || others.areKnown {
      for rank in plans.admit() { waiting.push(rank) }
    }
    while let (rank, source) = next() {
      let node = Int(nodeAt[Int(rank)])
      guard isReady(node) else {
        remove(from: source)
        continue
      }
      guard isUrgent[node] || busy < parallelism else { return nil }
      remove(from: source)
      if let full = fullSlot(of: node) {
        slots[Int(full)].waiting.push(rank)
        continue
      }
      guard isLeftPlaces(by: node, rank: rank) else { continue }
      others.holding.insert(node)
      if !isUrgent[node] { busy += 1 }
      for slot in slotsOf[node] { slots[Int(slot)].used += 1 }
      return node
    }
    return nil
  }

  mutating func release(_ node: Int) {
    others.holding.remove(node)
    if others.isShared(node) { lookAgain() }
    if !isUrgent[node] { busy -= 1 }
    for slot in slotsOf[node] {
      slots[Int(slot)].used -= 1
      if !slots[Int(slot)].isReopened, !slots[Int(slot)].waiting.isEmpty {
        slots[Int(slot)].isReopened = true
        reopened.append(slot)
      }
    }
  }

  /// A slot whose places this run has taken itself. The opening of a bracket waits for what its
  /// members will need, so that they do not have to wait inside.
  private func fullSlot(of node: Int) -> Int32? {
    func isFull(_ slot: Int32) -> Bool { slots[Int(slot)].used >= slots[Int(slot)].places }
    return slotsOf[node].first(where: isFull) ?? others.asked[node]?.first(where: isFull)
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
