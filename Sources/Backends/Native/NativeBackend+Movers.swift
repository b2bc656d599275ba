import ClusterModel
import Documents
import Execution
import Planning
import Ports
import Runner

extension NativeBackend {
  /// Copies a volume into the repository. An exit code of 0 proves nothing: the result is the
  /// mover's own account of what it stored, and an account of nothing is a failure.
  func copyVolume(_ action: CopyVolume, _ step: Step) async throws(ActionFailure) -> JSONValue {
    let isBlock = action.volumeMode == "Block"
    let source =
      isBlock
      ? ["--block", action.volume, MoverJob.devicePath]
      : ["--volume-path", "/\(action.volume)", MoverJob.volumePath]
    let job = MoverJob(
      name: action.jobName, repository: action.repository, claim: action.claim, isBlock: isBlock,
      isReadOnly: true, image: settings.moverImage,
      arguments: ["backup", "--json", "--host", step.plan.description]
        + rate("--limit-upload") + action.tags.flatMap { ["--tag", $0] } + source,
      timeoutSeconds: step.node.timeoutSeconds)
    let summary = try await run(job, "the copy of volume `\(action.volume)`", step)
    guard let snapshotID = summary["snapshot_id"]?.stringValue, !snapshotID.isEmpty else {
      throw ActionFailure(
        .verification, "The mover of volume `\(action.volume)` names no snapshot")
    }
    let files = summary["total_files_processed"]?.intValue ?? 0
    guard files > 0 || action.isEmptyAllowed else {
      throw ActionFailure(
        .verification, "Volume `\(action.volume)` holds no file: nothing was protected",
        evidence: ["hint: set `allowEmpty: true` on the volume if that is as it should be"])
    }
    return [
      "snapshotID": .string(snapshotID), "files": .integer(files),
      "bytesProcessed": summary["total_bytes_processed"] ?? 0,
      "bytesAdded": summary["data_added"] ?? 0,
    ]
  }

  func fillVolume(_ action: FillVolume, _ step: Step) async throws(ActionFailure) -> JSONValue {
    let isBlock = action.volumeMode == "Block"
    let target =
      isBlock ? ["--block", "--target", MoverJob.devicePath] : ["--target", MoverJob.volumePath]
    let job = MoverJob(
      name: action.jobName, repository: action.repository, claim: action.claim, isBlock: isBlock,
      isReadOnly: false, image: settings.moverImage,
      arguments: ["restore", "--json", "--overwrite", "--snapshot", action.snapshotID] + target
        + rate("--limit-download"), timeoutSeconds: step.node.timeoutSeconds)
    let summary = try await run(job, "the data of volume `\(action.volume)`", step)
    guard let files = summary["files_restored"]?.intValue else {
      throw ActionFailure(
        .verification, "The mover of volume `\(action.volume)` does not say what it restored")
    }
    return ["files": .integer(files), "bytesRestored": summary["bytes_restored"] ?? 0]
  }

  func writeArtifact(
    _ action: WriteArtifact, _ step: Step
  ) async throws(ActionFailure) -> JSONValue {
    let job = MoverJob(
      name: action.jobName, repository: action.repository, claim: action.claim, isReadOnly: false,
      image: settings.moverImage,
      arguments: [
        "put", "--json", "--snapshot", action.manifestID, "--path", "artifacts/\(action.artifact)",
        "--target", "\(MoverJob.volumePath)/\(action.path)",
      ], timeoutSeconds: step.node.timeoutSeconds)
    return try await run(job, "artifact `\(action.artifact)` to be written", step)
  }

  /// The mover's share of the bandwidth.
  private func rate(_ flag: String) -> [String] {
    settings.moverBytesPerSecond.map { [flag, String(max(1, $0 >> 10))] } ?? []
  }

  /// Runs a mover to its end and gives its account.
  ///
  /// The Job of an earlier try is adopted, finished or not; one that failed is replaced. The Job
  /// stays until its guard retracts it, so that a crash right now does not copy everything again.
  private func run(
    _ job: MoverJob, _ what: String, _ step: Step
  ) async throws(ActionFailure) -> JSONValue {
    var job = job
    var earlier = try await read(job.reference, in: step)
    if earlier?.isTrue("Failed") ?? false {
      try await removeJob(job.name, in: job.repository.moverNamespace, step)
      earlier = nil
    }
    if earlier == nil { job.excludedNodes = try await fullNodes(for: what, step) }
    _ = try await createOrAdopt(job.object(labels: step.labels), as: .job, in: step)
    let isComplete = try await wait(
      for: what, of: job.reference, in: step, under: vigil(over: job, step)
    ) { object throws(ActionFailure) in
      guard let object else {
        throw ActionFailure(.transient, "\(job.reference) was deleted while it ran")
      }
      if object.isTrue("Complete") { return true }
      return object.isTrue("Failed") ? false : nil
    }
    guard isComplete else { throw await moverFailure(job, what, step) }
    let log = try await log(of: job)
    guard
      let summary = log.reversed().lazy.compactMap({ try? JSONValue(parsing: $0) })
        .first(where: { $0["message_type"]?.stringValue == "summary" })
    else {
      throw ActionFailure(
        .verification, "The mover ended well but gave no account of \(what)",
        evidence: Evidence.lines(log, max: 5))
    }
    return summary
  }

  /// Why a mover failed: what its pod died of, or else its own last words.
  private func moverFailure(_ job: MoverJob, _ what: String, _ step: Step) async -> ActionFailure {
    let vigil = vigil(over: job, step)
    let evidence = await vigil.evidence()
    do throws(ActionFailure) { _ = try await vigil.inspect() } catch {
      var failure = error
      failure.waitedFor = what
      failure.evidence = Evidence.unique(evidence + failure.evidence)
      return failure
    }
    return ActionFailure(
      .transient, "The mover failed that was to bring \(what)",
      evidence: Evidence.unique(evidence) + ["hint: \(vigil.hint)"])
  }

  /// What the mover wrote last.
  func lastLine(of job: MoverJob) async throws(ActionFailure) -> String? {
    try await log(of: job, lines: 1).last
  }

  func log(of job: MoverJob, lines: Int = 200) async throws(ActionFailure) -> [String] {
    let pods = try await pods(ofJob: job.name, in: job.repository.moverNamespace)
    guard let pod = pods.last else {
      throw ActionFailure(
        .transient, "The pod of \(job.reference) is gone, and its account with it")
    }
    let container = ContainerReference(
      namespace: job.repository.moverNamespace, pod: pod.name, container: "mover")
    let text = try await calling { () async throws(ClusterError) in
      try await cluster.log(of: container, lines: lines)
    }
    return text.split(separator: "\n").map(String.init)
  }

  /// Deletes a Job of this run and waits until its pods are gone too.
  func removeJob(_ name: String, in namespace: String, _ step: Step) async throws(ActionFailure) {
    try await removeOwn(ObjectReference(.job, namespace: namespace, name: name), in: step)
    for pod in try await pods(ofJob: name, in: namespace) where step.isOwn(pod) {
      try await remove(
        ObjectReference(.pod, namespace: namespace, name: pod.name), uid: pod.uid, in: step)
    }
  }

  func pods(
    ofJob name: String, in namespace: String
  ) async throws(ActionFailure) -> [JSONValue] {
    let pods = try await calling { () async throws(ClusterError) in
      try await cluster.list(.pod, namespace: namespace, selector: "job-name=\(name)")
    }
    return pods.items.sorted { $0.name < $1.name }
  }
}
