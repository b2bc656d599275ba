import Documents

extension SimulatedKubernetes {
  private static let jobComponent = "job-controller"

  mutating func manageJobs(at now: Timestamp) -> Timestamp? {
    var wakes: [Timestamp] = []
    for (key, job) in store.sorted(Resources.jobs) where !job.isBeingDeleted {
      if job.isTrue("Complete") || job.isTrue("Failed") {
        wakes += expire(key, job, at: now)
      } else {
        wakes += advance(key, job, at: now)
      }
    }
    return wakes.filter { $0 > now }.min()
  }

  /// Deletes a finished job after its time.
  private mutating func expire(_ key: ObjectKey, _ job: JSONValue, at now: Timestamp)
    -> [Timestamp]
  {
    guard let seconds = job.integer("spec", "ttlSecondsAfterFinished") else { return [] }
    let finished =
      job.condition(job.isTrue("Complete") ? "Complete" : "Failed")?
      .string("lastTransitionTime").flatMap { Timestamp($0) } ?? now
    let end = finished + .seconds(seconds)
    if end <= now { erase(key, at: now) }
    return [end]
  }

  private struct JobPods {
    var active: [JSONValue]
    var succeeded: Int64
    var failed: [JSONValue]
  }

  private mutating func pods(of job: JSONValue, at now: Timestamp) -> JobPods {
    let all = ownedPods(
      of: job, selector: job.value(at: ["spec", "selector"]), adopts: false, at: now)
    return JobPods(
      active: all.filter { !Self.isFinished($0) && !$0.isBeingDeleted },
      succeeded: Int64(all.count { $0.string("status", "phase") == "Succeeded" }),
      failed: all.filter { $0.string("status", "phase") == "Failed" })
  }

  private mutating func advance(_ key: ObjectKey, _ job: JSONValue, at now: Timestamp)
    -> [Timestamp]
  {
    if job.flag("spec", "suspend") {
      suspend(key, job, at: now)
      return []
    }
    let pods = pods(of: job, at: now)
    let start = job.string("status", "startTime").flatMap { Timestamp($0) } ?? now
    var wakes: [Timestamp] = []
    if let seconds = job.integer("spec", "activeDeadlineSeconds") {
      let end = start + .seconds(seconds)
      if end <= now {
        finish(
          key, pods, failedBecause: "DeadlineExceeded",
          "Job was active longer than specified deadline", start: start, at: now)
        return []
      }
      wakes.append(end)
    }
    let restarts = pods.active.flatMap { $0.list("status", "containerStatuses") }
      .reduce(0) { $0 + ($1.integer("restartCount") ?? 0) }
    let failures = Int64(pods.failed.count) + restarts
    if failures > job.integer("spec", "backoffLimit") ?? 6 {
      finish(
        key, pods, failedBecause: "BackoffLimitExceeded",
        "Job has reached the specified backoff limit", start: start, at: now)
      return []
    }
    let completions = job.integer("spec", "completions")
    let wanted = completions ?? (pods.succeeded > 0 ? 0 : 1)
    if pods.succeeded >= wanted, completions != nil || pods.active.isEmpty && pods.succeeded > 0 {
      finish(key, pods, failedBecause: nil, "", start: start, at: now)
      return []
    }
    let parallelism = job.integer("spec", "parallelism") ?? 1
    let most =
      completions.map { min(parallelism, $0 - pods.succeeded) }
      ?? (pods.succeeded > 0 ? Int64(pods.active.count) : parallelism)
    if Int64(pods.active.count) < most {
      if let retry = retryTime(pods.failed), retry > now {
        wakes.append(retry)
      } else {
        for _ in Int64(pods.active.count)..<most { createPod(of: job, at: now) }
      }
    } else if Int64(pods.active.count) > most {
      for pod in pods.active.dropFirst(Int(most)) { erase(self.key(Resources.pods, pod), at: now) }
    }
    report(key, self.pods(of: job, at: now), start: start, at: now) { _ in }
    return wakes
  }

  /// Failed pods are replaced after ten seconds, then twenty, up to six minutes.
  private func retryTime(_ failed: [JSONValue]) -> Timestamp? {
    guard !failed.isEmpty else { return nil }
    let ends = failed.flatMap { pod in
      pod.list("status", "containerStatuses").compactMap {
        $0.string("state", "terminated", "finishedAt").flatMap { Timestamp($0) }
      }
    }
    let last = ends.max() ?? failed.compactMap(\.creationTimestamp).max()
    return last.map { $0 + .seconds(min(360, 10 << min(failed.count - 1, 6))) }
  }

  private mutating func createPod(of job: JSONValue, at now: Timestamp) {
    var pod = pod(from: job.value(at: ["spec", "template"]) ?? [:], owner: job)
    pod.set(["metadata", "generateName"], to: .string(job.name + "-"))
    guard let made = make(pod, Resources.pods, at: now) else { return }
    note(
      job, "Normal", "SuccessfulCreate", "Created pod: \(made.name)", by: Self.jobComponent,
      at: now)
  }

  private mutating func suspend(_ key: ObjectKey, _ job: JSONValue, at now: Timestamp) {
    for pod in pods(of: job, at: now).active { erase(self.key(Resources.pods, pod), at: now) }
    change(key, at: now) { job in
      job.set(["status", "startTime"], to: nil)
      job.setCondition(
        "Suspended", true, reason: "JobSuspended", message: "Job suspended", at: now)
    }
  }

  private mutating func finish(
    _ key: ObjectKey, _ pods: JobPods, failedBecause reason: String?, _ message: String,
    start: Timestamp, at now: Timestamp
  ) {
    for pod in pods.active { erase(self.key(Resources.pods, pod), at: now) }
    var ended = pods
    ended.active = []
    report(key, ended, start: start, at: now) { job in
      if let reason {
        job.setCondition("FailureTarget", true, reason: reason, message: message, at: now)
        job.setCondition("Failed", true, reason: reason, message: message, at: now)
      } else {
        let text = "Reached expected number of succeeded pods"
        job.set(["status", "completionTime"], to: .string(now.rounded))
        job.setCondition(
          "SuccessCriteriaMet", true, reason: "CompletionsReached", message: text, at: now)
        job.setCondition(
          "Complete", true, reason: "CompletionsReached", message: text, at: now)
      }
    }
    guard let job = store[key] else { return }
    if let reason {
      note(job, "Warning", reason, message, by: Self.jobComponent, at: now)
    } else {
      note(job, "Normal", "Completed", "Job completed", by: Self.jobComponent, at: now)
    }
  }

  private mutating func report(
    _ key: ObjectKey, _ pods: JobPods, start: Timestamp, at now: Timestamp,
    _ body: (inout JSONValue) -> Void
  ) {
    let ready = Int64(pods.active.count(where: Self.isReady))
    change(key, at: now) { job in
      job.fill("status", "startTime", with: .string(start.rounded))
      let counts = [
        "active": Int64(pods.active.count), "succeeded": pods.succeeded,
        "failed": Int64(pods.failed.count),
      ]
      for (name, count) in counts {
        job.set(["status", name], to: count == 0 ? nil : .integer(count))
      }
      job.set(["status", "ready"], to: .integer(ready))
      job.set(["status", "terminating"], to: 0)
      if job.isTrue("Suspended") {
        job.setCondition(
          "Suspended", false, reason: "JobResumed", message: "Job resumed", at: now)
      }
      body(&job)
    }
  }
}
