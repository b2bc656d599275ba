import Planning

/// Places are counted from what is there, not from what this runner remembers: a mover that
/// outlived its runner, or its node's deadline, keeps its place until it is gone, and one that
/// failed has none.
extension Schedule {
  /// Whether somebody waits until others are looked at.
  var needsLook: Bool {
    !others.unseen.isEmpty || (others.areCounted && !others.areKnown && plans.waitsForOthers)
  }

  /// What has to be known of others.
  var limitedSlots: Set<String> {
    Set(slots.map(\.name) + (plans.places < .max ? [SlotNames.application] : []))
  }

  /// Whether others leave the node its places. A node that has to wait comes back by itself, after
  /// the next look.
  mutating func isLeftPlaces(by node: Int, rank: Int32) -> Bool {
    guard let asked = others.asked[node] else { return true }
    guard others.areKnown else {
      others.unseen.append(rank)
      return false
    }
    let own = others.leftovers[node] ?? []
    let full = asked.first { index in
      let slot = slots[Int(index)]
      return slot.used + slot.usedByOthers - own.count { $0 == slot.name } >= slot.places
    }
    if let full { others.crowded.append((rank, full)) }
    return full == nil
  }

  /// Takes note of everything that holds places.
  mutating func observe(_ holders: [PlaceHolder]) {
    var counts: [String: Int] = [:]
    var plansAtWork: Set<String> = []
    others.leftovers = [:]
    for holder in holders {
      let node = others.node(at: holder.address)
      if let node, others.holding.contains(node) { continue }
      for slot in holder.slots { counts[slot, default: 0] += 1 }
      if let node { others.leftovers[node, default: []] += holder.slots }
      if holder.address == nil {
        plansAtWork.formUnion(holder.slots.filter { $0.hasPrefix(SlotNames.application + ":") })
      }
    }
    for index in slots.indices { slots[index].usedByOthers = counts[slots[index].name] ?? 0 }
    plans.observe(plansAtWork)
    others.areKnown = true
    for rank in others.unseen + others.crowded.map(\.rank) { waiting.push(rank) }
    (others.unseen, others.crowded) = ([], [])
  }

  /// A look has grown old: whoever comes next needs a new one.
  mutating func forgetOthers() { others.areKnown = false }

  /// A place of ours may have become free: whoever found none may look at once.
  mutating func lookAgain() {
    others.areKnown = false
    others.generation += 1
    others.unseen += others.crowded.map(\.rank)
    others.crowded = []
  }
}
