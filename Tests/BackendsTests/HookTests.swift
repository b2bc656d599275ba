import ClusterModel
import Documents
import Execution
import Planning
import Ports
import Testing

@testable import Backends

@Suite("Hooks") struct HookTests {
  static let pod = ExecutionTarget.pod(namespace: "shop", name: "pg-0", container: "main")
  static let open = Action.openSession(
    OpenSession(session: "s", target: pod, command: ["psql"], openMaxSeconds: 60))
  static let close = Action.closeSession(CloseSession(session: "s"))

  static func step(
    _ expect: String?, capture: RunSessionStep.Capture? = nil
  ) -> Action {
    .runSessionStep(
      RunSessionStep(
        session: "s", step: "stop", send: "SELECT stop();", expect: expect, capture: capture))
  }

  static func scene(_ session: ScriptedSession) async throws -> Scene {
    let scene = try await Scene()
    await scene.cluster.setExec { _, _ in session }
    return scene
  }

  @Test("a step waits for the line that matches and keeps its group")
  func matching() async throws {
    let session = ScriptedSession { _ in
      [.out("NOTICE\nlab"), .error("warning\n"), .out("el:U1RBUlQ=\nmore\n")]
    }
    let scene = try await Self.scene(session)
    try await scene.perform(Self.open)
    let result = try await scene.perform(
      Self.step(
        "label:(\\S+)",
        capture: RunSessionStep.Capture(artifact: "backup_label", group: 1, isBase64: true)))
    #expect(
      result == [
        "at": "2026-11-22T02:00:00Z", "answeredAt": "2026-11-22T02:00:00Z",
        "artifact": "backup_label", "base64": "U1RBUlQ=",
      ])
    #expect(await session.received == ["SELECT stop();\n"])
  }

  @Test("a capture that is plain text is kept in base64")
  func plainCapture() async throws {
    let scene = try await Self.scene(ScriptedSession { _ in [.out("0/3000028\n")] })
    try await scene.perform(Self.open)
    let result = try await scene.perform(
      Self.step(
        "[0-9A-F/]+", capture: RunSessionStep.Capture(artifact: "lsn", group: 0, isBase64: false)))
    #expect(result["base64"] == "MC8zMDAwMDI4")
  }

  @Test(
    "a capture of nothing, of no base64 or of no group fails",
    arguments: [
      ("label:(.*)", 1, "label:\n", "Step `stop` captured nothing that can be decoded"),
      ("label:(.*)", 1, "label:?!\n", "Step `stop` captured nothing that can be decoded"),
      ("label:.*", 1, "label:x\n", "Step `stop` captures group 1, which its `expect` lacks"),
    ])
  func badCapture(expect: String, group: Int, output: String, message: String) async throws {
    let scene = try await Self.scene(ScriptedSession { _ in [.out(output)] })
    try await scene.perform(Self.open)
    let capture = RunSessionStep.Capture(artifact: "label", group: group, isBase64: true)
    #expect(await scene.failure(Self.step(expect, capture: capture))?.message == message)
  }

  @Test("a lost stream fails and tells what the command complained about")
  func lostStream() async throws {
    let scene = try await Self.scene(
      ScriptedSession { _ in [.out("half a li"), .error("FATAL: terminating\nbye\n")] })
    try await scene.perform(Self.open)
    #expect(
      await scene.failure(Self.step("ready"))
        == ActionFailure(
          .permanent, "The session was lost: The connection was reset",
          evidence: ["FATAL: terminating", "bye"]))
  }

  @Test("a command that ends without the answer is a lost session, half a line no answer")
  func endedCommand() async throws {
    let scene = try await Self.scene(ScriptedSession([.out("ready"), .error("exit\n")]))
    try await scene.perform(Self.open)
    #expect(
      await scene.failure(Self.step("ready"))
        == ActionFailure(
          .permanent, "The session was lost: its command ended", evidence: ["exit"]))
  }

  @Test("a line without end does not fill the memory")
  func endlessLine() async throws {
    let chunk = String(repeating: "x", count: 1 << 18)
    let scene = try await Self.scene(
      ScriptedSession { _ in (0..<8).map { _ in .out(chunk) } })
    try await scene.perform(Self.open)
    #expect(
      await scene.failure(Self.step("ready"))?.message
        == "The session wrote over 1048576 bytes in one line")
  }

  @Test("steps of a session that this runner does not hold fail; closing it succeeds")
  func foreignSession() async throws {
    let scene = try await Self.scene(ScriptedSession { _ in [] })
    #expect(await scene.failure(Self.step("x"))?.message == "Session `s` is not open")
    #expect(try await scene.perform(Self.close)["exitCode"] == nil)
  }

  @Test("closing a session ends its input and keeps the exit code")
  func closing() async throws {
    let scene = try await Self.scene(ScriptedSession(status: 3) { _ in [] })
    try await scene.perform(Self.open)
    #expect(try await scene.perform(Self.close)["exitCode"] == 3)
    #expect(await scene.failure(Self.step("x"))?.message == "Session `s` is not open")
  }

  // MARK: Commands

  static func execute(
    _ command: [String], expecting: String? = nil, tolerating: [String] = [],
    retrySeconds: Int? = nil, probe: [String]? = nil, deadman: ExecuteCommand.Deadman? = nil
  ) -> Action {
    .execute(
      ExecuteCommand(
        purpose: "freeze", target: pod, command: command, expectedOutput: expecting,
        toleratedOutputs: tolerating, retrySeconds: retrySeconds, probe: probe, deadman: deadman))
  }

  /// Commands by their first word: `false` fails, `say` tells the rest, `complain` does both.
  static func commands() async throws -> Scene {
    let scene = try await Scene()
    await scene.cluster.setExec { command, _ in
      let rest = command.dropFirst().joined(separator: " ") + "\n"
      return switch command[0] {
      case "say": ScriptedSession([.out(rest)])
      case "sh": ScriptedSession([.error("oadp-plan: no timer\n")], status: 1)
      case "complain": ScriptedSession([.error(rest)], status: 1)
      default: ScriptedSession([.error("cannot\n")], status: 1)
      }
    }
    return scene
  }

  @Test("a command is judged by its exit code and its trimmed output")
  func judging() async throws {
    let scene = try await Self.commands()
    let result = try await scene.perform(Self.execute(["say", "42 "], expecting: "42"))
    #expect(result["output"] == "42")
    #expect(
      await scene.failure(Self.execute(["say", "41"], expecting: "42"))?.message
        == "freeze answered `41`, expected `42`")
    #expect(
      await scene.failure(Self.execute(["complain", "no", "space"]))
        == ActionFailure(.permanent, "freeze failed with exit code 1", evidence: ["no space"]))
    try await scene.perform(
      Self.execute(["complain", "Invalid argument"], tolerating: ["Invalid argument"]))
  }

  @Test("a command that is tried again ends with its last failure before the deadline")
  func retrying() async throws {
    let scene = try await Self.commands()
    let failure = await scene.failure(
      Self.execute(["say", "41"], expecting: "42", retrySeconds: 10))
    #expect(failure?.message == "freeze answered `41`, expected `42`")
    #expect(scene.time.now.description == "2026-11-22T02:01:50Z")
  }

  @Test("a probe that fails takes the command's success away")
  func probing() async throws {
    let scene = try await Self.commands()
    let failure = await scene.failure(Self.execute(["say", "ok"], probe: ["false"]))
    #expect(failure?.message == "The probe after freeze failed with exit code 1")
  }

  @Test("nothing is frozen where the timer that thaws cannot be armed")
  func unarmed() async throws {
    let scene = try await Self.commands()
    let deadman = ExecuteCommand.Deadman(command: ["thaw"], afterSeconds: 60, marker: "/tmp/m")
    let failure = await scene.failure(Self.execute(["say", "frozen"], deadman: deadman))
    #expect(
      failure?.message
        == "The timer that thaws on its own could not be armed, so nothing was frozen")
  }
}
