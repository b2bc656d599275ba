/// Which of zstd's levels a worker's next blob gets.
///
/// Level 1 is the faster one for most data and gives away little; but what repeats itself at short
/// distances, as index pages of a database do, level 3 makes a third smaller and no slower. Nothing
/// tells beforehand, so one blob in sixteen is compressed at both, and the better level stays until
/// the next trial.
struct CompressionChoice {
  enum Attempt: Hashable {
    case level(Int32)
    /// At both levels, fast first; `settle` is to be told what came of it.
    case both
  }

  static let fast: Int32 = 1
  static let thorough: Int32 = 3

  private static let trialEvery = 16
  /// Level 3 has to save one part in this many to be worth its time.
  private static let savingMin = 16
  /// Smaller blobs say little, and larger ones cost memory.
  private static let trialBytes = (2 << 10)...(1 << 20)

  private var level = fast
  private var untilTrial = 0

  mutating func next(bytes count: Int) -> Attempt {
    guard Self.trialBytes.contains(count) else { return .level(level) }
    untilTrial -= 1
    guard untilTrial < 0 else { return .level(level) }
    untilTrial = Self.trialEvery - 1
    return .both
  }

  /// - Returns: whether the thorough result is the one to store.
  mutating func settle(fast: Int, thorough: Int) -> Bool {
    let saving = fast - thorough
    level = saving > fast / Self.savingMin ? Self.thorough : Self.fast
    return saving > 0
  }
}
