public import ProtectionModel

/// How much of a plan's work may go on at once, as the project says; `nil` leaves it to whoever
/// applies the plan.
///
/// Saved in the plan file: an apply on another machine, without the project's files at hand, is
/// bound by them all the same.
public struct WorkLimits: Hashable, Sendable, Codable {
  /// Plans at work.
  public var applications: Int?
  public var movers: Int?
  public var perNode: Int?
  public var perRepository: Int?
  public var perSnapshotDriver: Int?
  public var perStorageClass: Int?
  public var perNamespace: Int?
  /// Over all movers.
  public var bytesPerSecond: Int64?

  public init() {}

  public init(_ concurrency: Project.Concurrency) {
    applications = concurrency.apps
    movers = concurrency.movers
    perNode = concurrency.perNode
    perRepository = concurrency.perRepository
    perSnapshotDriver = concurrency.perSnapshotDriver
    perStorageClass = concurrency.perStorageClass
    perNamespace = concurrency.perNamespace
    bytesPerSecond = concurrency.bandwidth?.bytes
  }

  /// Whether work under them ends at all: whoever wrote the file, a limit of nothing is none.
  var isPossible: Bool {
    let places = [
      applications, movers, perNode, perRepository, perSnapshotDriver, perStorageClass,
      perNamespace,
    ]
    return places.allSatisfy { $0 ?? 1 >= 1 } && bytesPerSecond ?? 1 >= 1
  }
}
