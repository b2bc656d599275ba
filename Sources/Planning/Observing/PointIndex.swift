import ClusterModel
import Documents

/// The sealed recovery points of all repositories, found by repository and plan.
struct PointIndex {
  /// A point with its dates read, oldest first within its list.
  struct Point {
    let entry: CatalogEntry
    let cutAt: Timestamp
    let slot: Timestamp?

    var name: String { entry.point.name }
  }

  private(set) var states: [String: RepositoryCatalog.State] = [:]
  private var points: [String: [PlanKey: [Point]]] = [:]

  /// - Complexity: O(*n* log *n*) in the number of points.
  init(_ catalogs: [RepositoryCatalog]) {
    for catalog in catalogs {
      states[catalog.repository] = catalog.state
      var byPlan: [PlanKey: [Point]] = [:]
      for entry in catalog.entries {
        // A manifest without a readable date cannot be ordered, so it is neither offered nor
        // deleted.
        guard let cutAt = Timestamp(entry.point.cutAt) else { continue }
        let slot = entry.point.slot.flatMap { Timestamp($0) }
        byPlan[entry.point.plan, default: []].append(
          Point(entry: entry, cutAt: cutAt, slot: slot))
      }
      points[catalog.repository] = byPlan.mapValues {
        $0.sorted { ($0.cutAt, $0.name) < ($1.cutAt, $1.name) }
      }
    }
  }

  /// The points of a plan in a repository, whichever cluster they came from, oldest first.
  func points(of plan: PlanKey, in repository: String) -> [Point] {
    points[repository]?[plan] ?? []
  }

  /// Those of them that came from one cluster: a plan of the same name elsewhere has its own.
  func points(of plan: PlanKey, in repository: String, from cluster: String) -> [Point] {
    points(of: plan, in: repository).filter { $0.entry.point.cluster.uid == cluster }
  }
}
