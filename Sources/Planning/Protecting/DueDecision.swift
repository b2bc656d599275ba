import Documents
import ProtectionModel

/// Whether a plan needs a new recovery point at an instant, and for which slot.
struct DueDecision {
  let reason: ChangeReason?
  /// The slot that a new point would fill.
  let slot: Timestamp?

  /// - Parameters:
  ///   - points: The plan's sealed points, oldest first.
  ///   - jitterKey: Decides by how much of the schedule's jitter this plan waits, always the same.
  init(
    schedule: ScheduleSettings, rpo: Duration?, points: [PointIndex.Point], at now: Timestamp,
    zone: TimeZoneRules, jitterKey: String
  ) {
    // The first point of all is not worth waiting for.
    let jitter = points.isEmpty ? .zero : schedule.jitter ?? .zero
    let delay = Self.delay(within: jitter, for: jitterKey)
    let slot = schedule.cron?.latestSlot(atOrBefore: now - delay, zone: zone)
    if let slot, !points.contains(where: { $0.fills(slot) }) {
      reason = .slotDue
      self.slot = slot
      return
    }
    self.slot = nil
    let isAtRisk = rpo.map { rpo in points.last.map { now - $0.cutAt >= rpo } ?? true } ?? false
    reason = isAtRisk ? .objectiveAtRisk : nil
  }

  /// `20261122T020000Z`: the slot, or the instant of a point that no slot asked for.
  func pointName(at now: Timestamp) -> String { (slot ?? now).compact }

  private static func delay(within jitter: Duration, for key: String) -> Duration {
    let seconds = Int64(jitter.wholeSeconds)
    guard seconds > 0 else { return .zero }
    let word = SHA256.digest(Array(key.utf8)).prefix(7).reduce(Int64(0)) { $0 << 8 | Int64($1) }
    return .seconds(word % (seconds + 1))
  }
}

extension PointIndex.Point {
  /// Whether a slot needs no point any more because this one exists.
  func fills(_ wanted: Timestamp) -> Bool { (slot ?? cutAt) >= wanted }
}
