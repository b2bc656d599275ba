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
  private var places: [String: [PlanKey: [Place]]] = [:]

  /// Where a point stands in its catalogue. Small, since a large project has many and a plan looks
  /// at its own only.
  private struct Place {
    let entry: Int
    let cutAt: Timestamp
    let slot: Timestamp?
  }

  /// - Complexity: O(*n* log *n*) in the number of points.
  init(_ catalogs: [RepositoryCatalog]) {
    for catalog in catalogs {
      let entries = catalog.entries
      states[catalog.repository] = catalog.state
      var byPlan: [PlanKey: [Place]] = [:]
      for (index, entry) in entries.enumerated() {
        // A manifest without a readable date cannot be ordered, so it is neither offered nor
        // deleted.
        guard let cutAt = Timestamp(entry.point.cutAt) else { continue }
        let slot = entry.point.slot.flatMap { Timestamp($0) }
        byPlan[entry.point.plan, default: []].append(
          Place(entry: index, cutAt: cutAt, slot: slot))
      }
      for plan in byPlan.keys {
        byPlan[plan]!.sort {
          $0.cutAt == $1.cutAt
            ? entries[$0.entry].point.name < entries[$1.entry].point.name : $0.cutAt < $1.cutAt
        }
      }
      places[catalog.repository] = byPlan
    }
  }

  /// The points of a plan in a repository, whichever cluster they came from, oldest first.
  func points(of plan: PlanKey, in repository: String) -> [Point] {
    points(of: plan, in: repository) { _ in true }
  }

  /// Those of them that came from one cluster: a plan of the same name elsewhere has its own.
  func points(of plan: PlanKey, in repository: String, from cluster: String) -> [Point] {
    points(of: plan, in: repository) { $0.point.cluster.uid == cluster }
  }

  private func points(
    of plan: PlanKey, in repository: String, where isWanted: (CatalogEntry) -> Bool
  ) -> [Point] {
    guard case .present(let entries) = states[repository] else { return [] }
    return (places[repository]?[plan] ?? []).compactMap { place in
      isWanted(entries[place.entry])
        ? Point(entry: entries[place.entry], cutAt: place.cutAt, slot: place.slot) : nil
    }
  }
}
