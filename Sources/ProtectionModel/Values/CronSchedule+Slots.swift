public import Documents

extension CronSchedule {
  /// The newest time of this schedule that is not after `instant`; `nil` where there was none in
  /// the eight years before.
  ///
  /// A local time that summer time skips comes at the moment its clocks jump; one that comes twice
  /// is a slot once, the first time.
  ///
  /// - Complexity: O(1), at most one look at each day of eight years.
  public func latestSlot(
    atOrBefore instant: Timestamp, zone: TimeZoneRules = .utc
  ) -> Timestamp? {
    // A slot's local time can lie up to a jump of the clocks after the local time of `instant`.
    let day = Self.localDay(of: instant, zone: zone)
    for distance in -1..<Self.daysMax {
      let slots = slots(onDay: day - distance, zone: zone)
      if let slot = slots.last(where: { $0 <= instant }) { return slot }
    }
    return nil
  }

  /// The first time of this schedule after `instant`; `nil` where there is none in eight years.
  public func nextSlot(after instant: Timestamp, zone: TimeZoneRules = .utc) -> Timestamp? {
    let day = Self.localDay(of: instant, zone: zone)
    for distance in -1..<Self.daysMax {
      let slots = slots(onDay: day + distance, zone: zone)
      if let slot = slots.first(where: { $0 > instant }) { return slot }
    }
    return nil
  }

  /// The longest time between two slots that follow each other, by UTC; `nil` where slots are more
  /// than two years apart.
  ///
  /// - Complexity: O(*n*) in the number of slots of a week, or of three years where days of month
  ///   or months are chosen.
  var longestGap: Duration? {
    let start = Timestamp(Timestamp.Civil(year: 2027, month: 1, day: 1))
    let isWeekly = isAnyDayOfMonth && months.nonzeroBitCount == 12
    let first = Self.localDay(of: start, zone: .utc)
    var previous: Timestamp?
    var longest: Duration?
    for day in first..<first + (isWeekly ? 15 : 3 * 366) {
      for slot in slots(onDay: day, zone: .utc) {
        if let previous { longest = max(longest ?? .zero, slot - previous) }
        previous = slot
      }
    }
    return longest
  }

  /// Leap days are at most eight years apart (1896–1904, 2096–2104).
  private static let daysMax: Int64 = 8 * 366

  private static func localDay(of instant: Timestamp, zone: TimeZoneRules) -> Int64 {
    let seconds = (instant + zone.utcOffset(at: instant)).secondsSinceEpoch
    return (seconds - Timestamp(secondsSinceEpoch: seconds).secondOfDay) / 86_400
  }

  /// The slots of one local day, in order, each once. A zone is asked slot by slot only around a
  /// day on which its clocks jump.
  private func slots(onDay day: Int64, zone: TimeZoneRules) -> [Timestamp] {
    let midnight = Timestamp(secondsSinceEpoch: day * 86_400)
    guard matches(midnight) else { return [] }
    let dayBefore = zone.utcOffset(at: midnight - .seconds(86_400))
    let dayAfter = zone.utcOffset(at: midnight + .seconds(2 * 86_400))
    let isSteady = dayBefore == dayAfter
    var slots: [Timestamp] = []
    for hour in 0..<24 where hours & 1 << UInt64(hour) != 0 {
      for minute in 0..<60 where minutes & 1 << UInt64(minute) != 0 {
        let local = midnight + .seconds(hour * 3600 + minute * 60)
        let slot = isSteady ? local - dayBefore : zone.instant(ofLocal: local)
        if slot > slots.last ?? Timestamp(nanosecondsSinceEpoch: .min) { slots.append(slot) }
      }
    }
    return slots
  }

  private func matches(_ midnight: Timestamp) -> Bool {
    let date = midnight.civil
    guard months & 1 << UInt64(date.month) != 0 else { return false }
    let byDay = daysOfMonth & 1 << UInt64(date.day) != 0
    let byWeekday = weekdays & 1 << UInt64(midnight.weekday) != 0
    return isAnyDayOfMonth || isAnyWeekday ? byDay && byWeekday : byDay || byWeekday
  }
}

extension TimeZoneRules {
  /// The instant at which clocks show `local` (written as if it were UTC): the first where there
  /// are two; the moment of the jump where there is none.
  func instant(ofLocal local: Timestamp) -> Timestamp {
    let dayBefore = utcOffset(at: local - .seconds(86_400))
    let dayAfter = utcOffset(at: local + .seconds(86_400))
    let early = local - max(dayBefore, dayAfter)
    let late = local - min(dayBefore, dayAfter)
    if early + utcOffset(at: early) == local { return early }
    if late + utcOffset(at: late) == local { return late }
    return jump(from: early, to: late)
  }

  /// The first whole minute in `early...late` from which the offset is that of `late`.
  private func jump(from early: Timestamp, to late: Timestamp) -> Timestamp {
    let target = utcOffset(at: late)
    var low = early.secondsSinceEpoch / 60
    var high = late.secondsSinceEpoch / 60
    while low < high {
      let middle = low + (high - low) / 2
      if utcOffset(at: Timestamp(secondsSinceEpoch: middle * 60)) == target {
        high = middle
      } else {
        low = middle + 1
      }
    }
    return Timestamp(secondsSinceEpoch: high * 60)
  }
}

extension Timestamp {
  fileprivate var secondOfDay: Int64 {
    let civil = civil
    return civil.hour * 3600 + civil.minute * 60 + civil.second
  }
}
