/// What a check looks at beyond the repository's structure.
public struct CheckRequest: Sendable {
  /// Which packs are read and verified whole, as restic's `--read-data-subset` means them.
  public enum Data: Hashable, Sendable {
    case none
    case all
    /// So many of a hundred packs, chosen by chance; at least one.
    case percent(Double)
    /// Packs of about so many bytes, chosen by chance; at least one.
    case bytes(UInt64)
    /// The *n*-th of `of` groups of packs, from 1: each pack is in the same one every time, so that
    /// `of` checks read everything.
    case slice(Int, of: Int)

    public static func sample(percent: Double) -> Data { .percent(percent) }

    public static func sample(bytes: UInt64) -> Data { .bytes(bytes) }
  }

  public var data: Data
  /// Compares the table of contents of packs that are not read whole with the index: one small
  /// read for each of them.
  public var readsHeaders = true
  /// Threads that compute; two keep two cores busy.
  public var workers = 2

  public init(data: Data = .none) { self.data = data }

  func validate() throws(RepositoryError) {
    switch data {
    case .percent(let percent) where !(percent > 0 && percent <= 100):
      throw .invalidArgument("\(percent) is no percentage above 0 and up to 100")
    case .bytes(0): throw .invalidArgument("A sample of 0 bytes")
    case .slice(let slice, let of) where !(1...256).contains(of) || !(1...of).contains(slice):
      throw .invalidArgument("\(slice)/\(of) is no slice: 1/1 to 256/256 are")
    default: break
    }
  }
}

/// How far a check is.
public struct CheckProgress: Hashable, Sendable {
  public var packsDone = 0
  public var packsTotal = 0
  public var bytesRead: UInt64 = 0
  public var treesDone = 0
}
