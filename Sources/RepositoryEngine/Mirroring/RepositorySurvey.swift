public import Documents
import ObjectStores
public import RepositoryFormat

/// What somebody else's repository holds, before its snapshots are adopted.
public struct RepositorySurvey: Sendable {
  /// Who seems to have made a snapshot; a guess from what it says of itself.
  public enum Maker: String, Sendable, Hashable, CaseIterable {
    case oadpPlan = "oadp-plan"
    case volSync = "VolSync"
    case k8up = "K8up"
    case velero = "Velero"
    case restic
    case unknown
  }

  /// Snapshots of one host and the same paths.
  public struct Group: Sendable {
    public var hostname: String
    public var paths: [String]
    public var count: Int
    public var oldest: Timestamp
    public var newest: IdentifiedSnapshot
    /// Of all its snapshots, sorted, at most a hundred.
    public var tags: [String]
    /// Of the newest.
    public var maker: Maker
  }

  public var location: String
  public var version: UInt32
  public var repositoryID: ObjectID
  public var snapshotCount: Int
  /// Sorted.
  public var hostnames: [String]
  /// Those with the newest snapshots first.
  public var groups: [Group]
  public var keyCount: Int
  public var locks: [LockHolder]
}

extension Repository {
  /// Tells what the repository holds. Reads snapshots, keys and locks, and no index; takes no lock.
  public func survey() async throws(RepositoryError) -> RepositorySurvey {
    let snapshots = try await snapshots()
    var groups: [[String]: RepositorySurvey.Group] = [:]
    for snapshot in snapshots {  // oldest first
      let key = [snapshot.snapshot.hostname] + snapshot.snapshot.paths.sorted()
      groups[key, default: RepositorySurvey.Group(first: snapshot)].add(snapshot)
    }
    return RepositorySurvey(
      location: store.description, version: config.version, repositoryID: config.id,
      snapshotCount: snapshots.count,
      hostnames: Set(snapshots.map(\.snapshot.hostname)).sorted(),
      groups: groups.values.sorted {
        ($0.newest.snapshot.time, $0.newest.id) > ($1.newest.snapshot.time, $1.newest.id)
      },
      keyCount: try await ids(.key).count, locks: try await locks())
  }
}

extension RepositorySurvey.Group {
  private static let tagsMax = 100

  fileprivate init(first: IdentifiedSnapshot) {
    self.init(
      hostname: first.snapshot.hostname, paths: first.snapshot.paths.sorted(), count: 0,
      oldest: first.snapshot.time, newest: first, tags: [], maker: .unknown)
  }

  fileprivate mutating func add(_ snapshot: IdentifiedSnapshot) {
    count += 1
    newest = snapshot
    maker = RepositorySurvey.Maker(of: snapshot.snapshot)
    tags = Array(Set(tags + snapshot.snapshot.tags).sorted().prefix(Self.tagsMax))
  }
}

extension RepositorySurvey.Maker {
  /// VolSync backs up `/data` as host `volsync`. Velero's host is `velero`, its paths lie below
  /// `/host_pods`, and tags name the backup. K8up's host is the namespace, its paths are
  /// `/data/<claim>`, or `/<namespace>-<container>…` for what a command printed; it runs in a
  /// container as root.
  public init(of snapshot: Snapshot) {
    let paths = snapshot.paths
    if snapshot.programVersion.hasPrefix(Repository.programVersion)
      || snapshot.tags.contains("oadp-plan")
    {
      self = .oadpPlan
    } else if snapshot.hostname == "volsync", paths == ["/data"] {
      self = .volSync
    } else if snapshot.hostname == "velero"
      || !paths.isEmpty && paths.allSatisfy({ $0.hasPrefix("/host_pods/") })
      || snapshot.tags.contains(where: { $0.hasPrefix("backup-uid=") })
    {
      self = .velero
    } else if snapshot.isLikeK8up {
      self = .k8up
    } else if snapshot.programVersion.hasPrefix("restic") || snapshot.programVersion.isEmpty {
      self = .restic
    } else {
      self = .unknown
    }
  }
}

extension Snapshot {
  fileprivate var isLikeK8up: Bool {
    guard paths.count == 1, let path = paths.first, !hostname.isEmpty else { return false }
    let components = path.split(separator: "/")
    if path.hasPrefix("/data/"), components.count == 2 { return true }
    return components.count == 1 && components[0].hasPrefix(hostname + "-")
  }
}
