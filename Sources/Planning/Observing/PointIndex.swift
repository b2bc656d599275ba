import ClusterModel
import Documents

/// The sealed recovery points of all repositories, found by repository and plan.
struct PointIndex {
  /// A point with its dates read, oldest first within its list.
  struct Point {
    let cutAt: Timestamp
    let slot: Timestamp?
    private let entries: [CatalogEntry]
    private let index: Int

    /// - Returns: `nil` where the entry's date cannot be read.
    fileprivate init?(_ index: Int, of entries: [CatalogEntry]) {
      guard let cutAt = Timestamp(entries[index].point.cutAt) else { return nil }
      self.cutAt = cutAt
      slot = entries[index].point.slot.flatMap { Timestamp($0) }
      self.entries = entries
      self.index = index
    }

    /// Looked up, not kept: there are many points, and an entry is large.
    var entry: CatalogEntry { entries[index] }
    var name: String { entries[index].point.name }
    var clusterUID: String { entries[index].point.cluster.uid }
  }

  private(set) var states: [String: RepositoryCatalog.State] = [:]
  private var points: [String: [PlanKey: [Point]]] = [:]

  /// - Complexity: O(*n* log *n*) in the number of points.
  init(_ catalogs: [RepositoryCatalog]) {
    for catalog in catalogs {
      states[catalog.repository] = catalog.state
      var byPlan: [PlanKey: [Point]] = [:]
      let entries = catalog.entries
      for index in entries.indices {
        // A manifest without a readable date cannot be ordered, so it is neither offered nor
        // deleted.
        guard let point = Point(index, of: entries) else { continue }
        byPlan[entries[index].point.plan, default: []].append(point)
      }
      points[catalog.repository] = byPlan.mapValues { points in
        Self.first(of: points).sorted {
          $0.cutAt == $1.cutAt ? $0.name < $1.name : $0.cutAt < $1.cutAt
        }
      }
    }
  }

  /// A second manifest of one point, from a machine that slept while it wrote it, counts for
  /// nothing: the first is the point.
  private static func first(of points: [Point]) -> [Point] {
    var clusters: [String: Set<String>] = [:]
    return points.filter { clusters[$0.clusterUID, default: []].insert($0.name).inserted }
  }

  /// The points of a plan in a repository, whichever cluster they came from, oldest first.
  func points(of plan: PlanKey, in repository: String) -> [Point] {
    points[repository]?[plan] ?? []
  }

  /// Those of them that came from one cluster: a plan of the same name elsewhere has its own.
  func points(of plan: PlanKey, in repository: String, from cluster: String) -> [Point] {
    points(of: plan, in: repository).filter { $0.clusterUID == cluster }
  }
}
