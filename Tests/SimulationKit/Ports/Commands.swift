import ClusterModel
import Documents
import Ports
import RunTesting
import SimulatedCluster

/// A command that has ended already.
actor FinishedCommand: ExecSession {
  private var output: [ExecOutput]
  private let status: Int

  init(output: [ExecOutput], status: Int) {
    self.output = output
    self.status = status
  }

  func send(_ bytes: [UInt8]) async throws(ClusterError) {}
  func next() async throws(ClusterError) -> ExecOutput? {
    output.isEmpty ? nil : output.removeFirst()
  }
  func exitStatus() async throws(ClusterError) -> Int { status }
  func closeInput() async throws(ClusterError) {}
  func cancel() async {}
}

/// A command that never ends.
struct HangingCommand: ExecSession {
  let clock: ProcessClock

  func send(_ bytes: [UInt8]) async throws(ClusterError) {}
  func next() async throws(ClusterError) -> ExecOutput? {
    // Its connection goes with the process at the other end.
    while !clock.process.isDead {
      do { try await clock.sleep(for: .seconds(5)) } catch {
        throw ClusterError(.cancelled, "Given up")
      }
    }
    throw ClusterError(.cancelled, "Given up")
  }
  func exitStatus() async throws(ClusterError) -> Int { 1 }
  func closeInput() async throws(ClusterError) {}
  func cancel() async {}
}

/// A database's session over exec: one line in, one line out.
actor SimulatedSession: ExecSession {
  private let process: SimulatedProcess
  private let number: Int
  private let container: ContainerReference
  private var pending: [ExecOutput] = []
  private var isOver = false

  init(process: SimulatedProcess, number: Int, container: ContainerReference) {
    self.process = process
    self.number = number
    self.container = container
  }

  func send(_ bytes: [UInt8]) async throws(ClusterError) {
    let text = String(decoding: bytes, as: UTF8.self)
    let (session, namespace) = (number, container.namespace)
    let answer = try await call("session: send") { state throws(ClusterError) in
      try state.answer(text, in: session, of: namespace)
    }
    pending.append(.standardOutput(Array((answer + "\n").utf8)))
  }

  func next() async throws(ClusterError) -> ExecOutput? {
    if !pending.isEmpty { return pending.removeFirst() }
    guard !isOver else { return nil }
    throw ClusterError(.unreachable, "The connection was reset")
  }

  func exitStatus() async throws(ClusterError) -> Int { 0 }

  func closeInput() async throws(ClusterError) {
    let (session, namespace) = (number, container.namespace)
    try await call("session: close") { state throws(ClusterError) in
      state.applications[namespace]?.loseSession(session)
    }
    isOver = true
  }

  func cancel() async {
    let (session, namespace) = (number, container.namespace)
    process.world.at(process.clock.wall) { $0.applications[namespace]?.loseSession(session) }
  }

  private func call<Value: Sendable>(
    _ what: String, _ body: (inout WorldState) throws(ClusterError) -> Value
  ) async throws(ClusterError) -> Value {
    try await process.call(
      what, failing: { _ in ClusterError(.unreachable, "The connection was lost") },
      cancelled: ClusterError(.cancelled, "Given up"), body)
  }
}

extension World {
  /// The connections of a process that died are closed by the other side.
  func loseSessions(of process: String, at now: Timestamp) {
    at(now) { state in
      for name in state.applications.keys { state.applications[name]!.loseSessions(of: process) }
    }
  }
}

extension WorldState {
  private func isReady(_ container: ContainerReference) -> Bool {
    let pod = cluster.object("pods", namespace: container.namespace, name: container.pod)
    let conditions = pod?["status", "conditions"]?.arrayValue ?? []
    return conditions.contains { $0["type"] == "Ready" && $0["status"] == "True" }
      && pod?["metadata", "deletionTimestamp"] == nil
  }

  private func check(_ container: ContainerReference) throws(ClusterError) {
    guard isReady(container), container.container ?? "db" == "db" else {
      throw ClusterError(.badRequest, "container not found (\"\(container.container ?? "")\")")
    }
  }

  mutating func openSession(
    in container: ContainerReference, of process: String
  ) throws(ClusterError) -> Int {
    try check(container)
    sessionsMade += 1
    applications[container.namespace]?.sessions[sessionsMade] = process
    return sessionsMade
  }

  mutating func answer(
    _ text: String, in session: Int, of namespace: String
  ) throws(ClusterError) -> String {
    guard applications[namespace]?.sessions[session] != nil else {
      throw ClusterError(.unreachable, "The session was lost")
    }
    if text.contains("begin") {
      applications[namespace]!.beginBackup(session, at: now)
      return "BEGUN"
    }
    return applications[namespace]!.endBackup(session, at: now) ? "ENDED bGFiZWw=" : "ERROR"
  }

  /// Runs a command of a hook, a check or a timer's keeper.
  ///
  /// - Returns: `nil` where it never ends.
  mutating func execute(
    _ command: [String], in container: ContainerReference
  ) throws(ClusterError) -> (output: [ExecOutput], status: Int)? {
    try check(container)
    let namespace = container.namespace
    guard applications[namespace] != nil else { return ([], 127) }
    let isOfHook = ["freeze", "thaw", "hook", "check"].contains(command.first)
    if isOfHook, applications[namespace]!.commandsToHang > 0 {
      applications[namespace]!.commandsToHang -= 1
      return nil
    }
    switch command.first {
    case "sh" where command.count > 6 && command[3] == "deadman":
      applications[namespace]!.arm(command[4], after: Int(command[5]) ?? 1, at: now)
      return try execute(Array(command.dropFirst(7 + (Int(command[6]) ?? 0))), in: container)
    case "rm": applications[namespace]!.disarm(command.last ?? "")
    case "test":
      return ([], applications[namespace]!.markers[command.last ?? ""] == nil ? 1 : 0)
    case "freeze": applications[namespace]!.freeze(at: now)
    case "thaw":
      if applications[namespace]!.thawsToFail > 0 {
        applications[namespace]!.thawsToFail -= 1
        return ([.standardError(Array("device busy\n".utf8))], 1)
      }
      guard applications[namespace]!.isFrozen else {
        return ([.standardError(Array("Invalid argument\n".utf8))], 1)
      }
      applications[namespace]!.thaw(at: now)
    case "probe":
      return ([], applications[namespace]!.isFrozen ? 1 : 0)
    case "hook", "check":
      checkHook(command, in: container)
      applications[namespace]!.hooksRun.append(command.joined(separator: " "))
      return ([.standardOutput(Array("t\n".utf8))], 0)
    default: return ([.standardError(Array("not found\n".utf8))], 127)
    }
    return ([], 0)
  }
}
