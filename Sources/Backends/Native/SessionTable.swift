import Execution
import Planning
import Ports

/// The sessions that this runner holds open. They die with it, which is what makes them safe.
actor SessionTable {
  private var sessions: [String: HookSession] = [:]

  func add(_ session: HookSession, named name: String) {
    sessions[name] = session
  }

  func session(named name: String) -> HookSession? { sessions[name] }

  func remove(_ name: String) -> HookSession? { sessions.removeValue(forKey: name) }
}

/// One command whose standard input stays open, read line by line.
actor HookSession {
  private let stream: any ExecSession
  private var pending: [UInt8] = []
  private var errors: [UInt8] = []
  /// More than this of unread output is a command that talks without being asked.
  private static let bytesMax = 1 << 20

  init(stream: any ExecSession) { self.stream = stream }

  /// Sends text and waits for a line that matches `expect`; without one, does not wait.
  ///
  /// - Returns: The match's groups, the whole match first.
  func ask(
    _ text: String, expecting expect: String?
  ) async throws(ActionFailure) -> [String] {
    let regex: Regex<AnyRegexOutput>?
    do { regex = try expect.map { try Regex($0) } } catch {
      throw ActionFailure(.permanent, "`\(expect ?? "")` is no regular expression")
    }
    do { try await stream.send(Array((text + "\n").utf8)) } catch { throw ended(error.message) }
    guard let regex else { return [] }
    while let line = try await nextLine() {
      if let match = try? regex.prefixMatch(in: line) {
        return match.output.map { $0.substring.map(String.init) ?? "" }
      }
    }
    throw ended("its command ended")
  }

  /// Ends the input and waits for the command's end.
  func close() async throws(ActionFailure) -> Int {
    do {
      try await stream.closeInput()
      while try await stream.next() != nil {}
      return try await stream.exitStatus()
    } catch {
      throw ActionFailure(.transient, "The session's end was not seen: \(error.message)")
    }
  }

  func cancel() async { await stream.cancel() }

  private func nextLine() async throws(ActionFailure) -> String? {
    while true {
      if let end = pending.firstIndex(of: 0x0A) {
        let line = String(decoding: pending[..<end], as: UTF8.self)
        pending.removeSubrange(...end)
        return line
      }
      let output: ExecOutput?
      do { output = try await stream.next() } catch { throw ended(error.message) }
      switch output {
      case nil: return nil
      case .standardOutput(let bytes): pending += bytes
      case .standardError(let bytes): errors = Array((errors + bytes).suffix(4096))
      }
      guard pending.count <= Self.bytesMax else {
        throw ActionFailure(.permanent, "The session wrote over \(Self.bytesMax) bytes in one line")
      }
    }
  }

  private func ended(_ why: String) -> ActionFailure {
    let said = String(decoding: errors, as: UTF8.self).split(separator: "\n").suffix(5)
    return ActionFailure(
      .permanent, "The session was lost: \(why)", evidence: said.map(String.init))
  }
}
