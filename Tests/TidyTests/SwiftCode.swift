/// A Swift file's text with comments and string literals blanked, so that a rule about calls does
/// not fire on a word in a sentence. Line breaks stay where they are.
struct SwiftCode {
  private let source: [UInt8]
  private var position = 0
  private var code: [UInt8] = []

  /// The code that is left, line by line.
  static func lines(of text: String) -> [String] {
    var reader = SwiftCode(source: Array(text.utf8))
    reader.readCode(untilParenthesis: false)
    return String(decoding: reader.code, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private init(source: [UInt8]) { self.source = source }

  /// The byte that lies `distance` ahead; zero behind the end.
  private func peek(_ distance: Int = 0) -> UInt8 {
    position + distance < source.count ? source[position + distance] : 0
  }

  private func isAhead(_ byte: UInt8, times: Int, from distance: Int = 0) -> Bool {
    for step in 0..<times where peek(distance + step) != byte { return false }
    return true
  }

  private mutating func keep() {
    code.append(source[position])
    position += 1
  }

  private mutating func blank(_ count: Int = 1) {
    for byte in source[position..<min(position + count, source.count)] {
      code.append(byte == newline ? newline : space)
    }
    position = min(position + count, source.count)
  }

  /// - Parameter untilParenthesis: inside of an interpolation: stop behind its closing one.
  private mutating func readCode(untilParenthesis: Bool) {
    var open = 0
    while position < source.count {
      if peek() == slash, peek(1) == slash {
        while position < source.count, source[position] != newline { blank() }
      } else if peek() == slash, peek(1) == star {
        blankBlockComment()
      } else if source[position] == quote || source[position] == hash, let hashes = rawHashes() {
        blankString(hashes: hashes)
      } else {
        if untilParenthesis, source[position] == UInt8(ascii: "(") { open += 1 }
        if untilParenthesis, source[position] == UInt8(ascii: ")") { open -= 1 }
        keep()
        if untilParenthesis, open == 0 { return }
      }
    }
  }

  private mutating func blankBlockComment() {
    var depth = 0
    repeat {
      if peek() == slash, peek(1) == star {
        depth += 1
        blank(2)
      } else if peek() == star, peek(1) == slash {
        depth -= 1
        blank(2)
      } else {
        blank()
      }
    } while depth > 0 && position < source.count
  }

  /// How many `#` come before the quote here; `nil` where no string literal begins.
  private func rawHashes() -> Int? {
    var hashes = 0
    while peek(hashes) == hash { hashes += 1 }
    return peek(hashes) == quote ? hashes : nil
  }

  private mutating func blankString(hashes: Int) {
    blank(hashes)
    let quotes = isAhead(quote, times: 3) ? 3 : 1
    blank(quotes)
    while position < source.count {
      let isClosing =
        isAhead(quote, times: quotes) && isAhead(hash, times: hashes, from: quotes)
      if isClosing { return blank(quotes + hashes) }
      if peek() == backslash, isAhead(hash, times: hashes, from: 1) {
        let isInterpolation = peek(1 + hashes) == UInt8(ascii: "(")
        blank(1 + hashes)
        if isInterpolation { readCode(untilParenthesis: true) } else { blank() }
      } else if quotes == 1, peek() == newline {
        return
      } else {
        blank()
      }
    }
  }
}

private let newline = UInt8(ascii: "\n")
private let space = UInt8(ascii: " ")
private let quote = UInt8(ascii: "\"")
private let hash = UInt8(ascii: "#")
private let slash = UInt8(ascii: "/")
private let star = UInt8(ascii: "*")
private let backslash = UInt8(ascii: "\\")
