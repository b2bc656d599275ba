import Execution

/// Ends a command: why, what to do about it, and the exit code that says so to a pipeline.
struct CommandFailure: Error {
  var exit: ExitCode
  /// `nil` where everything was said already.
  var message: String?
  var hint: String?

  init(_ exit: ExitCode, _ message: String? = nil, hint: String? = nil) {
    self.exit = exit
    self.message = message
    self.hint = hint
  }

  var text: String {
    var text = message.map { "error: \($0)\n" } ?? ""
    if let hint { text += "hint: \(hint)\n" }
    return text
  }
}
