import Foundation
import RegexBuilder

/// A text that must not stand in the code of certain files.
struct Ban: Sendable {
  let text: String
  let reason: String
  let applies: @Sendable (SourceFile) -> Bool

  static let everywhere: [Ban] =
    [
      ("try!", "a failure has a caller to tell"), ("as!", "a wrong type is an error, not a crash"),
      ("fatalError(", "use preconditionFailure, with the values in its message"),
    ].map { Ban(text: $0.0, reason: $0.1, applies: { $0.isSwift }) }

  static let inSources: [Ban] =
    [
      ("Task {", "concurrency is structured: use a task group"),
      ("Task.detached", "concurrency is structured: use a task group"),
      ("addImmediateTask", "it leaves the executor it is given, and with it every simulation"),
    ].map { text, reason in
      Ban(text: text, reason: reason) { $0.isSource && $0.target != "oadp-plan" }
    }

  static let inCore: [Ban] =
    [
      ("Date(", "the instant is a parameter"), ("Date.now", "the instant is a parameter"),
      ("ContinuousClock", "the clock is a parameter"),
      ("SuspendingClock", "the clock is a parameter"),
      ("random(", "randomness is a parameter"), ("randomElement(", "randomness is a parameter"),
      ("shuffled(", "randomness is a parameter"),
      ("SystemRandomNumberGenerator", "randomness is a parameter"),
      ("unsafe ", "memory is an adapter's business"), ("getenv", "the environment is a parameter"),
      ("print(", "core returns text, the shell writes it"),
    ].map {
      Ban(text: $0.0, reason: $0.1) { $0.isSource && Layers.core.contains($0.target ?? "") }
    }

  /// The lines where it stands, as a word of its own. A generator that is passed in may be used.
  func findings(in file: SourceFile) -> [String] {
    guard applies(file), file.mentions(text) else { return [] }
    return file.code.enumerated().compactMap { index, line in
      guard line.containsWord(text), !line.contains("using: &") else { return nil }
      return file.finding(line: index, "`\(text)` is banned here: \(reason)")
    }
  }
}

extension String {
  /// Whether `text` occurs where no longer word ends: `print(` is not in `blueprint(`.
  func containsWord(_ text: String) -> Bool {
    let bytes = Array(utf8)
    let wanted = Array(text.utf8)
    guard bytes.count >= wanted.count else { return false }
    return (0...bytes.count - wanted.count).contains { start in
      bytes[start] == wanted[0] && bytes[start..<start + wanted.count].elementsEqual(wanted)
        && (start == 0 || !isWordByte(bytes[start - 1]))
    }
  }
}

private func isWordByte(_ byte: UInt8) -> Bool {
  switch byte {
  case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A, 0x80...: true
  default: false
  }
}

/// Habits of layout and wording, one function each; every one returns its findings in order.
enum Habits {
  static func tooLong(_ file: SourceFile) -> [String] {
    guard file.isSwift, !file.isWrittenByScript else { return [] }
    var findings = file.lines.enumerated().compactMap { index, line in
      line.utf8.count > 100 && line.count > 100
        ? file.finding(line: index, "\(line.count) columns, more than 100") : nil
    }
    if file.isSource, file.lines.count > 401 {
      findings.append(file.finding(line: 400, "More than 400 lines: give each idea a file"))
    }
    return findings
  }

  static func whiteSpace(_ file: SourceFile) -> [String] {
    guard file.isSwift || [".md", ".sh", ".yaml", ".json"].contains(where: file.path.hasSuffix),
      !file.path.contains("/Golden/")
    else { return [] }
    return file.lines.enumerated().compactMap { index, line in
      if file.isSwift, line.utf8.contains(0x09) { return file.finding(line: index, "Tab") }
      guard line.utf8.last == 0x20 || line.utf8.last == 0x09 else { return nil }
      return file.finding(line: index, "White space at the end")
    }
  }

  static func openEnds(_ file: SourceFile) -> [String] {
    guard file.isSwift, file.target != "TidyTests",
      ["TODO", "FIXME", "XXX"].contains(where: file.mentions)
    else { return [] }
    return file.lines.enumerated().compactMap { index, line in
      let word = ["TODO", "FIXME", "XXX"].first { line.containsWord($0) }
      return word.map { file.finding(line: index, "`\($0)`: finish it, or open an issue") }
    }
  }

  /// An unchecked claim needs its argument: a few lines above it, or at the top of its body.
  static func unargued(_ file: SourceFile) -> [String] {
    guard file.mentions("@unchecked Sendable") || file.mentions("nonisolated(unsafe)") else {
      return []
    }
    return file.code.enumerated().compactMap { index, line in
      let claim = ["@unchecked Sendable", "nonisolated(unsafe)"].first { line.contains($0) }
      guard let claim else { return nil }
      let near = file.lines[max(0, index - 8)...min(index + 3, file.lines.count - 1)]
      guard !near.contains(where: { $0.contains("Safety:") }) else { return nil }
      return file.finding(line: index, "`\(claim)` without a `// Safety:` sentence")
    }
  }

  static func generatedHeader(_ file: SourceFile) -> [String] {
    guard file.isSource, file.isSwift, let first = file.lines.first else { return [] }
    guard first == "//" || first.hasPrefix("//  ") || first.isEmpty else { return [] }
    return [file.finding(line: 0, "Begins with a generated header, or with nothing")]
  }

  /// A path of somebody's machine works nowhere else.
  static func machinePaths(_ file: SourceFile) -> [String] {
    guard file.target != "TidyTests", file.mentions("/work/") || file.mentions("/root/") else {
      return []
    }
    return file.lines.enumerated().compactMap { index, line in
      let path = ["/work/", "/root/"].first { path in
        line.range(of: path).map { range in
          line[..<range.lowerBound].last.map { !$0.isLetter && !$0.isNumber && $0 != "." } ?? true
        } ?? false
      }
      return path.map { file.finding(line: index, "Path of one machine: `\($0)`") }
    }
  }

  /// `Documents.Documents` could never be told from its module.
  static func moduleNames(_ file: SourceFile) -> [String] {
    guard file.isSource, let target = file.target, file.mentions(" \(target)") else { return [] }
    return file.code.enumerated().compactMap { index, line in
      let type = line.prefixMatch(of: typeDeclaration)
      guard let name = type?.output.1, name == target else { return nil }
      return file.finding(line: index, "Type `\(name)` is named as its module")
    }
  }

  /// Computed, because a `Regex` may not be shared between threads.
  private static var typeDeclaration: Regex<(Substring, Substring)> {
    let attributes = /(?:@\w+\s+)*(?:(?:public|package|final|indirect)\s+)*/
    return Regex {
      attributes
      /(?:struct|class|enum|actor|protocol|typealias)\s+(\w+)/
    }
  }

  static let all: [@Sendable (SourceFile) -> [String]] = [
    tooLong, whiteSpace, openEnds, unargued, generatedHeader, machinePaths, moduleNames,
  ]
}
