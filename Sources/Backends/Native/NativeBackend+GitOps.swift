import ClusterModel
import Documents
import Execution
import Planning
import Ports
import Runner

extension NativeBackend {
  /// How often somebody else may be faster, in one attempt.
  private static let triesMax = 5
  /// What a controller has begun before it is paused it brings to its end: so long it is given in
  /// any case, and so long at most where it says that it is at work.
  private static let settleMin = Duration.seconds(2)
  private static let settleMax = Duration.seconds(30)

  func pauseGitOps(_ action: PauseGitOps, _ step: Step) async throws(ActionFailure) -> JSONValue {
    var paused: [String] = []
    var left: [String] = []
    for keeper in action.keepers {
      let gate = GitOpsSwitch(keeper.type)
      let object = try await change(keeper, step) { gate.pausing($0, by: action.key) }
      let isOurs = object?.annotations[GitOpsSwitch.mark(action.key)] != nil
      if isOurs, let object, !gate.isOn(object) {
        throw ActionFailure(
          .permanent, "\(keeper) does not stay paused",
          evidence: ["hint: something writes over it; pause it there"])
      }
      if isOurs { paused.append(keeper.description) } else { left.append(keeper.description) }
    }
    let busy = paused.isEmpty ? [] : try await settle(action.keepers, step)
    return [
      "paused": JSONValue(strings: paused), "left": JSONValue(strings: left),
      "busy": JSONValue(strings: busy),
    ]
  }

  /// Waits until what was under way is over.
  ///
  /// - Returns: What still says that it is at work. A controller that tries in vain says so without
  ///   end, and what it made meanwhile is found by the preconditions of what follows.
  private func settle(
    _ keepers: [ObjectReference], _ step: Step
  ) async throws(ActionFailure) -> [String] {
    let started = step.now()
    step.context.waiting(for: "GitOps to end what it had begun")
    try await step.sleep(Self.settleMin)
    while true {
      var busy: [String] = []
      for keeper in keepers {
        guard let object = try await read(keeper, in: step), GitOpsSwitch.isBusy(object) else {
          continue
        }
        busy.append(keeper.description)
      }
      guard !busy.isEmpty, step.now() - started < Self.settleMax else { return busy }
      try await step.sleep(.seconds(1))
    }
  }

  func resumeGitOps(_ action: ResumeGitOps, _ step: Step) async throws(ActionFailure) -> JSONValue {
    var resumed: [String] = []
    var failure: ActionFailure?
    // One that cannot be resumed must not keep the others paused.
    for keeper in action.keepers {
      let gate = GitOpsSwitch(keeper.type)
      do {
        if try await change(keeper, step, { gate.resuming($0, by: action.key) }) != nil {
          resumed.append(keeper.description)
        }
      } catch { failure = failure ?? error }
    }
    if let failure { throw failure }
    return ["resumed": JSONValue(strings: resumed)]
  }

  /// Reads an object and changes it, on the version that was read.
  ///
  /// - Returns: The object as it is now; `nil` where it is gone.
  private func change(
    _ keeper: ObjectReference, _ step: Step, _ patch: (JSONValue) -> JSONValue?
  ) async throws(ActionFailure) -> JSONValue? {
    for _ in 0..<Self.triesMax {
      guard let object = try await read(keeper, in: step) else { return nil }
      guard let patch = patch(object) else { return object }
      do {
        return try await cluster.patch(keeper, with: patch, subresource: nil)
      } catch {
        switch error.reason {
        case .conflict: continue
        case .notFound: return nil
        default: throw ActionFailure(error)
        }
      }
    }
    throw ActionFailure(.transient, "\(keeper) is changed by somebody else all the time")
  }
}
