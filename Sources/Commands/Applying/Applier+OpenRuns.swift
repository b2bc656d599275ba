import Backends
import ClusterModel
import Documents
import Execution
import Planning
import Ports
import Runner

/// Runs that were begun and not ended: what they hold quiesced or half-made comes first.
extension Applier {
  /// Goes on with the runs of this machine on this cluster whose runner died or was stopped.
  func finishOpenRuns() async throws -> [ExitCode] {
    var codes: [ExitCode] = []
    for id in try state.runs.openRuns() {
      let open = try mirrors.journaling { () throws(JournalError) in try state.runs.resume(id) }
      guard let open else { continue }
      let file = try PlanFile(reading: open.plan)
      guard isHere(file, id) else { continue }
      let token = try state.runs.token(of: id) ?? RunLocks.drawToken()
      let held = try await locks.take(for: file.graph, run: id, token: token)
      do {
        switch try await mirrors.reconcile(open, file, token: token) {
        case .goesOn(let journal):
          console.talk("Resuming run \(id) of plan \(file.digest.prefix(19))\n")
          codes.append(
            try await carryOut(
              TakenRun(file: file, journal: journal, held: held, isResumed: true)))
        case .closed(let outcome):
          console.talk("Run \(id) was ended elsewhere\n")
          try state.runs.close(id, outcome: outcome)
          await held.release()
        }
      } catch {
        await held.release()
        throw error
      }
    }
    return codes
  }

  /// Goes on with runs that no folder of this machine knows, found in the repositories that are
  /// used here. Those that are going on elsewhere are left alone.
  func finishMirroredRuns(in repositories: [RepositoryAddress]) async throws -> [ExitCode] {
    var codes: [ExitCode] = []
    for repository in repositories {
      let names: [String]
      do throws(StoreError) {
        names = try await connection.store.openRuns(in: repository)
      } catch {
        // Whether it is needed, the plan that needs it says.
        console.talk("warning: open runs cannot be looked for: \(error)\n")
        continue
      }
      let known = Set(try state.runs.runs())
      for id in names.compactMap(RunID.init(_:)) {
        if let outcome = try state.runs.outcome(of: id) {
          try await storing {
            () async throws(StoreError) in
            try await connection.store.close(
              id.rawValue, outcome: CanonicalJSON.bytes(outcome), in: repository)
          }
        } else if !known.contains(id), let code = try await adopt(id, from: repository) {
          codes.append(code)
        }
      }
    }
    return codes
  }

  /// - Returns: `nil` where there is nothing to go on with here.
  private func adopt(_ id: RunID, from repository: RepositoryAddress) async throws -> ExitCode? {
    guard let plan = try await mirrored(id, in: repository)?.plan else { return nil }
    let file = try PlanFile(reading: plan)
    guard isHere(file, id) else { return nil }
    let token = RunLocks.drawToken()
    var patient = locks
    patient.timeout = nil  // whether it is alive is all that matters here
    let held: RunLocks.Held
    do {
      held = try await patient.take(for: file.graph, run: id, token: token)
    } catch {
      guard error.exit == .locked else { throw error }
      console.talk("note: run \(id) is going on elsewhere\n")
      return nil
    }
    do {
      // Only what is there now that nobody else writes is the run.
      guard let run = try await mirrored(id, in: repository),
        let open = try mirrors.journaling({ () throws(JournalError) in
          try state.runs.adopt(id, plan: run.plan, journal: run.journal, token: token)
        })
      else {
        await held.release()
        return nil
      }
      console.talk("Resuming run \(id) of plan \(file.digest.prefix(19)), begun elsewhere\n")
      return try await carryOut(
        TakenRun(
          file: file, journal: mirrors.adopted(open, file, token: token), held: held,
          isResumed: true))
    } catch {
      await held.release()
      throw error
    }
  }

  private func mirrored(
    _ id: RunID, in repository: RepositoryAddress
  ) async throws -> (plan: [UInt8], journal: [UInt8])? {
    let run = try await storing { () async throws(StoreError) in
      try await connection.store.mirroredRun(id.rawValue, in: repository)
    }
    guard case .open(let plan, let segments)? = run else { return nil }
    let journal = try mirrors.journaling { () throws(JournalError) in
      try MirrorComparison.journal(of: segments, run: id.rawValue)
    }
    return (plan, journal)
  }

  private func isHere(_ file: PlanFile, _ id: RunID) -> Bool {
    if file.cluster.uid == connection.uid { return true }
    console.talk("note: run \(id) was interrupted on cluster \(file.cluster.name)\n")
    return false
  }

  private func storing<Answer>(
    _ body: () async throws(StoreError) -> Answer
  ) async throws(CommandFailure) -> Answer {
    do { return try await body() } catch { throw CommandFailure(.failed, error.message) }
  }
}
