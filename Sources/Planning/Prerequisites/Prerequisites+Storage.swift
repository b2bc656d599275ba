import ClusterModel
import Diagnostics

/// Drivers, and the classes by which volumes are cut and made.
extension Prerequisites {
  mutating func checkDrivers() {
    let protected = Dictionary(grouping: demand.volumes.filter { $0.driver != nil }) {
      $0.driver ?? ""
    }
    var users = protected.mapValues { HumanText.count($0.count, "protected claim") }
    for storageClass in facts.storageClasses.value ?? []
    where demand.storageClasses[storageClass.name] != nil {
      // What is provisioned inside of Kubernetes needs no driver, and has no snapshots either.
      guard !storageClass.provisioner.hasPrefix("kubernetes.io/") else { continue }
      users[storageClass.provisioner] =
        users[storageClass.provisioner] ?? "StorageClass \(storageClass.name)"
    }
    guard !users.isEmpty,
      let registered = look(at: facts.drivers, in: .storage, "CSI drivers")
    else { return }
    for (driver, user) in users {
      if registered.contains(driver) {
        add(.ok, .driverNotRegistered, in: .storage, driver, "Registered; used by \(user)")
      } else {
        add(
          .warning, .driverNotRegistered, in: .storage, driver,
          "No CSIDriver object of that name; used by \(user)",
          fix: "see whether the driver is installed and runs on every node")
      }
    }
  }

  /// What keeps a class from being chosen is among the plans' findings: here is what they share.
  mutating func checkSnapshotClasses() {
    let drivers = Set(demand.volumes.compactMap(\.driver))
    guard !drivers.isEmpty,
      let classes = look(at: facts.snapshotClasses, in: .storage, "VolumeSnapshotClasses")
    else { return }
    for driver in drivers {
      let defaults = classes.filter { $0.driver == driver && $0.isDefault }.map(\.name).sorted()
      guard defaults.count > 1 else { continue }
      add(
        .warning, .noSnapshotClass, in: .storage, driver,
        "Several default VolumeSnapshotClasses: \(HumanText.list(defaults))",
        fix: "leave the annotation snapshot.storage.kubernetes.io/is-default-class on one of them")
    }
    let chosen = Dictionary(grouping: demand.volumes.filter { $0.snapshotClass != nil }) {
      $0.snapshotClass ?? ""
    }
    for (name, volumes) in chosen {
      let subject = "VolumeSnapshotClass \(name)"
      let used = "cuts \(HumanText.count(volumes.count, "claim"))"
      guard let found = classes.first(where: { $0.name == name }) else { continue }
      if found.deletionPolicy == "Delete" {
        add(.ok, .noSnapshotClass, in: .storage, subject, "Of \(found.driver); \(used)")
      } else {
        add(
          .warning, .snapshotsRetained, in: .storage, subject,
          "deletionPolicy is \(found.deletionPolicy), and it \(used)",
          fix: "choose a class with deletionPolicy: Delete, by `class:` on the volume")
      }
    }
  }

  mutating func checkStorageClasses() {
    guard !demand.storageClasses.isEmpty || !demand.defaultClassUsers.isEmpty,
      let classes = look(at: facts.storageClasses, in: .storage, "StorageClasses")
    else { return }
    checkDefault(classes)
    for (name, users) in demand.storageClasses {
      let subject = "StorageClass \(name)"
      guard let found = classes.first(where: { $0.name == name }) else {
        let names = classes.map(\.name).sorted()
        add(
          .error, .storageClassUnfit, in: .storage, subject,
          "Not in the cluster; needed by \(Self.few(users))",
          fix: "create it, or name another one"
            + (names.isEmpty ? "" : " of \(HumanText.list(names))"))
        continue
      }
      if found.isBoundOnFirstUse {
        add(
          .note, .boundOnFirstUse, in: .storage, subject,
          "WaitForFirstConsumer: bound where its mover runs; needed by \(Self.few(users))")
      } else {
        add(
          .ok, .storageClassUnfit, in: .storage, subject,
          "Of \(found.provisioner); needed by \(Self.few(users))")
      }
    }
  }

  private mutating func checkDefault(_ classes: [ObservedStorageClass]) {
    let defaults = classes.filter(\.isDefault).map(\.name).sorted()
    let users = demand.defaultClassUsers
    let need = users.isEmpty ? "" : "; needed by \(Self.few(users))"
    switch defaults.count {
    case 1:
      add(
        .ok, .storageClassUnfit, in: .storage, "default StorageClass", defaults[0] + need)
    case 0:
      add(
        users.isEmpty ? .note : .error, .storageClassUnfit, in: .storage, "default StorageClass",
        "There is none\(need)",
        fix: users.isEmpty
          ? nil : "annotate one with storageclass.kubernetes.io/is-default-class=true")
    default:
      add(
        .warning, .storageClassUnfit, in: .storage, "default StorageClass",
        "There are several: \(HumanText.list(defaults))\(need)",
        fix: "leave the annotation storageclass.kubernetes.io/is-default-class on one of them")
    }
  }

  /// The first of many, and how many more.
  static func few(_ items: [String]) -> String {
    let sorted = items.sorted()
    guard sorted.count > 3 else { return HumanText.list(sorted) }
    return sorted.prefix(2).joined(separator: ", ") + " and \(sorted.count - 2) more"
  }
}
