import ClusterModel
import Diagnostics
import Documents

/// What the API server is, what it serves, and its clock.
extension Prerequisites {
  /// The input of a command can be ended alone since this minor version.
  private static let minorMin = 29
  /// The newest that end-to-end tests have run on.
  private static let minorTested = 36

  private static let snapshotGroup = "snapshot.storage.k8s.io"
  private static let groupGroup = "groupsnapshot.storage.k8s.io"

  mutating func checkServer() {
    if let version = look(at: facts.serverVersion, in: .cluster, "server version") {
      check(version: version)
    }
    guard let served = look(at: facts.served, in: .cluster, "snapshot APIs") else { return }
    for type in [ResourceType.snapshot, .snapshotContent, .snapshotClass] {
      let versions = served.filter { $0.group == type.group && $0.plural == type.plural }
        .map(\.version)
      let subject = "\(type.plural).\(type.group)"
      guard !versions.contains(type.version) else {
        add(.ok, .apiMissing, in: .cluster, subject, "Served in \(HumanText.list(versions))")
        continue
      }
      add(
        .error, .apiMissing, in: .cluster, subject,
        versions.isEmpty
          ? "Not served" : "Served in \(HumanText.list(versions)), not in \(type.version)",
        fix: "install the CustomResourceDefinitions of external-snapshotter 4.0 or later")
    }
    checkGroups(served)
  }

  private mutating func check(version: String) {
    let numbers = version.drop { $0 == "v" }.split(separator: ".").prefix(2).compactMap {
      Int($0.prefix { ("0"..."9").contains($0) })
    }
    guard numbers.count == 2, numbers[0] == 1 else {
      return add(
        .note, .serverUntested, in: .cluster, "server version", "`\(version)` is not known here")
    }
    switch numbers[1] {
    case ..<Self.minorMin:
      add(
        .warning, .serverUntested, in: .cluster, "server version",
        "\(version) is older than 1.\(Self.minorMin)",
        fix: "let sessions end by their own words, or upgrade the cluster")
    case (Self.minorTested + 1)...:
      add(
        .note, .serverUntested, in: .cluster, "server version",
        "\(version) is newer than 1.\(Self.minorTested), the newest that was tested")
    default: add(.ok, .serverUntested, in: .cluster, "server version", version)
    }
  }

  /// Without a plan that has groups, their API is nobody's business.
  private mutating func checkGroups(_ served: [ResourceType]) {
    guard !demand.grouped.isEmpty else { return }
    let versions = served.filter {
      $0.group == Self.groupGroup && $0.plural == "volumegroupsnapshots"
    }.map(\.version)
    let subject = "volumegroupsnapshots.\(Self.groupGroup)"
    let plans = HumanText.list(demand.grouped.keys.map(\.description).sorted())
    guard versions.isEmpty else {
      return add(.ok, .apiMissing, in: .cluster, subject, "Served in \(HumanText.list(versions))")
    }
    let isRequired = demand.grouped.values.contains(true)
    add(
      isRequired ? .error : .note, .apiMissing, in: .cluster, subject,
      "Not served, and plans have groups: \(plans)",
      fix: isRequired
        ? "install external-snapshotter with group snapshots, or use `atomic: Preferred`" : nil)
  }

  /// Cuts are timed by the cluster, quiesces by this machine, and a quiesce lasts some seconds.
  private static let skewNoted = Duration.seconds(5)
  /// The unit of schedules: beyond it, points fill the wrong slots.
  private static let skewMax = Duration.seconds(60)

  mutating func checkClock() {
    guard let reading = look(at: facts.clock, in: .cluster, "clock") else { return }
    let skew = reading.skew
    let distance = skew < .zero ? .zero - skew : skew
    guard distance > Self.skewNoted else {
      let bound = distance == .zero ? "agrees with" : "is within 5s of"
      return add(.ok, .clockSkew, in: .cluster, "clock", "The server's clock \(bound) this one's")
    }
    let difference =
      HumanText.age(seconds: distance.wholeSeconds) + (skew < .zero ? " behind" : " ahead of")
    add(
      distance > Self.skewMax ? .error : .note, .clockSkew, in: .cluster, "clock",
      "The server's clock is at least \(difference) this one's",
      fix: "let NTP or chrony set both")
  }
}
