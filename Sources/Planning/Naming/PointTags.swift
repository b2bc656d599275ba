public import ClusterModel

/// The restic tags by which the snapshots of a recovery point are found.
public enum PointTags {
  /// Carried by the manifest and by every volume's snapshot.
  public static func point(_ plan: PlanKey, _ name: String) -> [String] {
    ["oadp-plan", "plan=\(plan)", "point=\(name)"]
  }

  static func volume(_ plan: PlanKey, _ name: String, volume: String) -> [String] {
    point(plan, name) + ["volume=\(volume)"]
  }
}
