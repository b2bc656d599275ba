import Documents
import Glibc
import Synchronization

/// How far a transfer is, said again and again while it lasts: on a terminal one line that changes,
/// in a log a new line every few seconds, or JSON in restic's words.
///
/// The lines are signs of life, too: whoever waits for a mover gives it up after some minutes
/// without a new one.
final class TransferStatus: Sendable {
  struct Figures: Sendable {
    var bytesDone: UInt64
    /// What `bytesDone` is going to be, if that is known.
    var bytesExpected: UInt64?
    /// What was read for it, where that is something else.
    var bytesRead: UInt64?
    var filesDone: UInt64?
  }

  private enum Form { case json, terminal, lines }

  private struct State {
    var saidAt: ContinuousClock.Instant
    var isLineOpen = false
  }

  private let form: Form
  private let began = ContinuousClock().now
  private let state: Mutex<State>

  init(json: Bool) {
    form = json ? .json : isatty(STDERR_FILENO) == 1 ? .terminal : .lines
    state = Mutex(State(saidAt: began))
  }

  private var interval: Duration {
    switch form {
    case .json: .seconds(4)
    case .terminal: .milliseconds(200)
    case .lines: .seconds(15)
    }
  }

  /// Says how far it is, unless that was said a moment ago.
  func say(_ figures: Figures) {
    let now = ContinuousClock().now
    state.withLock { state in
      guard state.saidAt.duration(to: now) >= interval else { return }
      state.saidAt = now
      switch form {
      case .json: Console.standard.write(CanonicalJSON.string(figures.json) + "\n")
      case .lines: Console.standard.talk(figures.text(after: began.duration(to: now)) + "\n")
      case .terminal:
        state.isLineOpen = true
        // Back to the line's start, and what is left of a longer one is cleared.
        Console.standard.talk("\r\(figures.text(after: began.duration(to: now)))\u{1B}[K")
      }
    }
  }

  /// Clears the line that changes. Call it before anything else is said.
  func end() {
    state.withLock { state in
      if state.isLineOpen { Console.standard.talk("\r\u{1B}[K") }
      state.isLineOpen = false
    }
  }
}

extension TransferStatus.Figures {
  fileprivate var json: JSONValue {
    var line: JSONValue = ["message_type": "status", "bytes_done": number(bytesDone)]
    if let bytesExpected {
      line["total_bytes"] = number(bytesExpected)
      if bytesExpected > 0 { line["percent_done"] = .number(fraction(of: bytesExpected)) }
    }
    if let bytesRead { line["bytes_read"] = number(bytesRead) }
    if let filesDone { line["files_done"] = number(filesDone) }
    return line
  }

  private func number(_ count: UInt64) -> JSONValue { .integer(Int64(clamping: count)) }

  private func fraction(of expected: UInt64) -> Double {
    min(1, Double(bytesDone) / Double(expected))
  }

  /// `12.4 GiB of 40.0 GiB · 31% · 512.0 MiB/s · 55s left`
  func text(after duration: Duration) -> String {
    let seconds = max(0.001, duration / .seconds(1))
    let rate = Double(bytesDone) / seconds
    let perSecond = "\(HumanUnits.bytes(Int64(rate)))/s"
    guard let expected = bytesExpected, expected > 0 else {
      return "\(HumanUnits.bytes(Int64(clamping: bytesDone))) · \(perSecond)"
    }
    var parts = [
      "\(HumanUnits.bytes(Int64(clamping: bytesDone))) of"
        + " \(HumanUnits.bytes(Int64(clamping: expected)))",
      "\(Int(fraction(of: expected) * 100))%", perSecond,
    ]
    if rate > 0, expected > bytesDone {
      parts.append(
        HumanUnits.duration(.seconds(Double(expected - bytesDone) / rate)) + " left")
    }
    return parts.joined(separator: " · ")
  }
}
