/// Compiles a regular expression by recursive descent, straight into instructions.
struct PatternParser {
  private let text: String
  private let scalars: [Unicode.Scalar]
  private var offset = 0
  private var depth = 0

  private static let depthMax = 50
  private static let instructionsMax = 5000

  init(_ text: String) {
    self.text = text
    scalars = Array(text.unicodeScalars)
  }

  mutating func program() throws(SchemaError) -> [PatternInstruction] {
    let program = try alternatives()
    guard offset == scalars.count else { throw failure("`)` without `(`") }
    return program + [.match]
  }

  private func failure(_ problem: String) -> SchemaError {
    SchemaError(message: "Pattern `\(text)`: \(problem)")
  }

  private var next: Unicode.Scalar? { offset < scalars.count ? scalars[offset] : nil }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    offset += 1
    return true
  }

  private mutating func alternatives() throws(SchemaError) -> [PatternInstruction] {
    var result = try sequence()
    while take("|") {
      let other = try sequence()
      result =
        [.split(1, result.count + 2)] + result.shifted(by: 1)
        + [.jump(result.count + 2 + other.count)] + other.shifted(by: result.count + 2)
    }
    return result
  }

  private mutating func sequence() throws(SchemaError) -> [PatternInstruction] {
    var result: [PatternInstruction] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      let piece = try repeated(try atom())
      result += piece.shifted(by: result.count)
      guard result.count <= Self.instructionsMax else { throw failure("too long") }
    }
    return result
  }

  private mutating func atom() throws(SchemaError) -> [PatternInstruction] {
    guard let scalar = next else { throw failure("unexpected end") }
    offset += 1
    switch scalar {
    case "(": return try group()
    case "[": return [.scalars(try characterClass())]
    case ".": return [.scalars(.any)]
    case "^": return [.start]
    case "$": return [.end]
    case "\\": return [.scalars(try escape())]
    case "*", "+", "?": throw failure("nothing to repeat")
    default: return [.scalars(ScalarSet(ranges: [scalar...scalar]))]
    }
  }

  private mutating func group() throws(SchemaError) -> [PatternInstruction] {
    if take("?"), !take(":") { throw failure("`(?` is not supported") }
    guard depth < Self.depthMax else { throw failure("nested too deep") }
    depth += 1
    let result = try alternatives()
    depth -= 1
    guard take(")") else { throw failure("`(` without `)`") }
    return result
  }

  private mutating func repeated(
    _ piece: [PatternInstruction]
  ) throws(SchemaError) -> [PatternInstruction] {
    switch next {
    case "*":
      offset += 1
      return piece.repeatedAnyTimes
    case "+":
      offset += 1
      return piece + piece.repeatedAnyTimes.shifted(by: piece.count)
    case "?":
      offset += 1
      return piece.optional
    case "{":
      offset += 1
      return try counted(piece)
    default: return piece
    }
  }

  private mutating func counted(
    _ piece: [PatternInstruction]
  ) throws(SchemaError) -> [PatternInstruction] {
    guard let least = number() else { throw failure("`{` without a number") }
    var most: Int? = least
    if take(",") { most = number() }
    guard take("}"), most ?? least >= least else { throw failure("`{` without `}`") }
    guard max(least, most ?? 0) * (piece.count + 1) <= Self.instructionsMax else {
      throw failure("too many repetitions")
    }
    var result: [PatternInstruction] = []
    for _ in 0..<least { result += piece.shifted(by: result.count) }
    if let most {
      for _ in least..<most { result += piece.optional.shifted(by: result.count) }
    } else {
      result += piece.repeatedAnyTimes.shifted(by: result.count)
    }
    return result
  }

  private mutating func number() -> Int? {
    var digits = ""
    while let scalar = next, ("0"..."9").contains(scalar), digits.count < 5 {
      digits.unicodeScalars.append(scalar)
      offset += 1
    }
    return Int(digits)
  }

  private mutating func characterClass() throws(SchemaError) -> ScalarSet {
    var set = ScalarSet(ranges: [], isInverted: take("^"))
    while let scalar = next, scalar != "]" {
      offset += 1
      if scalar == "\\" {
        let escaped = try escape()
        guard !escaped.isInverted else { throw failure("opposites do not fit into `[]`") }
        set.ranges += escaped.ranges
        continue
      }
      guard next == "-", offset + 1 < scalars.count, scalars[offset + 1] != "]" else {
        set.ranges.append(scalar...scalar)
        continue
      }
      let last = scalars[offset + 1]
      guard scalar <= last else { throw failure("a range runs backwards") }
      offset += 2
      set.ranges.append(scalar...last)
    }
    guard take("]") else { throw failure("`[` without `]`") }
    return set
  }

  private mutating func escape() throws(SchemaError) -> ScalarSet {
    guard let scalar = next else { throw failure("`\\` at the end") }
    offset += 1
    switch scalar {
    case "d": return .digits
    case "w": return .words
    case "s": return .spaces
    case "D": return ScalarSet(ranges: ScalarSet.digits.ranges, isInverted: true)
    case "W": return ScalarSet(ranges: ScalarSet.words.ranges, isInverted: true)
    case "S": return ScalarSet(ranges: ScalarSet.spaces.ranges, isInverted: true)
    case "n": return ScalarSet(ranges: ["\n"..."\n"])
    case "t": return ScalarSet(ranges: ["\t"..."\t"])
    case "r": return ScalarSet(ranges: ["\r"..."\r"])
    case _ where scalar.isASCII && !ScalarSet.words.contains(scalar):
      return ScalarSet(ranges: [scalar...scalar])
    default: throw failure("`\\\(scalar)` is not supported")
    }
  }
}

extension [PatternInstruction] {
  /// The same instructions, `distance` further into a program.
  fileprivate func shifted(by distance: Int) -> [PatternInstruction] {
    map { instruction in
      switch instruction {
      case .jump(let target): .jump(target + distance)
      case .split(let first, let second): .split(first + distance, second + distance)
      default: instruction
      }
    }
  }

  fileprivate var optional: [PatternInstruction] { [.split(1, count + 1)] + shifted(by: 1) }

  fileprivate var repeatedAnyTimes: [PatternInstruction] {
    [.split(1, count + 2)] + shifted(by: 1) + [.jump(0)]
  }
}
