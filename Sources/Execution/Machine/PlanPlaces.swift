import Planning

/// The plans at work, where only so many may be.
///
/// A plan takes its place when the first of its nodes could start, and gives it back when the last
/// of them is settled: a plan that waits in its middle would hold snapshots and staged volumes for
/// nothing. Plans with an edge between them are one, so that none waits inside for another that
/// may not begin.
struct PlanPlaces: Sendable {
  private struct Plan: Sendable {
    var names: Set<String> = []
    var unsettled = 0
    var isOpen = false
    var wasStarted = false
    /// Ranks of nodes that could start if the plan might.
    var waiting: [Int32] = []
  }

  let places: Int
  /// The plan of each node, -1 for none; empty where plans are not limited.
  private let planOf: [Int32]
  private var plans: [Plan]
  private var open = 0
  /// The best rank of each plan that waits, and its plan.
  private var queue = Heap()
  private var planAt: [Int32: Int32] = [:]
  /// Plans at work in other runs, by slot name.
  private var others: Set<String> = []

  init(_ graph: ExecutionGraph, limits: RunLimits) {
    let prefix = SlotNames.application + ":"
    let names = graph.nodes.map { $0.slots.first { $0.hasPrefix(prefix) } }
    places = limits.slots[SlotNames.application] ?? .max
    guard places < .max, names.contains(where: { $0 != nil }) else {
      (planOf, plans) = ([], [])
      return
    }
    var union = Union()
    let groups = names.map { $0.map { union.group(named: $0) } }
    for edge in graph.edges {
      if let one = groups[edge.from.rawValue], let other = groups[edge.to.rawValue] {
        union.join(one, other)
      }
    }
    var plans = Array(repeating: Plan(), count: union.parents.count)
    planOf = groups.map { $0.map { Int32(union.root(of: $0)) } ?? -1 }
    for (node, name) in names.enumerated() {
      if let name { plans[Int(planOf[node])].names.insert(name) }
    }
    self.plans = plans
  }

  /// Whether some plan could begin but for plans of other runs.
  var waitsForOthers: Bool { open < places && !queue.isEmpty }

  /// The ranks of the nodes of the plans that wait.
  var waiting: [Int32] { plans.flatMap { $0.isOpen ? [] : $0.waiting } }

  /// How many plans are at work here, and how many others elsewhere.
  var atWork: (here: Int, elsewhere: Int) {
    guard !others.isEmpty else { return (open, 0) }
    let ours = plans.reduce(into: Set<String>()) { if $1.isOpen { $0.formUnion($1.names) } }
    return (open, others.subtracting(ours).count)
  }

  private var mayOpen: Bool {
    guard open < places else { return false }
    let (here, elsewhere) = atWork
    return here + elsewhere < places
  }

  mutating func observe(_ others: Set<String>) { self.others = others }

  /// - Returns: Whether the node may be considered now; otherwise it comes back by ``admit()``.
  mutating func admits(_ node: Int, rank: Int32) -> Bool {
    guard let plan = plan(of: node), !plans[plan].isOpen else { return true }
    if plans[plan].waiting.allSatisfy({ rank < $0 }) {
      queue.push(rank)
      planAt[rank] = Int32(plan)
    }
    plans[plan].waiting.append(rank)
    return false
  }

  /// Opens as many plans as may be, the longest way first.
  ///
  /// - Returns: The ranks of their nodes that waited.
  mutating func admit() -> [Int32] {
    var admitted: [Int32] = []
    while let rank = queue.first, let plan = planAt[rank].map(Int.init) {
      if !plans[plan].isOpen, !plans[plan].waiting.isEmpty {
        guard mayOpen else { break }
        open(plan)
        admitted += plans[plan].waiting
        plans[plan].waiting = []
      }
      queue.pop()
      planAt[rank] = nil
    }
    return admitted
  }

  mutating func settle(_ node: Int) {
    guard let plan = plan(of: node) else { return }
    plans[plan].unsettled -= 1
    guard plans[plan].unsettled == 0 else { return }
    if plans[plan].isOpen { open -= 1 }
    plans[plan].isOpen = false
    plans[plan].waiting = []
  }

  // MARK: Counting anew

  mutating func clear() {
    queue = Heap()
    planAt = [:]
    open = 0
    for plan in plans.indices { plans[plan] = Plan(names: plans[plan].names) }
  }

  mutating func count(_ node: Int, isSettled: Bool, wasStarted: Bool) {
    guard let plan = plan(of: node) else { return }
    if !isSettled { plans[plan].unsettled += 1 }
    if wasStarted { plans[plan].wasStarted = true }
  }

  /// Gives the plans that an earlier runner had begun their places first, more of them than there
  /// are places if need be: they hold what the others do not have yet.
  mutating func reopen() {
    for plan in plans.indices where plans[plan].wasStarted && plans[plan].unsettled > 0 {
      open(plan)
    }
  }

  private mutating func open(_ plan: Int) {
    plans[plan].isOpen = true
    open += 1
  }

  private func plan(of node: Int) -> Int? {
    guard !planOf.isEmpty, planOf[node] >= 0 else { return nil }
    return Int(planOf[node])
  }
}

/// Groups that grow together.
private struct Union {
  private(set) var parents: [Int] = []
  private var indexOf: [String: Int] = [:]

  mutating func group(named name: String) -> Int {
    if let index = indexOf[name] { return index }
    indexOf[name] = parents.count
    parents.append(parents.count)
    return parents.count - 1
  }

  mutating func root(of group: Int) -> Int {
    var group = group
    while parents[group] != group {
      parents[group] = parents[parents[group]]
      group = parents[group]
    }
    return group
  }

  mutating func join(_ one: Int, _ other: Int) { parents[root(of: one)] = root(of: other) }
}
