public import Planning

/// Limits that this run shares with others.
extension RunStateMachine {
  /// Whether nodes wait until the holders of places are looked at: ``observe(_:)`` is due.
  public var needsLook: Bool { schedule.needsLook }

  /// The limits that matter to this graph.
  public var limitedSlots: Set<String> { schedule.limitedSlots }

  /// Changes when a look that is under way has become useless: a node of ours has ended since it
  /// began, and may have left an object behind.
  public var lookGeneration: Int { schedule.others.generation }

  /// Takes note of everything in the cluster that holds places now, whoever made it.
  public mutating func observe(_ holders: [PlaceHolder]) { schedule.observe(holders) }

  /// Says that the last look is too old to start anything by it.
  public mutating func forgetOthers() { schedule.forgetOthers() }

  /// Nodes that could start but for places that others hold.
  public var crowded: [CrowdedNode] {
    let nodes = schedule.others.crowded.compactMap { entry -> CrowdedNode? in
      let (node, slot) = (
        NodeID(Int(schedule.nodeAt[Int(entry.rank)])), schedule.slots[Int(entry.slot)]
      )
      guard self[node].phase == .ready else { return nil }
      return CrowdedNode(
        node: node, slot: slot.name, places: slot.places, taken: slot.used + slot.usedByOthers,
        takenByOthers: slot.usedByOthers)
    }
    guard schedule.others.areCounted, schedule.plans.waitsForOthers else { return nodes }
    let waiting = schedule.plans.waiting.map { NodeID(Int(schedule.nodeAt[Int($0)])) }
    let (open, others) = schedule.plans.atWork
    return nodes
      + waiting.filter { self[$0].phase == .ready }.map {
        CrowdedNode(
          node: $0, slot: SlotNames.application, places: schedule.plans.places,
          taken: open + others, takenByOthers: others)
      }
  }

  /// How many nodes others may be in the way of; changes with ``crowded``.
  public var crowdedCount: Int { schedule.others.crowded.count }

  /// Nodes that wait for a look, with the first slot that they ask for.
  public var unseen: [CrowdedNode] {
    schedule.others.unseen.compactMap { rank in
      let node = NodeID(Int(schedule.nodeAt[Int(rank)]))
      guard self[node].phase == .ready, let slot = schedule.others.asked[node.rawValue]?.first
      else { return nil }
      return CrowdedNode(
        node: node, slot: schedule.slots[Int(slot)].name, places: schedule.slots[Int(slot)].places,
        taken: nil, takenByOthers: nil)
    }
  }

  /// Gives up a node that has waited long enough, before it was started.
  public mutating func refuse(_ node: NodeID, _ failure: ActionFailure) -> JournalEvent {
    record(.refused(node, failure))
  }
}

/// A node that finds no place left.
public struct CrowdedNode: Hashable, Sendable {
  public var node: NodeID
  public var slot: String
  public var places: Int
  /// `nil` where it is not known.
  public var taken: Int?
  public var takenByOthers: Int?

  public init(node: NodeID, slot: String, places: Int, taken: Int?, takenByOthers: Int?) {
    self.node = node
    self.slot = slot
    self.places = places
    self.taken = taken
    self.takenByOthers = takenByOthers
  }
}
