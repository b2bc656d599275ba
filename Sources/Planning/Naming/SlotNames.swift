public import ClusterModel

/// The names of the limits that nodes count against: a kind, and behind a colon which one of it.
public enum SlotNames {
  public static let mover = "mover"

  public static func driver(_ name: String) -> String { "driver:\(name)" }
  public static func repository(_ name: String) -> String { "repository:\(name)" }
  public static func namespace(_ name: String) -> String { "namespace:\(name)" }
  /// A claim that names no class has the cluster's default one; it counts by itself.
  public static func storageClass(_ name: String?) -> String { "class:\(name ?? "default")" }

  /// The kind of ``application(_:)``.
  public static let application = "application"
  /// Held by every node of a plan: the plan takes its place with the first of them and gives it
  /// back with the last.
  public static func application(_ plan: PlanKey) -> String { "\(application):\(plan)" }
}
