/// How well the volumes of a recovery point agree with each other, weakest first.
public enum Consistency: String, Hashable, Sendable, CaseIterable, Comparable {
  /// Read while it was written.
  case fuzzy = "Fuzzy"
  /// Each volume alone as after a power failure.
  case volume = "Volume"
  /// Several cuts inside one window, their distance measured.
  case bracketed = "Bracketed"
  /// One atomic cut over all volumes.
  case group = "Group"
  /// Quiesced, or by the application's own backup protocol.
  case application = "Application"

  private var rank: Int {
    switch self {
    case .fuzzy: 0
    case .volume: 1
    case .bracketed: 2
    case .group: 3
    case .application: 4
    }
  }

  public static func < (left: Consistency, right: Consistency) -> Bool { left.rank < right.rank }
}
