import ArgumentParser
import Execution
import FoundationEssentials

/// `-o FORMAT` or `-o FORMAT=FILE`.
struct Output<Format: RawRepresentable & CaseIterable & Sendable>: ExpressibleByArgument, Sendable
where Format.RawValue == String {
  let format: Format
  let path: String?

  init(_ format: Format, path: String? = nil) {
    self.format = format
    self.path = path
  }

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
    guard let format = parts.first.flatMap(Format.init(rawValue:)) else { return nil }
    self.init(format, path: parts.count > 1 ? parts[1] : nil)
  }

  static var allValueStrings: [String] { Format.allCases.map(\.rawValue) }

  func write(_ text: String, _ console: Console) throws(CommandFailure) {
    guard let path else { return console.write(text) }
    do {
      try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw CommandFailure(.failed, "`\(path)` cannot be written")
    }
  }
}
