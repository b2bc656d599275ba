import ClusterModel
import Documents
import Execution
import Planning
import Ports
import Runner

extension NativeBackend {
  /// Looks at an object again and again until `judge` finds what it waits for.
  ///
  /// The pause grows from 50 ms to a second: a cut inside a quiesce must not wait for a slow poll,
  /// and an hour's copy must not keep the server busy. What is behind the object is looked at
  /// every few seconds: where it shows that waiting is useless, or nothing of it has changed for
  /// too long, the wait ends early.
  ///
  /// - Parameters:
  ///   - what: Ends the sentence "Waited … for", in messages.
  ///   - judge: Is given the object, `nil` where there is none; answers `nil` to wait on.
  func wait<Value>(
    for what: String, of reference: ObjectReference, in step: Step, under vigil: Vigil,
    judge: (JSONValue?) throws(ActionFailure) -> Value?
  ) async throws(ActionFailure) -> Value {
    let started = step.now()
    step.context.waiting(for: what)
    var pause = Duration.milliseconds(50)
    var (inspectedAt, changedAt) = (started, started)
    var lookPause = vigil.lookFirst
    var (mark, behind) = (JSONValue.null, JSONValue.null)
    func failure(_ message: String) async -> ActionFailure {
      ActionFailure(
        .transient, message, waitedFor: what,
        evidence: Evidence.unique(await vigil.evidence()) + ["hint: \(vigil.hint)"])
    }
    while true {
      let object = try await read(reference, in: step)
      if let value = try judge(object) { return value }
      if step.now() - inspectedAt >= lookPause {
        inspectedAt = step.now()
        lookPause = min(lookPause * 2, vigil.lookMax)
        do {
          behind = try await vigil.inspect()
          if let trouble = Trouble.first(in: behind) {
            step.context.report(NodeProgress("Waiting for \(what): \(trouble)"))
          }
        } catch {
          guard error.kind != .cancelled else { throw error }
          // What could not be read for a moment says nothing; a sign always has a hint.
          if error.kind != .transient || !error.evidence.isEmpty {
            var sign = error
            sign.waitedFor = what
            sign.evidence = Evidence.unique(await vigil.evidence() + sign.evidence)
            throw sign
          }
        }
      }
      let seen: JSONValue = ["object": object?["status"] ?? .null, "behind": behind]
      if seen != mark { (mark, changedAt) = (seen, step.now()) }
      guard step.now() - changedAt < vigil.stallMax else {
        let stall = await failure(
          "No progress for \((step.now() - changedAt).components.seconds) s")
        _ = try? await vigil.afterStall()
        throw stall
      }
      // Ends a moment before the runner would cut it off, to say why nothing came of it.
      guard step.now() + pause + .milliseconds(500) < step.context.deadline else {
        throw await failure(
          "Nothing came of waiting \((step.now() - started).components.seconds) s")
      }
      try await step.sleep(pause)
      pause = min(pause * 1.5, .seconds(1))
    }
  }

  /// Deletes what this run made under a name and waits until it is gone. Nothing there is a
  /// success; so is a foreign object, which stays.
  func removeOwn(_ reference: ObjectReference, in step: Step) async throws(ActionFailure) {
    guard let object = try await read(reference, in: step), step.isOwn(object) else { return }
    try await remove(reference, uid: object.uid, in: step)
  }

  /// Deletes one object and waits until it is gone, finalizers and all. Another one that takes its
  /// name stays.
  func remove(
    _ reference: ObjectReference, uid: String, in step: Step
  ) async throws(ActionFailure) {
    do {
      guard try await cluster.delete(reference, uid: uid) else { return }
    } catch {
      guard error.reason == .conflict else { throw ActionFailure(error) }
    }
    try await wait(
      for: "\(reference) to be gone", of: reference, in: step,
      under: vigil(overDeletionOf: reference, step)
    ) { object in
      object?.uid == uid ? nil : ()
    }
  }

  /// Reads an object, through the server's moments of weakness until the node's deadline.
  func read(
    _ reference: ObjectReference, in step: Step
  ) async throws(ActionFailure) -> JSONValue? {
    try await calling { () async throws(ClusterError) in try await cluster.get(reference) }
  }

  /// Creates an object under our labels, or adopts what an earlier try of this run made.
  ///
  /// An object of that name that is not this node's is foreign, and nothing of it is touched.
  func createOrAdopt(
    _ object: JSONValue, as type: ResourceType, in step: Step
  ) async throws(ActionFailure) -> JSONValue {
    var object = object
    let labels = object.labels.merging(step.labels) { _, ours in ours }
    object.set(["metadata", "labels"], to: JSONValue(strings: labels))
    if step.node.action.takesSharedPlaces {
      let places = [
        Labels.slots: step.node.slots.joined(separator: " "), Labels.address: step.node.address,
      ]
      let annotations = object.annotations.merging(places) { _, ours in ours }
      object.set(["metadata", "annotations"], to: JSONValue(strings: annotations))
    }
    let reference = ObjectReference(type, namespace: object.namespace, name: object.name)
    do {
      return try await cluster.create(object, as: type)
    } catch  where error.reason == .alreadyExists {
      guard let present = try await read(reference, in: step) else {
        throw ActionFailure(.transient, "\(reference) came and went while it was being made")
      }
      guard step.labels.allSatisfy({ present.labels[$0.key] == $0.value }) else {
        throw ActionFailure(
          .permanent, "\(reference) exists already and was not made by this run",
          evidence: ["hint: remove or rename it; it is never overwritten"])
      }
      guard present["metadata", "deletionTimestamp"] == nil else {
        throw ActionFailure(.transient, "\(reference) of an earlier try is still being deleted")
      }
      return present
    } catch  where error.reason == .forbidden {
      let isQuota = error.message.contains("exceeded quota")
      throw ActionFailure(
        isQuota ? .transient : .permanent,
        "\(reference) may not be made: \(Evidence.line(error.message))",
        evidence: [
          isQuota
            ? FatalSigns.quotaHint : "hint: let the runner create \(type.plural) in that namespace"
        ])
    } catch {
      throw ActionFailure(error)
    }
  }

  /// Runs a call to the cluster; its error becomes the node's failure.
  func calling<Value>(
    _ call: () async throws(ClusterError) -> Value
  ) async throws(ActionFailure) -> Value {
    do { return try await call() } catch { throw ActionFailure(error) }
  }

  /// Runs a call to the repository; its error becomes the node's failure.
  func storing<Value>(
    _ call: () async throws(StoreError) -> Value
  ) async throws(ActionFailure) -> Value {
    do { return try await call() } catch { throw ActionFailure(error) }
  }

  /// The newest events of some objects, a line each: why something has not happened yet. What
  /// went as it should is told only where nothing else did.
  func events(of references: [ObjectReference]) async -> [String] {
    var (lines, warnings): ([String], [String]) = ([], [])
    for namespace in Set(references.compactMap(\.namespace)).sorted() {
      let list = try? await cluster.list(.event, namespace: namespace, selector: "")
      for event in (list?.items ?? []).sorted(by: { $0.lastSeen < $1.lastSeen }) {
        let kind = event["involvedObject", "kind"]?.stringValue
        let name = event["involvedObject", "name"]?.stringValue ?? ""
        guard references.contains(where: { $0.type.kind == kind && name.hasPrefix($0.name) }) else {
          continue
        }
        let reason = event["reason"]?.stringValue ?? ""
        let message = event["message"]?.stringValue ?? ""
        let line = Evidence.line("\(kind ?? "") \(namespace)/\(name): \(reason): \(message)")
        if event["type"]?.stringValue == "Normal" {
          lines.append(line)
        } else {
          warnings.append(line)
        }
      }
    }
    return warnings.isEmpty ? Array(lines.suffix(3)) : Array(warnings.suffix(5))
  }
}

extension JSONValue {
  /// When an event last happened; both ways of telling it sort as text.
  var lastSeen: String {
    self["lastTimestamp"]?.stringValue ?? self["eventTime"]?.stringValue ?? ""
  }
}

extension ActionFailure {
  init(_ error: ClusterError) {
    self.init(
      error.isTransient || error.reason == .conflict ? .transient : .permanent, error.message)
  }

  init(_ error: StoreError) {
    self.init(error.isTransient ? .transient : .permanent, error.message)
  }
}
