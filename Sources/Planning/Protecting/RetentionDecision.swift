import Documents
import ProtectionModel

/// Which of several recovery points a retention keeps.
enum RetentionDecision {
  /// One count of a policy: how many periods are still to be filled, and which was the last.
  private struct Counter {
    var left: Int
    var last: [Int64]?
    let period: (Timestamp.Civil, _ week: Int64) -> [Int64]

    /// Whether the point is the newest of a period that counts.
    mutating func keeps(_ date: Timestamp.Civil, _ week: Int64) -> Bool {
      guard left > 0 else { return false }
      let period = period(date, week)
      guard period != last else { return false }
      last = period
      left -= 1
      return true
    }
  }

  /// - Parameter dates: When the points were cut, newest first.
  /// - Returns: For each point whether it stays. The newest always does, and takes no place in any
  ///   count.
  /// - Complexity: O(*n*).
  static func keeps(
    _ dates: [Timestamp], by policy: RetentionPolicy, at now: Timestamp, zone: TimeZoneRules
  ) -> [Bool] {
    guard !policy.isEmpty else { return dates.map { _ in true } }
    var counters = [
      Counter(left: policy.hourly ?? 0) { date, _ in [date.year, date.month, date.day, date.hour] },
      Counter(left: policy.daily ?? 0) { date, _ in [date.year, date.month, date.day] },
      Counter(left: policy.weekly ?? 0) { _, week in [week] },
      Counter(left: policy.monthly ?? 0) { date, _ in [date.year, date.month] },
      Counter(left: policy.yearly ?? 0) { date, _ in [date.year] },
    ].filter { $0.left > 0 }
    return dates.enumerated().map { position, date in
      guard position > 0 else { return true }
      var isKept = position <= policy.last ?? 0
      if let within = policy.within, now - date < within { isKept = true }
      let local = date + zone.utcOffset(at: date)
      let (civil, week) = (local.civil, week(of: local))
      for index in counters.indices where counters[index].keeps(civil, week) { isKept = true }
      return isKept
    }
  }

  /// Counts weeks; they begin on Mondays, as the calendar's do in ISO 8601.
  static func week(of local: Timestamp) -> Int64 {
    let civil = local.civil
    let midnight = Timestamp(.init(year: civil.year, month: civil.month, day: civil.day))
    return (midnight.secondsSinceEpoch / 86_400 + 3) / 7
  }

  /// `hourly 24, daily 14`
  static func text(_ policy: RetentionPolicy) -> String {
    let counts = [
      ("last", policy.last), ("hourly", policy.hourly), ("daily", policy.daily),
      ("weekly", policy.weekly), ("monthly", policy.monthly), ("yearly", policy.yearly),
    ]
    var parts = counts.compactMap { name, count in count.map { "\(name) \($0)" } }
    if let within = policy.within { parts.append("within \(within.planText)") }
    return parts.joined(separator: ", ")
  }
}
