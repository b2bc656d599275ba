/// All objects of a project, each kind in the order of its keys, found by key.
///
/// References are resolved when asked for: a set may hold a plan whose policy is missing, and says
/// so with `nil`. A set that was loaded without errors answers every lookup.
public struct PlanSet: Hashable, Sendable {
  public var project: Project?
  public var storageLocations: [StorageLocation]
  public var repositories: [Repository]
  public var blueprints: [HookBlueprint]
  public var policies: [ProtectionPolicy]
  public var protectionPlans: [ProtectionPlan]
  public var restorePlans: [RestorePlan]

  /// Sorts each kind by key. Of two objects with one key, lookups find the first.
  public init(
    project: Project? = nil, storageLocations: [StorageLocation] = [],
    repositories: [Repository] = [], blueprints: [HookBlueprint] = [],
    policies: [ProtectionPolicy] = [], protectionPlans: [ProtectionPlan] = [],
    restorePlans: [RestorePlan] = []
  ) {
    self.project = project
    self.storageLocations = Self.sorted(storageLocations)
    self.repositories = Self.sorted(repositories)
    self.blueprints = Self.sorted(blueprints)
    self.policies = Self.sorted(policies)
    self.protectionPlans = Self.sorted(protectionPlans)
    self.restorePlans = Self.sorted(restorePlans)
  }

  private static func sorted<Object: DeclaredObject>(_ objects: [Object]) -> [Object] {
    objects.enumerated().sorted { ($0.element.key, $0.offset) < ($1.element.key, $1.offset) }
      .map(\.element)
  }

  /// How many objects the set holds.
  public var count: Int {
    (project == nil ? 0 : 1) + storageLocations.count + repositories.count + blueprints.count
      + policies.count + protectionPlans.count + restorePlans.count
  }

  public func storageLocation(named name: String) -> StorageLocation? {
    Self.find(ObjectKey(name: name), in: storageLocations)
  }

  public func repository(named name: String) -> Repository? {
    Self.find(ObjectKey(name: name), in: repositories)
  }

  /// The blueprint as written, its parameters not yet filled in.
  public func blueprint(named name: String) -> HookBlueprint? {
    Self.find(ObjectKey(name: name), in: blueprints)
  }

  /// The policy as written, without what it extends.
  public func policy(named name: String) -> ProtectionPolicy? {
    Self.find(ObjectKey(name: name), in: policies)
  }

  public func protectionPlan(_ key: ObjectKey) -> ProtectionPlan? {
    Self.find(key, in: protectionPlans)
  }

  public func restorePlan(_ key: ObjectKey) -> RestorePlan? {
    Self.find(key, in: restorePlans)
  }

  /// - Complexity: O(log *n*).
  private static func find<Object: DeclaredObject>(
    _ key: ObjectKey, in objects: [Object]
  ) -> Object? {
    var range = objects.indices
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      if objects[middle].key < key {
        range = middle + 1..<range.upperBound
      } else {
        range = range.lowerBound..<middle
      }
    }
    guard range.lowerBound < objects.count, objects[range.lowerBound].key == key else { return nil }
    return objects[range.lowerBound]
  }
}
