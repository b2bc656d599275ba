public import Documents

/// What core code needs to know of a time zone: how far its clocks are ahead of UTC at an instant.
///
/// Two rules are equal when their names are.
public struct TimeZoneRules: Sendable {
  /// An IANA name: `Europe/Berlin`.
  public let name: String
  private let offset: @Sendable (Timestamp) -> Duration

  /// - Parameter utcOffset: The same answer for the same instant, whole minutes, within a day.
  public init(name: String, utcOffset: @escaping @Sendable (Timestamp) -> Duration) {
    self.name = name
    offset = utcOffset
  }

  /// How far local clocks are ahead of UTC.
  public func utcOffset(at instant: Timestamp) -> Duration { offset(instant) }

  public static let utc = TimeZoneRules(name: "UTC") { _ in .zero }

  /// A zone without summer time.
  public static func fixed(name: String, utcOffset: Duration) -> TimeZoneRules {
    TimeZoneRules(name: name) { _ in utcOffset }
  }
}

extension TimeZoneRules: Hashable {
  public static func == (left: TimeZoneRules, right: TimeZoneRules) -> Bool {
    left.name == right.name
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// Finds the rules of a zone by its IANA name; `nil` where there is no such zone.
///
/// The tables belong to the machine, so an adapter reads them; core knows ``TimeZoneRules/utc``.
public typealias TimeZoneLookup = @Sendable (_ name: String) -> TimeZoneRules?
