public import Planning

extension RunLimits {
  public static let parallelismDefault = 10
  public static let moversDefault = 4

  /// The limits of a plan, with what the caller says in place of what the project says.
  public init(_ work: WorkLimits, parallelism: Int? = nil, movers: Int? = nil) {
    var slots = [SlotNames.mover: movers ?? work.movers ?? Self.moversDefault]
    slots[SlotNames.application] = work.applications
    slots["repository"] = work.perRepository
    slots["driver"] = work.perSnapshotDriver
    slots["class"] = work.perStorageClass
    slots["namespace"] = work.perNamespace
    self.init(
      parallelism: parallelism ?? Self.parallelismDefault, slots: slots, countsOthers: true)
  }

  /// What each mover may send or fetch, where all of them together may do `work.bytesPerSecond`.
  public func moverBytesPerSecond(_ work: WorkLimits) -> Int64? {
    work.bytesPerSecond.map { max(1024, $0 / Int64(places(in: SlotNames.mover))) }
  }
}
