/// What a restore leaves on each claim that it made, so that a later plan knows it has been done.
public struct RestoreMark: Hashable, Sendable, CustomStringConvertible {
  public static let annotation = "oadp-plan.dev/restored-from"

  /// The RestorePlan.
  public var plan: PlanKey
  /// The recovery point's name.
  public var point: String

  public init(plan: PlanKey, point: String) {
    self.plan = plan
    self.point = point
  }

  /// Reads an annotation's value back; `nil` where it is none of ours.
  public init?(_ text: String) {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    let key = parts[0].split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, key.count == 2, !(key + parts).contains("") else { return nil }
    plan = PlanKey(namespace: String(key[0]), name: String(key[1]))
    point = String(parts[1])
  }

  /// `shop/pg-back@20261122T020000Z`
  public var description: String { "\(plan)@\(point)" }
}
