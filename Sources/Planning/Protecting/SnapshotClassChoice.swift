import ClusterModel

/// Which VolumeSnapshotClass cuts a volume, and why: named by the plan, else labelled for its
/// driver, else the driver's default, else the driver's only one.
struct SnapshotClassChoice {
  static let label = "velero.io/csi-volumesnapshot-class"

  let name: String
  let reason: String

  /// Why no class could be chosen.
  struct Failure: Error {
    let message: String
    let hint: String
  }

  static func choose(
    named wanted: String?, driver: String, among classes: [ObservedSnapshotClass]
  ) throws(Failure) -> SnapshotClassChoice {
    let usable = classes.filter { $0.driver == driver }
    if let wanted {
      guard let found = classes.first(where: { $0.name == wanted }) else {
        throw Failure(
          message: "VolumeSnapshotClass `\(wanted)` is not in the cluster",
          hint: hint(usable, driver))
      }
      guard found.driver == driver else {
        throw Failure(
          message: "VolumeSnapshotClass `\(wanted)` is for driver `\(found.driver)`, the volume's "
            + "is `\(driver)`", hint: hint(usable, driver))
      }
      return SnapshotClassChoice(name: wanted, reason: "named by the plan")
    }
    let rules: [(reason: String, classes: [ObservedSnapshotClass])] = [
      ("labelled \(label)", usable.filter { $0.labels[label] != nil }),
      ("the driver's default", usable.filter(\.isDefault)),
      ("the driver's only class", usable),
    ]
    for rule in rules where !rule.classes.isEmpty {
      guard rule.classes.count == 1 else {
        let names = HumanText.list(rule.classes.map { "`\($0.name)`" })
        throw Failure(
          message: "Driver `\(driver)` has several snapshot classes to choose from: \(names)",
          hint: "name one with `class:` on the volume, or make one the default")
      }
      return SnapshotClassChoice(name: rule.classes[0].name, reason: rule.reason)
    }
    throw Failure(
      message: "No VolumeSnapshotClass for driver `\(driver)`", hint: hint(usable, driver))
  }

  private static func hint(_ usable: [ObservedSnapshotClass], _ driver: String) -> String {
    usable.isEmpty
      ? "create one whose `driver` is `\(driver)`"
      : "the driver has \(HumanText.list(usable.map { "`\($0.name)`" }))"
  }
}
