/// A regular expression that matches in time linear in the text, whoever wrote either.
///
/// Knows what schemas use of ECMAScript's: literals, `.`, classes `[a-z]` and `[^a-z]`, `\d`, `\w`,
/// `\s` and their opposites, escaped punctuation, groups, `|`, `*`, `+`, `?`, `{m}`, `{m,}`,
/// `{m,n}`, `^` and `$`. Back references and look-around are refused.
public struct Pattern: Sendable, Hashable {
  public let text: String
  let program: [PatternInstruction]

  public init(_ text: String) throws(SchemaError) {
    self.text = text
    var parser = PatternParser(text)
    program = try parser.program()
  }

  /// Whether the pattern matches somewhere in `input`.
  ///
  /// - Complexity: O(*n* × *m*) in the lengths of input and pattern.
  public func matches(_ input: String) -> Bool {
    let scalars = Array(input.unicodeScalars)
    var current = PatternThreads(program: program)
    var next = PatternThreads(program: program)
    for position in 0...scalars.count {
      current.add(0, at: position, of: scalars.count)
      if current.hasMatched { return true }
      guard position < scalars.count else { break }
      next.removeAll()
      for index in current.list {
        if case .scalars(let set) = program[index], set.contains(scalars[position]) {
          next.add(index + 1, at: position + 1, of: scalars.count)
        }
      }
      if next.hasMatched { return true }
      swap(&current, &next)
    }
    return false
  }
}

enum PatternInstruction: Sendable, Hashable {
  case scalars(ScalarSet)
  case start
  case end
  case jump(Int)
  case split(Int, Int)
  case match
}

/// The places of a program that are reached at one position of the input, each once.
private struct PatternThreads {
  let program: [PatternInstruction]
  private(set) var list: [Int] = []
  private(set) var hasMatched = false
  private var isReached: [Bool]

  init(program: [PatternInstruction]) {
    self.program = program
    isReached = Array(repeating: false, count: program.count)
  }

  mutating func removeAll() {
    list.removeAll(keepingCapacity: true)
    for index in isReached.indices { isReached[index] = false }
    hasMatched = false
  }

  mutating func add(_ index: Int, at position: Int, of count: Int) {
    var pending = [index]
    while let index = pending.popLast() {
      if isReached[index] { continue }
      isReached[index] = true
      switch program[index] {
      case .scalars: list.append(index)
      case .start: if position == 0 { pending.append(index + 1) }
      case .end: if position == count { pending.append(index + 1) }
      case .jump(let target): pending.append(target)
      case .split(let first, let second): pending += [second, first]
      case .match: hasMatched = true
      }
    }
  }
}

/// A set of Unicode scalars: some ranges, or all but them.
struct ScalarSet: Sendable, Hashable {
  var ranges: [ClosedRange<Unicode.Scalar>]
  var isInverted = false

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    ranges.contains { $0.contains(scalar) } != isInverted
  }

  static let digits = ScalarSet(ranges: ["0"..."9"])
  static let words = ScalarSet(ranges: ["0"..."9", "A"..."Z", "_"..."_", "a"..."z"])
  static let spaces = ScalarSet(ranges: ["\t"..."\r", " "..." ", "\u{A0}"..."\u{A0}"])
  static let any = ScalarSet(ranges: ["\n"..."\n", "\r"..."\r"], isInverted: true)
}
