import Documents
import RepositoryFormat

/// Which snapshots stay, as `restic forget --keep-…` means it.
///
/// As since restic 0.16, the oldest snapshot stays while one of the counts is not used up: who
/// keeps two yearly ones wants to look back a year from the first year on.
///
/// Days, weeks and so on are those of UTC: restic takes the time zone in which a snapshot was
/// made, which is the same for whatever is made in a cluster.
public struct RetentionPolicy: Sendable, Hashable {
  public var last = 0
  public var hourly = 0
  public var daily = 0
  public var weekly = 0
  public var monthly = 0
  public var yearly = 0
  /// Snapshots that carry all tags of one of these lists always stay.
  public var tags: [[String]] = []

  public init() {}

  /// A policy that keeps nothing is a mistake; restic refuses it, too.
  public var isEmpty: Bool {
    tags.isEmpty && [last, hourly, daily, weekly, monthly, yearly].allSatisfy { $0 <= 0 }
  }

  /// What snapshots have in common within which the policy counts.
  public struct Grouping: OptionSet, Sendable, Hashable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    public static let host = Grouping(rawValue: 1)
    public static let paths = Grouping(rawValue: 2)
    public static let tags = Grouping(rawValue: 4)
  }

  /// The snapshots that go, oldest first.
  ///
  /// - Throws: ``RepositoryError/invalidArgument(_:)`` for an empty policy.
  /// - Complexity: O(*n* log *n*)
  public func forgotten(
    _ snapshots: [IdentifiedSnapshot], by grouping: Grouping = [.host, .paths]
  ) throws(RepositoryError) -> [IdentifiedSnapshot] {
    try forgotten(snapshots, by: grouping, keepsOldest: true)
  }

  func forgotten(
    _ snapshots: [IdentifiedSnapshot], by grouping: Grouping, keepsOldest: Bool
  ) throws(RepositoryError) -> [IdentifiedSnapshot] {
    guard !isEmpty else { throw .invalidArgument("A retention that keeps nothing") }
    var groups: [[String]: [IdentifiedSnapshot]] = [:]
    for snapshot in snapshots {
      groups[snapshot.snapshot.key(grouping), default: []].append(snapshot)
    }
    return groups.values.flatMap { forgotten($0, keepsOldest: keepsOldest) }.sorted {
      ($0.snapshot.time, $0.id) < ($1.snapshot.time, $1.id)
    }
  }

  private func forgotten(
    _ group: [IdentifiedSnapshot], keepsOldest: Bool
  ) -> [IdentifiedSnapshot] {
    let newestFirst = group.sorted { ($0.snapshot.time, $0.id) > ($1.snapshot.time, $1.id) }
    var buckets: [(left: Int, last: [Int64]?, key: (Timestamp) -> [Int64]?)] = [
      (last, nil, { _ in nil }), (hourly, nil, \.hourKey), (daily, nil, \.dayKey),
      (weekly, nil, \.weekKey), (monthly, nil, \.monthKey), (yearly, nil, \.yearKey),
    ]
    var forgotten: [IdentifiedSnapshot] = []
    for (number, snapshot) in newestFirst.enumerated() {
      var isKept = tags.contains { $0.allSatisfy(snapshot.snapshot.tags.contains) }
      for index in buckets.indices where buckets[index].left > 0 {
        let key = buckets[index].key(snapshot.snapshot.time)
        let isOldest = keepsOldest && number == newestFirst.count - 1
        guard key == nil || key != buckets[index].last || isOldest else { continue }
        isKept = true
        buckets[index].last = key
        buckets[index].left -= 1
      }
      if !isKept { forgotten.append(snapshot) }
    }
    return forgotten
  }
}

extension Snapshot {
  fileprivate func key(_ grouping: RetentionPolicy.Grouping) -> [String] {
    var key: [String] = []
    if grouping.contains(.host) { key.append(hostname) }
    // A count before each list: no path can pass for a tag.
    if grouping.contains(.paths) { key += ["\(paths.count)"] + paths.sorted() }
    if grouping.contains(.tags) { key += ["\(tags.count)"] + tags.sorted() }
    return key
  }
}

extension Timestamp {
  fileprivate var hourKey: [Int64] { dayKey + [civil.hour] }
  fileprivate var dayKey: [Int64] { monthKey + [civil.day] }
  fileprivate var monthKey: [Int64] { yearKey + [civil.month] }
  fileprivate var yearKey: [Int64] { [civil.year] }

  /// ISO weeks begin on Monday; the number of a Monday names one.
  fileprivate var weekKey: [Int64] {
    let days =
      Timestamp(.init(year: civil.year, month: civil.month, day: civil.day))
      .secondsSinceEpoch / 86_400
    return [days - (weekday + 6) % 7]
  }
}
