/// Finding the smallest story that still breaks a promise.
extension Scenario {
  /// The smallest scenario found that breaks the same promise.
  ///
  /// - Parameter playsMax: How many scenarios may be played on the way.
  public func shrunk(breaking promise: Promise, playsMax: Int = 400) -> Scenario {
    var best = self
    var plays = 0
    var isSmaller = true
    while isSmaller {
      isSmaller = false
      for candidate in best.simpler where candidate != best {
        guard plays < playsMax else { return best }
        plays += 1
        if candidate.play().breaches.contains(where: { $0.promise == promise }) {
          best = candidate
          isSmaller = true
          break
        }
      }
    }
    return best
  }

  /// Scenarios with one thing less, the greatest simplifications first.
  private var simpler: [Scenario] {
    var all: [Scenario] = []
    func add(_ change: (inout Scenario) -> Void) {
      var copy = self
      change(&copy)
      all.append(copy)
    }
    if shape.apps.count > 1 {
      for index in shape.apps.indices { add { $0.shape.apps.remove(at: index) } }
    }
    for index in troubles.indices { add { $0.troubles.remove(at: index) } }
    add { $0.hazards = Hazards() }
    add { $0.twin = nil }
    add { $0.isReplaced = false }
    add { $0.rivalAfter = nil }
    add { $0.movesOn = false }
    add { $0.isShared = false }
    add { $0.shape.copies = 1 }
    add { $0.shape.olderPoints = 0 }
    add { $0.parallelism = 16 }
    for index in shape.apps.indices {
      add { $0.shape.apps[index].volumes = 1 }
      add { $0.shape.apps[index].isGrouped = false }
      add { $0.shape.apps[index].hook = .none }
      add { $0.shape.apps[index].hook = .freeze }
      add { $0.shape.apps[index].hook = .session }
    }
    add { $0.hazards.mover = .works }
    add { $0.hazards.moverPods = 1 }
    add { $0.hazards.snapshotter = .works }
    add { $0.hazards.thawsToFail = 0 }
    add { $0.hazards.commandsToHang = 0 }
    add { $0.hazards.nodeLostAfter = nil }
    add { $0.hazards.sessionsLostAfter = nil }
    for index in troubles.indices {
      add { $0.troubles[index].failingCall = nil }
      add { $0.troubles[index].refusedFrom = nil }
      add { $0.troubles[index].callsFailOneIn = 0 }
      add { $0.troubles[index].dieAtWrite = nil }
      add { $0.troubles[index].tear = .all }
      add { $0.troubles[index].stopsAfter = [] }
      add { $0.troubles[index].cutOff = nil }
      add { $0.troubles[index].clockJumps = [] }
      add { $0.troubles[index].paused = nil }
      add { $0.troubles[index].sleepingCall = nil }
      add { $0.troubles[index].sleepingWrite = nil }
      add { $0.troubles[index].writesMax = nil }
      add { $0.troubles[index].staleOneIn = 0 }
    }
    return all
  }
}
