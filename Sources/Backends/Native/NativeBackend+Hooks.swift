import ClusterModel
import Documents
import Execution
import FoundationEssentials
import Planning
import Ports
import Runner

extension NativeBackend {
  func openSession(_ action: OpenSession, _ step: Step) async throws(ActionFailure) -> JSONValue {
    let container = try await container(of: action.target, step)
    step.context.waiting(for: "session `\(action.session)` to open in pod \(container.pod)")
    let sentAt = step.now()
    let stream = try await calling { () async throws(ClusterError) in
      try await cluster.exec(action.command, in: container, stdin: true)
    }
    await sessions.add(HookSession(stream: stream), named: action.session)
    return [
      "pod": .string(container.pod), "at": .string(sentAt.description),
      "answeredAt": .string(step.now().description),
    ]
  }

  func runSessionStep(
    _ action: RunSessionStep, _ step: Step
  ) async throws(ActionFailure) -> JSONValue {
    guard let session = await sessions.session(named: action.session) else {
      throw ActionFailure(.permanent, "Session `\(action.session)` is not open")
    }
    step.context.waiting(for: "step `\(action.step)` of session `\(action.session)` to be answered")
    let sentAt = step.now()
    let groups = try await session.ask(action.send, expecting: action.expect)
    var result: JSONValue = [
      "at": .string(sentAt.description), "answeredAt": .string(step.now().description),
    ]
    guard let capture = action.capture else { return result }
    guard groups.indices.contains(capture.group) else {
      throw ActionFailure(
        .permanent,
        "Step `\(action.step)` captures group \(capture.group), which its `expect` lacks")
    }
    let text = groups[capture.group]
    let bytes = capture.isBase64 ? Data(base64Encoded: text) : Data(text.utf8)
    guard let bytes, !bytes.isEmpty else {
      throw ActionFailure(.permanent, "Step `\(action.step)` captured nothing that can be decoded")
    }
    result["artifact"] = .string(capture.artifact)
    result["base64"] = .string(bytes.base64EncodedString())
    return result
  }

  /// Closing a session that is lost already is a success: the application left quiescence with it.
  func closeSession(_ action: CloseSession, _ step: Step) async throws(ActionFailure) -> JSONValue {
    var result: JSONValue = ["at": .string(step.now().description)]
    if let session = await sessions.remove(action.session) {
      step.context.waiting(for: "session `\(action.session)` to end")
      do {
        result["exitCode"] = .integer(Int64(try await session.close()))
      } catch {
        await session.cancel()
        throw error
      }
    }
    result["answeredAt"] = .string(step.now().description)
    return result
  }

  /// Runs one command and judges it.
  func execute(_ action: ExecuteCommand, _ step: Step) async throws(ActionFailure) -> JSONValue {
    let container = try await container(of: action.target, step)
    step.context.waiting(for: "\(action.purpose) to end in pod \(container.pod)")
    let startedAt = step.now()
    let output = try await tryUntilDone(action, in: container, step)
    if let probe = action.probe {
      let proof = try await run(probe, in: container)
      guard proof.status == 0 else {
        throw ActionFailure(
          .transient, "The probe after \(action.purpose) failed with exit code \(proof.status)",
          evidence: proof.lines)
      }
    }
    let wasOver = try await wasOver(output, action, in: container)
    if let marker = action.disarms {
      _ = try await run(Deadman.disarming(marker), in: container)
    }
    var result: JSONValue = [
      "pod": .string(container.pod), "at": .string(startedAt.description),
      "answeredAt": .string(step.now().description),
      "output": .string(String(output.text.prefix(1024))),
    ]
    if wasOver { result["wasOver"] = true }
    return result
  }

  /// Whether a thaw came too late: it found nothing frozen, and the marker of the timer is gone
  /// with whatever ended the freeze. An earlier thaw of ours, whose answer was lost, leaves it.
  private func wasOver(
    _ output: CommandOutput, _ action: ExecuteCommand, in container: ContainerReference
  ) async throws(ActionFailure) -> Bool {
    guard output.status != 0 else { return false }
    guard let marker = action.disarms else { return true }
    return try await run(Deadman.looking(for: marker), in: container).status != 0
  }

  private func tryUntilDone(
    _ action: ExecuteCommand, in container: ContainerReference, _ step: Step
  ) async throws(ActionFailure) -> CommandOutput {
    let command = action.deadman.map { Deadman.armed($0, before: action.command) } ?? action.command
    while true {
      let output = try await run(command, in: container)
      if action.deadman != nil, output.isUnarmed {
        throw ActionFailure(
          .permanent, "The timer that thaws on its own could not be armed, so nothing was frozen",
          evidence: output.lines)
      }
      let isTolerated = action.toleratedOutputs.contains { output.everything.contains($0) }
      let isExpected = action.expectedOutput.map { $0 == output.text } ?? true
      if isTolerated || (output.status == 0 && isExpected) { return output }
      let failure = ActionFailure(
        .permanent,
        output.status == 0
          ? "\(action.purpose) answered `\(output.text.prefix(200))`, expected "
            + "`\(action.expectedOutput ?? "")`"
          : "\(action.purpose) failed with exit code \(output.status)",
        evidence: output.lines)
      guard let pause = action.retrySeconds,
        step.now() + .seconds(pause) < step.context.deadline
      else { throw failure }
      step.context.waiting(for: "another try of \(action.purpose)")
      try await step.sleep(.seconds(pause))
    }
  }

  /// The pod to run in: the one that was named, or the first ready one of a workload.
  private func container(
    of target: ExecutionTarget, _ step: Step
  ) async throws(ActionFailure) -> ContainerReference {
    switch target {
    case .pod(let namespace, let name, let container):
      return ContainerReference(namespace: namespace, pod: name, container: container)
    case .workload(let reference, let container):
      let pods = try await readyPods(of: reference, step)
      guard let pod = pods.first else {
        throw ActionFailure(.transient, "\(reference) has no ready pod")
      }
      return ContainerReference(
        namespace: reference.namespace ?? "", pod: pod.name, container: container)
    }
  }

  private func run(
    _ command: [String], in container: ContainerReference
  ) async throws(ActionFailure) -> CommandOutput {
    try await calling { () async throws(ClusterError) in
      let session = try await cluster.exec(command, in: container, stdin: false)
      var output = CommandOutput()
      while let piece = try await session.next() { output.add(piece) }
      output.status = try await session.exitStatus()
      return output
    }
  }
}

/// What a command wrote, its end bounded.
struct CommandOutput: Sendable {
  private static let bytesMax = 64 << 10
  var status = 0
  private var standardOutput: [UInt8] = []
  private var standardError: [UInt8] = []

  mutating func add(_ piece: ExecOutput) {
    switch piece {
    case .standardOutput(let bytes):
      standardOutput = Array((standardOutput + bytes).suffix(Self.bytesMax))
    case .standardError(let bytes):
      standardError = Array((standardError + bytes).suffix(Self.bytesMax))
    }
  }

  /// Standard output without the white space around it.
  var text: String {
    let text = String(decoding: standardOutput, as: UTF8.self)
    let start = text.firstIndex { !$0.isWhitespace } ?? text.endIndex
    let end = text.lastIndex { !$0.isWhitespace }.map(text.index(after:)) ?? text.endIndex
    return start < end ? String(text[start..<end]) : ""
  }

  fileprivate var isUnarmed: Bool { status != 0 && everything.contains(Deadman.unarmed) }

  var everything: String { text + "\n" + String(decoding: standardError, as: UTF8.self) }

  /// The last lines, for messages.
  var lines: [String] {
    everything.split(separator: "\n").suffix(5).map { String($0.prefix(300)) }
  }
}

/// A timer inside the container that thaws when nobody else does: it needs neither this runner nor
/// the network. A marker file says whether it is still armed, and for whom: a timer that is left
/// over from an earlier freeze must not end a later one.
///
/// One shell arms it and then becomes the freeze: between two calls the container could restart, or
/// the time be over, and nothing would thaw what is frozen after that.
enum Deadman {
  /// What the shell says when it arms nothing.
  fileprivate static let unarmed = "oadp-plan: no timer"

  /// The words after the script: marker, seconds, how many words the thaw has, the thaw, the
  /// freeze. The timer gets all of them and keeps its own by rotating through the list.
  private static let script = """
    { command -v setsid && command -v sleep && command -v cat && echo $$ >"$1"; } >/dev/null || {
      echo "\(unarmed)" >&2
      exit 1
    }
    setsid sh -c '
      sleep "$3"
      [ "$(cat "$2")" = "$1" ] && rm -f "$2" || exit
      left=$4
      shift 4
      for word do
        shift
        [ "$left" -gt 0 ] && set -- "$@" "$word"
        left=$((left - 1))
      done
      exec "$@"
    ' deadman $$ "$@" </dev/null >/dev/null 2>&1 &
    shift $((3 + $3))
    exec "$@"
    """

  static func armed(_ deadman: ExecuteCommand.Deadman, before command: [String]) -> [String] {
    ["sh", "-c", script, "deadman", deadman.marker, String(deadman.afterSeconds)]
      + [String(deadman.command.count)] + deadman.command + command
  }

  static func looking(for marker: String) -> [String] { ["test", "-e", marker] }

  static func disarming(_ marker: String) -> [String] { ["rm", "-f", marker] }
}
