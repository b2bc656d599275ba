public import Planning
import RunTesting

/// What there is to protect or to restore.
public struct Shape: Hashable, Sendable, Codable {
  public enum Hook: String, Hashable, Sendable, CaseIterable, Codable {
    case none, freeze, session, both
  }

  public struct App: Hashable, Sendable, Codable {
    public var hook: Hook
    public var volumes: Int
    /// Whether one group snapshot cuts them all.
    public var isGrouped: Bool

    public init(_ hook: Hook, volumes: Int = 1, isGrouped: Bool = false) {
      self.hook = hook
      self.volumes = volumes
      self.isGrouped = isGrouped
    }
  }

  public enum Task: String, Hashable, Sendable, CaseIterable, Codable { case protect, restore }

  public var task: Task
  public var apps: [App]
  /// Repositories that receive every point.
  public var copies: Int
  /// Older points of each application; all but two have outlived their retention.
  public var olderPoints: Int
  /// The container that a restore's hook names; the pods' only one is `db`.
  public var hookContainer: String?

  public init(task: Task, apps: [App], copies: Int = 1, olderPoints: Int = 0) {
    self.task = task
    self.apps = apps
    self.copies = copies
    self.olderPoints = olderPoints
  }

  init(using random: inout SeededGenerator) {
    let task: Task = random.oneIn(4) ? .restore : .protect
    let apps = (0..<(random.oneIn(5) ? 2 : 1)).map { _ in
      App(
        Hook.allCases.randomElement(using: &random)!, volumes: random.oneIn(4) ? 2 : 1,
        isGrouped: random.oneIn(4))
    }
    self.init(
      task: task, apps: task == .restore ? [apps[0]] : apps,
      copies: random.oneIn(4) && task == .protect ? 2 : 1,
      olderPoints: random.oneIn(3) && task == .protect ? 4 : 0)
  }
}

extension Shape {
  /// One of every kind, for sweeps.
  public static let standard = [
    Shape(task: .protect, apps: [App(.none)]),
    Shape(task: .protect, apps: [App(.freeze, volumes: 2)]),
    Shape(task: .protect, apps: [App(.session)], olderPoints: 4),
    Shape(task: .protect, apps: [App(.freeze, volumes: 2, isGrouped: true)]),
    Shape(task: .protect, apps: [App(.both), App(.freeze)], copies: 2),
    Shape(task: .restore, apps: [App(.session)]),
  ]
}

extension Shape {
  /// What runs of its plans may ask of the cluster.
  public func permissions() throws -> [Permission] {
    try Scene.plans(self).permissions(resources: SimulatedAccess.resources)
  }
}

extension Shape: CustomStringConvertible {
  public var description: String {
    "\(task) "
      + apps.map { "\($0.hook)/\($0.volumes)\($0.isGrouped ? "g" : "")" }.joined(separator: "+")
      + " copies=\(copies) older=\(olderPoints)"
  }
}
