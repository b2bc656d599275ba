import ClusterModel
public import Documents
public import Execution
import Planning
import Ports
import Runner

/// Places are counted from the objects that take them. Nobody has to give one back: a mover's Job
/// ends by itself at its deadline at the latest, a snapshot that has an error takes none, and an
/// object that is older than any of its kind may get is nobody's work any more.
extension NativeBackend {
  /// Longer than any node may take.
  private static let holderAgeMax = Duration.seconds(6 * 3600)
  private static let slotsMax = 16

  public func holders(
    of slots: Set<String>, in run: RunID, at now: Timestamp
  ) async throws(ActionFailure) -> [PlaceHolder] {
    var holders: [PlaceHolder] = []
    // Movers and repositories are no business of snapshots.
    let needsSnapshots = slots.contains { slot in
      slot != SlotNames.mover && !slot.hasPrefix(SlotNames.repository(""))
    }
    var kinds = [(ResourceType.job, Self.isJobAtWork)]
    if needsSnapshots {
      kinds += [(.snapshot, Self.isSnapshotAtWork)]
      kinds += groupTypes.map { ($0, Self.isSnapshotAtWork) }
    }
    for (type, isAtWork) in kinds {
      for object in try await ours(type) where isAtWork(object) {
        let made = object["metadata", "creationTimestamp"]?.stringValue.flatMap(Timestamp.init)
        guard let words = object.annotations[Labels.slots], let made,
          now - made < Self.holderAgeMax
        else { continue }
        let taken = words.split(separator: " ").prefix(Self.slotsMax).map(String.init)
        let isOwn = object.labels[OwnershipLabels.run] == OwnershipLabels.value(run.rawValue)
        holders.append(
          PlaceHolder(
            description: "\(type.kind) \(object.namespace)/\(object.name) of run "
              + (object.labels[OwnershipLabels.run] ?? "unknown"),
            slots: taken, address: isOwn ? object.annotations[Labels.address] : nil))
      }
    }
    return holders
  }

  private static func isJobAtWork(_ job: JSONValue) -> Bool {
    !job.isTrue("Complete") && !job.isTrue("Failed")
  }

  private static func isSnapshotAtWork(_ snapshot: JSONValue) -> Bool {
    snapshot["status", "readyToUse"]?.boolValue != true && snapshot["status", "error"] == nil
  }

  /// Every object of a type that some run made; none where the cluster does not know the type.
  private func ours(_ type: ResourceType) async throws(ActionFailure) -> [JSONValue] {
    do {
      return try await cluster.list(
        type, namespace: nil,
        selector: "\(OwnershipLabels.managedBy)=\(OwnershipLabels.manager)"
      ).items
    } catch {
      switch error.reason {
      case .notFound: return []
      case .forbidden:
        throw ActionFailure(
          .permanent, error.message,
          evidence: ["hint: let the runner list \(type.plural) in every namespace"])
      default: throw ActionFailure(error)
      }
    }
  }

  // MARK: Nodes

  /// The nodes that a new mover must keep off, because they have as many as they may have. Waits
  /// while no node has room.
  ///
  /// Pods that are not yet on a node could come to any: they count against all nodes together.
  func fullNodes(for what: String, _ step: Step) async throws(ActionFailure) -> [String] {
    guard let most = settings.moversPerNodeMax else { return [] }
    var pause = Duration.seconds(1)
    while true {
      let usage = try await nodeUsage(most)
      if usage.free > 0 { return usage.full }
      let wait = "room on a node for \(what): \(most) movers on each of \(usage.nodes)"
      step.context.waiting(for: wait)
      guard step.now() + pause + .milliseconds(500) < step.context.deadline else {
        throw ActionFailure(
          .transient, "No node had room for another mover", waitedFor: wait,
          evidence: usage.movers.prefix(5).map { "Pod \($0)" }
            + ["hint: wait for those movers, or raise `concurrency.perNode`"])
      }
      try await step.sleep(pause)
      pause = min(pause * 2, .seconds(30))
    }
  }

  private struct NodeUsage {
    /// Host names without room.
    var full: [String] = []
    var nodes = 0
    var free = 0
    var movers: [String] = []
  }

  private func nodeUsage(_ most: Int) async throws(ActionFailure) -> NodeUsage {
    let nodes = try await calling { () async throws(ClusterError) in
      try await cluster.list(.node, namespace: nil, selector: "").items
    }
    let pods = try await ours(.pod).filter { pod in
      let phase = pod["status", "phase"]?.stringValue
      return pod.labels["job-name"] != nil && phase != "Succeeded" && phase != "Failed"
    }
    let jobs = try await ours(.job).filter(Self.isJobAtWork)
    var counts: [String: Int] = [:]
    for pod in pods { counts[pod["spec", "nodeName"]?.stringValue ?? "", default: 0] += 1 }
    let withPods = Set(pods.map { "\($0.namespace)/\($0.labels["job-name"] ?? "")" })
    let without = jobs.count { !withPods.contains("\($0.namespace)/\($0.name)") }
    var usage = NodeUsage(movers: pods.map { "\($0.namespace)/\($0.name)" }.sorted())
    for node in nodes where node["spec", "unschedulable"]?.boolValue != true {
      usage.nodes += 1
      let left = most - counts[node.name, default: 0]
      usage.free += max(0, left)
      if left <= 0 { usage.full.append(node.labels["kubernetes.io/hostname"] ?? node.name) }
    }
    usage.free -= counts["", default: 0] + without
    usage.full.sort()
    return usage
  }
}
