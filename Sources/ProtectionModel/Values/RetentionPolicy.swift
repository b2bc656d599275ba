/// Which recovery points stay: each count keeps the newest point of that many periods, and a point
/// stays when any of them keeps it. All counts are in addition to the newest point.
public struct RetentionPolicy: Hashable, Sendable {
  public var last: Int?
  public var hourly: Int?
  public var daily: Int?
  public var weekly: Int?
  public var monthly: Int?
  public var yearly: Int?
  /// Every point younger than this stays.
  public var within: Duration?

  public init(
    last: Int? = nil, hourly: Int? = nil, daily: Int? = nil, weekly: Int? = nil,
    monthly: Int? = nil, yearly: Int? = nil, within: Duration? = nil
  ) {
    self.last = last
    self.hourly = hourly
    self.daily = daily
    self.weekly = weekly
    self.monthly = monthly
    self.yearly = yearly
    self.within = within
  }

  /// Whether nothing is said: then every point stays.
  public var isEmpty: Bool { self == RetentionPolicy() }
}
