/// How much may go on at once.
public struct RunLimits: Hashable, Sendable {
  /// Nodes that run at the same time. Nodes inside a bracket do not count and never wait for this:
  /// an application must not stay quiesced because somebody else is copying.
  public var parallelism: Int
  /// Nodes that hold a slot at the same time, by the slot's name (`repository:restic-gold`) or
  /// its kind, the part before the colon (`repository`). The name wins; unnamed is unlimited.
  /// Of the kind `application` the plans at work are counted, not their nodes.
  public var slots: [String: Int]
  /// Whether other runs take of the same places, so that they are looked at before a node starts
  /// that would take one.
  public var countsOthers: Bool

  /// - Precondition: Every limit is at least 1.
  public init(parallelism: Int = 16, slots: [String: Int] = [:], countsOthers: Bool = false) {
    precondition(parallelism >= 1, "a parallelism of \(parallelism) would never start anything")
    precondition(slots.values.allSatisfy { $0 >= 1 }, "a slot without a place: \(slots)")
    self.parallelism = parallelism
    self.slots = slots
    self.countsOthers = countsOthers
  }

  func places(in slot: String) -> Int {
    slots[slot] ?? slots[String(slot.prefix { $0 != ":" })] ?? .max
  }
}
