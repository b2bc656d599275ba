import FoundationEssentials
import Glibc

/// Where a command writes: data to standard output, talk to standard error.
struct Console: Sendable {
  static let standard = Console(isColoured: isColourWanted)

  let isColoured: Bool

  /// Colour is for a terminal that can show it and a person who did not say no (no-color.org).
  static var isColourWanted: Bool {
    let environment = ProcessInfo.processInfo.environment
    return isatty(STDOUT_FILENO) == 1 && environment["NO_COLOR", default: ""].isEmpty
      && environment["TERM"] != "dumb"
  }

  var isInputTerminal: Bool { isatty(STDIN_FILENO) == 1 }

  /// Writes data. A reader that went away is no error of ours (`oadp-plan log | head`).
  func write(_ text: String) { Self.write(text, to: STDOUT_FILENO) }

  /// Says something to the person or log that watches.
  func talk(_ text: String) { Self.write(text, to: STDERR_FILENO) }

  private static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      // Safety: the buffer is valid for the call and is only read.
      let count = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }
}
