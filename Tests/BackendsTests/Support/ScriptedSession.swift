import Ports

/// A command that answers what a script says to each line it is sent.
actor ScriptedSession: ExecSession {
  private var output: [ExecOutput]
  private let answer: @Sendable (String) -> [ExecOutput]
  private let status: Int
  private var isOver: Bool
  private(set) var received: [String] = []
  private(set) var isCancelled = false

  /// A command that reads its input until that ends.
  init(status: Int = 0, answer: @escaping @Sendable (String) -> [ExecOutput]) {
    (self.output, self.answer, self.status, isOver) = ([], answer, status, false)
  }

  /// A command that ends by itself.
  init(_ output: [ExecOutput], status: Int = 0) {
    (self.output, answer, self.status, isOver) = (output, { _ in [] }, status, true)
  }

  func send(_ bytes: [UInt8]) async throws(ClusterError) {
    let text = String(decoding: bytes, as: UTF8.self)
    received.append(text)
    output += answer(text)
  }

  /// Silence from a command that nobody ended is a stream that was lost.
  func next() async throws(ClusterError) -> ExecOutput? {
    if !output.isEmpty { return output.removeFirst() }
    guard isOver else { throw ClusterError(.unreachable, "The connection was reset") }
    return nil
  }

  func exitStatus() async throws(ClusterError) -> Int { status }

  func closeInput() async throws(ClusterError) { isOver = true }

  func cancel() async { isCancelled = true }
}

extension ExecOutput {
  static func out(_ text: String) -> ExecOutput { .standardOutput(Array(text.utf8)) }
  static func error(_ text: String) -> ExecOutput { .standardError(Array(text.utf8)) }
}
