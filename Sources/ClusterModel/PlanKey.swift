/// Names a ProtectionPlan or RestorePlan: `shop/pg`.
public struct PlanKey: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
  public var namespace: String
  public var name: String

  public init(namespace: String, name: String) {
    self.namespace = namespace
    self.name = name
  }

  public var description: String { "\(namespace)/\(name)" }

  public static func < (left: PlanKey, right: PlanKey) -> Bool {
    (left.namespace, left.name) < (right.namespace, right.name)
  }
}
