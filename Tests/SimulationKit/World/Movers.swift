import Documents
import RunTesting
import SimulatedCluster

/// What becomes of mover pods.
struct Movers: Sendable {
  struct Mover: Sendable {
    var fate: SimulatedNode.Fate
    var end: End
    var seenAt: Timestamp
    var isFinished = false
    var hasBegun = false
  }

  /// What a mover does before it ends.
  enum End: Sendable {
    case moves
    /// Ends well, and has done nothing.
    case pretends
    /// Ends well, and tells of a snapshot that is not there.
    case lies
    /// Finds an empty volume.
    case findsNothing
    /// Has stored everything, and dies before it says so.
    case diesAfter
    case dies
  }

  private(set) var all: [String: Mover] = [:]
  /// Whether fates have changed since they were last taken.
  private(set) var areChanged = false
  private var podsOfJob: [String: Int] = [:]

  /// Draws a fate for every mover pod not seen before.
  mutating func watch(
    _ pods: [JSONValue], _ hazards: Hazards, at now: Timestamp, using random: inout SeededGenerator
  ) {
    for pod in pods {
      guard let job = pod.label("job-name"), let uid = pod["metadata", "uid"]?.stringValue,
        all[uid] == nil
      else { continue }
      let attempt = podsOfJob[job, default: 0]
      podsOfJob[job] = attempt + 1
      all[uid] = hazards.mover(attempt: attempt, at: now, using: &random)
      areChanged = true
    }
  }

  mutating func takeFate() -> @Sendable (JSONValue) -> SimulatedNode.Fate {
    areChanged = false
    let fates = all.mapValues(\.fate)
    return { pod in fates[pod["metadata", "uid"]?.stringValue ?? ""] ?? .runs }
  }

  /// Marks a pod as ended; `nil` where that is known.
  mutating func finish(_ uid: String) -> Mover? {
    guard let mover = all[uid], !mover.isFinished else { return nil }
    all[uid]!.isFinished = true
    return mover
  }

  /// Marks a pod as running; false where that is known.
  mutating func begin(_ uid: String) -> Bool {
    guard let mover = all[uid], !mover.hasBegun else { return false }
    all[uid]!.hasBegun = true
    return true
  }

  /// The node is lost: what runs on it dies now.
  mutating func loseNode(at now: Timestamp) {
    for (uid, mover) in all where !mover.isFinished {
      let age = max(now - mover.seenAt - .seconds(1), .zero)
      all[uid]!.fate = .ends(after: age, exitCode: 137)
      all[uid]!.end = .dies
      areChanged = true
    }
  }
}

extension JSONValue {
  func label(_ name: String) -> String? { self["metadata", "labels", name]?.stringValue }
}

extension WorldState {
  /// Lets movers act: at their start a restore's target is no longer what it was, at their end
  /// they leave what they were sent for.
  mutating func finishMovers() {
    for pod in cluster.pods(onNode: node.name) where pod.label("job-name") != nil {
      let uid = pod["metadata", "uid"]?.stringValue ?? ""
      guard movers.all[uid]?.isFinished == false else { continue }
      let command = Command(pod)
      switch pod["status", "phase"]?.stringValue {
      case "Running":
        if movers.begin(uid), command.verb == "restore", let handle = handle(of: pod) {
          storage.write(Storage.Content(origin: "half restored"), to: handle)
        }
      case "Succeeded", "Failed":
        guard let mover = movers.finish(uid) else { continue }
        end(mover, command, pod, uid)
      default: break
      }
    }
  }

  private struct Command {
    var words: [String]
    var verb: String { words.count > 2 ? words[2] : "" }

    init(_ pod: JSONValue) {
      let container = pod["spec", "containers"]?.arrayValue?.first
      words = container?["command"]?.arrayValue?.compactMap(\.stringValue) ?? []
    }

    func values(of option: String) -> [String] {
      words.indices.dropLast().filter { words[$0] == option }.map { words[$0 + 1] }
    }
  }

  private func handle(of pod: JSONValue) -> String? {
    let namespace = pod["metadata", "namespace"]?.stringValue ?? ""
    let claims = pod["spec", "volumes"]?.arrayValue?.compactMap {
      $0["persistentVolumeClaim", "claimName"]?.stringValue
    }
    return claims?.first.flatMap { handle(ofClaim: $0, in: namespace) }
  }

  private mutating func end(
    _ mover: Movers.Mover, _ command: Command, _ pod: JSONValue, _ uid: String
  ) {
    switch mover.end {
    case .dies: logs[uid] = "panic: out of luck\n"
    case .pretends: logs[uid] = "directory is empty, skipping backup\n"
    case .lies: logs[uid] = summary(["snapshot_id": "not-there", "total_files_processed": 7])
    case .findsNothing where command.verb == "backup":
      let id = store(command, Storage.Content(origin: "nothing"))
      logs[uid] = summary(["snapshot_id": .string(id), "total_files_processed": 0])
    case .moves, .findsNothing, .diesAfter:
      logs[uid] = move(command, pod)
      if case .diesAfter = mover.end { logs[uid] = "panic: out of luck\n" }
    }
  }

  private mutating func move(_ command: Command, _ pod: JSONValue) -> String {
    guard let handle = handle(of: pod), let content = storage.volumes[handle] else {
      return "volume is not there\n"
    }
    let location = command.values(of: "--repository").first ?? ""
    let snapshot = command.values(of: "--snapshot").first ?? ""
    switch command.verb {
    case "backup":
      let id = store(command, content)
      return summary([
        "snapshot_id": .string(id), "total_files_processed": 7, "total_bytes_processed": 1024,
        "data_added": 512,
      ])
    case "restore":
      guard let stored = repositories[location]?[snapshot]?.content else {
        return "no matching snapshot\n"
      }
      storage.write(stored, to: handle)
      return summary(["files_restored": 7, "bytes_restored": 1024])
    case "put":
      var content = content
      content.artifacts.insert(command.values(of: "--target").first ?? "")
      storage.write(content, to: handle)
      return summary(["bytes_written": 10])
    default: return "unknown command\n"
    }
  }

  private mutating func store(_ command: Command, _ content: Storage.Content) -> String {
    snapshotsMade += 1
    let id = "data-\(snapshotsMade)"
    let location = command.values(of: "--repository").first ?? ""
    repositories[location, default: SimulatedRepository()].snapshots.append(
      SimulatedRepository.Snapshot(
        id: id, tags: Set(command.values(of: "--tag")), content: content))
    return id
  }

  private func summary(_ members: [String: JSONValue]) -> String {
    var members = members
    members["message_type"] = "summary"
    return CanonicalJSON.string(.object(members)) + "\n"
  }
}
