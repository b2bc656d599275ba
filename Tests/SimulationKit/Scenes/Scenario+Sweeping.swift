/// Every trouble of one kind, one after the other.
extension Scenario {
  /// For each call that the first runner makes: that call fails, before and after it was acted on.
  public var failingEachCall: [Scenario] {
    let calls = play().calls
    return (1...max(calls, 1)).flatMap { number in
      [false, true].map { acts in
        with { troubles in
          troubles.failingCall = number
          troubles.actsBeforeFailing = acts
        }
      }
    }
  }

  /// For each call that the first runner makes: from then on it may not do that any more, and is
  /// left to its work or stopped while data moves.
  public var refusingEachCall: [Scenario] {
    (1...max(play().calls, 1)).flatMap { number in
      [[], [Duration.seconds(5)]].map { stops in
        with { troubles in
          troubles.refusedFrom = number
          troubles.stopsAfter = stops
        }
      }
    }
  }

  /// For each call that the first runner makes, and each write to the journal: its machine sleeps
  /// just before the one, and just after the other.
  public var sleepingEverywhere: [Scenario] {
    let (calls, writes) = { ($0.calls, $0.writes) }(play())
    return (1...max(calls, 1)).map { number in with { $0.sleepingCall = number } }
      + (1...max(writes, 1)).map { number in with { $0.sleepingWrite = number } }
  }

  /// For each write to the journal: the first runner dies with it, and as much of it is durable as
  /// can be.
  public var dyingAtEachWrite: [Scenario] {
    let writes = play().writes
    return (1...max(writes, 1)).flatMap { number in
      Troubles.Tear.allCases.map { tear in
        with { troubles in
          troubles.dieAtWrite = number
          troubles.tear = tear
        }
      }
    }
  }

  private func with(_ change: (inout Troubles) -> Void) -> Scenario {
    var copy = self
    var first = troubles.first ?? Troubles()
    change(&first)
    copy.troubles = [first] + troubles.dropFirst()
    return copy
  }
}
