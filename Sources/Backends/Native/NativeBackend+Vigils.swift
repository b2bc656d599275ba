import ClusterModel
import Documents
import Execution
import Planning
import Ports
import Runner

/// What each kind of wait looks at.
extension NativeBackend {
  /// A wait for a mover: its Job, its pods, its claim and its log.
  func vigil(over job: MoverJob, _ step: Step) -> Vigil {
    let namespace = job.repository.moverNamespace
    return Vigil(
      stallMax: settings.patience.mover,
      inspect: { () async throws(ActionFailure) in
        let signs = try await signs(in: [namespace], step)
        if let claim = try await read(job.claim, in: step), let sign = signs.ofClaim(claim) {
          throw sign
        }
        if let object = try await read(job.reference, in: step),
          let sign = signs.ofPodMaker(object, "Job")
        {
          throw sign
        }
        let pods = try await pods(ofJob: job.name, in: namespace)
        for pod in pods { if let sign = signs.ofPod(pod) { throw sign } }
        let line = try? await lastLine(of: job)
        if let progress = line.flatMap(Self.progress) { step.context.report(progress) }
        return .array(pods.map { $0["status"] ?? .null } + [.string(line ?? "")])
      },
      hint: "look at the mover's log and at its repository",
      evidence: {
        let pods = (try? await pods(ofJob: job.name, in: namespace)) ?? []
        let log = (try? await log(of: job)) ?? []
        return Evidence.lines(log, max: 5)
          + (await events(
            of: [job.reference, job.claim] + pods.map { reference(.pod, $0) }))
      },
      afterStall: { () async throws(ActionFailure) in
        try await removeJob(job.name, in: namespace, step)
      })
  }

  /// The bytes of a status line, in restic's own words.
  private static func progress(_ line: String) -> NodeProgress? {
    guard let json = try? JSONValue(parsing: Array(line.utf8)),
      json["message_type"]?.stringValue == "status", let done = json["bytes_done"]?.intValue
    else { return nil }
    return NodeProgress("Moving data", bytesDone: done, bytesTotal: json["total_bytes"]?.intValue)
  }

  /// A wait for snapshots: the statuses say everything.
  func vigil(
    overSnapshots references: [ObjectReference], _ step: Step
  ) -> Vigil {
    Vigil(
      stallMax: settings.patience.snapshot, lookFirst: .milliseconds(50), lookMax: .seconds(1),
      inspect: { () async throws(ActionFailure) in
        let signs = FatalSigns(patience: settings.patience, now: step.now(), events: [])
        var marks: [JSONValue] = []
        for reference in references {
          let object = try await read(reference, in: step)
          if let sign = signs.ofSnapshot(object) { throw sign }
          marks.append(object?["status"] ?? .null)
        }
        return .array(marks)
      },
      hint: "ask the snapshotter of the CSI driver why",
      evidence: {
        var lines: [String] = []
        for reference in references {
          let object = try? await read(reference, in: step)
          guard let said = object?["status", "error", "message"]?.stringValue else { continue }
          lines.append(Evidence.line("\(reference) has the error: \(said)"))
        }
        return lines + (await events(of: references))
      })
  }

  func vigil(overClaim claim: ObjectReference, _ step: Step) -> Vigil {
    Vigil(
      stallMax: settings.patience.claim,
      inspect: { () async throws(ActionFailure) in
        let signs = try await signs(in: [claim.namespace ?? ""], step)
        let object = try await read(claim, in: step)
        if let object, let sign = signs.ofClaim(object) { throw sign }
        return object?["status"] ?? .null
      },
      hint: "ask the provisioner of its storage class why",
      evidence: { await events(of: [claim]) })
  }

  /// A wait for a workload: its pods, and the claims that they use.
  func vigil(overWorkload workload: ObjectReference, _ step: Step) -> Vigil {
    Vigil(
      stallMax: settings.patience.workload,
      inspect: { () async throws(ActionFailure) in
        guard let object = try await read(workload, in: step) else { return .null }
        let signs = try await signs(in: [workload.namespace ?? ""], step)
        if let sign = signs.ofPodMaker(object, workload.type.kind) { throw sign }
        let pods = try await pods(of: workload, step)
        for claim in claims(of: pods) {
          if let claim = try await read(claim, in: step), let sign = signs.ofClaim(claim) {
            throw sign
          }
        }
        for pod in pods { if let sign = signs.ofPod(pod) { throw sign } }
        return .array(pods.map { $0["status"] ?? .null })
      },
      hint: "look at its pods",
      evidence: {
        let pods = (try? await pods(of: workload, step)) ?? []
        return await events(
          of: [workload] + pods.map { reference(.pod, $0) } + claims(of: pods))
      })
  }

  /// A wait for an object to be gone: what holds it is named in it.
  func vigil(overDeletionOf reference: ObjectReference, _ step: Step) -> Vigil {
    Vigil(
      stallMax: settings.patience.deletion,
      inspect: { () async throws(ActionFailure) in
        let object = try await read(reference, in: step)
        return [
          "finalizers": object?["metadata", "finalizers"] ?? .null,
          "status": object?["status"] ?? .null,
        ]
      },
      hint: "find out what still uses it",
      evidence: {
        let object = try? await read(reference, in: step)
        let holders = object?["metadata", "finalizers"]?.strings ?? []
        return holders.map { "\(reference) is held by finalizer `\($0)`" }
          + (await events(of: [reference]))
      })
  }

  private func claims(of pods: [JSONValue]) -> [ObjectReference] {
    let names = pods.flatMap { pod in
      (pod["spec", "volumes"]?.arrayValue ?? []).compactMap { volume in
        volume["persistentVolumeClaim", "claimName"]?.stringValue.map {
          ObjectReference(.claim, namespace: pod.namespace, name: $0)
        }
      }
    }
    return Array(Set(names)).sorted { $0.name < $1.name }
  }

  private func reference(_ type: ResourceType, _ object: JSONValue) -> ObjectReference {
    ObjectReference(type, namespace: object.namespace, name: object.name)
  }

  /// Reads the events of namespaces for their signs; without events, statuses have to do.
  private func signs(
    in namespaces: [String], _ step: Step
  ) async throws(ActionFailure) -> FatalSigns {
    var events: [JSONValue] = []
    for namespace in namespaces {
      let list = try? await cluster.list(.event, namespace: namespace, selector: "")
      events += list?.items ?? []
    }
    events.sort { $0.lastSeen < $1.lastSeen }
    return FatalSigns(patience: settings.patience, now: step.now(), events: events)
  }
}
