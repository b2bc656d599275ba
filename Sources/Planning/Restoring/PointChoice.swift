import ClusterModel
import Documents
import ProtectionModel

/// Which recovery point a restore plan asks for.
struct PointChoice {
  let point: PointIndex.Point
  /// How much is lost against the instant that was asked for.
  let lossSeconds: Int

  /// Why no point answers the request.
  struct Failure: Error {
    let message: String
    let hint: String
  }

  /// - Parameter points: Of the plan, oldest first.
  init(
    _ origin: RestoreOrigin, among points: [PointIndex.Point], at now: Timestamp
  ) throws(Failure) {
    guard !points.isEmpty else {
      throw Failure(
        message: "There is no recovery point of `\(origin.planRef)`",
        hint: "a point is there only when it was sealed; `oadp-plan points` lists them")
    }
    guard !origin.requiresVerified else {
      throw Failure(
        message: "A verified recovery point is asked for, and none is recorded as verified",
        hint: "leave out `verified`, and prove the data with `checks`")
    }
    let fit = points.filter { point in
      guard let required = origin.requiredConsistency else { return true }
      return Consistency(rawValue: point.entry.point.consistency).map { $0 >= required } ?? false
    }
    let wanted: Timestamp
    let found: PointIndex.Point?
    switch origin.point {
    case .latest:
      wanted = now
      found = fit.last
    case .asOf(let instant):
      wanted = instant
      found = fit.last { $0.cutAt <= instant }
    case .named(let name):
      found = fit.last { $0.name == name }
      wanted = found?.cutAt ?? now
    }
    guard let found else {
      throw Failure(message: Self.message(origin, points), hint: Self.hint(points))
    }
    lossSeconds = max(0, (wanted - found.cutAt).wholeSeconds)
    if let most = origin.maxLoss, .seconds(lossSeconds) > most {
      throw Failure(
        message: "The newest fitting point `\(found.name)` is "
          + "\(HumanText.age(seconds: lossSeconds)) older than asked for, `maxLoss` is "
          + most.planText, hint: Self.hint(points))
    }
    point = found
  }

  private static func message(_ origin: RestoreOrigin, _ points: [PointIndex.Point]) -> String {
    let quality = origin.requiredConsistency.map { " of consistency `\($0.rawValue)`" } ?? ""
    switch origin.point {
    case .latest: return "There is no recovery point\(quality) of `\(origin.planRef)`"
    case .asOf(let instant):
      return "There is no recovery point\(quality) of `\(origin.planRef)` at or before \(instant)"
    case .named(let name):
      guard let point = points.last(where: { $0.name == name }) else {
        return "Recovery point `\(origin.planRef)@\(name)` does not exist"
      }
      return "Recovery point `\(origin.planRef)@\(name)` has consistency "
        + "`\(point.entry.point.consistency)`, not\(quality)"
    }
  }

  private static func hint(_ points: [PointIndex.Point]) -> String {
    let newest = points.suffix(3).reversed().map { point in
      "`\(point.name)` (\(point.entry.point.consistency))"
    }
    return "the newest are \(HumanText.list(Array(newest)))"
  }
}
