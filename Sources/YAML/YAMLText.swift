import Diagnostics

/// The bytes of a file as libyaml can take them.
struct YAMLText {
  /// As many bytes as the file has, and as many Unicode scalars: what YAML forbids is replaced, so
  /// that one stray character does not hide every other mistake.
  let bytes: [UInt8]
  /// The first byte after a byte order mark.
  let start: Int
  let forbidden: [SourceSpan]

  init(_ source: SourceFile) {
    var bytes = source.bytes
    start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var forbidden: [SourceSpan] = []
    var offset = start
    while offset < bytes.count {
      let length = Self.forbiddenLength(bytes, offset)
      if length > 0 {
        if forbidden.count < 10 { forbidden.append(source.span(ofBytes: offset..<offset + length)) }
        let replacement = Self.replacements[length - 1]
        bytes.replaceSubrange(offset..<offset + length, with: replacement)
      }
      offset += max(length, 1)
    }
    self.bytes = bytes
    self.forbidden = forbidden
  }

  /// Spaces of one, two and three bytes: U+0020, U+00A0, U+3000.
  private static let replacements: [[UInt8]] = [[0x20], [0xC2, 0xA0], [0xE3, 0x80, 0x80]]

  /// How many bytes the character at `offset` has if YAML forbids it, else 0: controls other than
  /// tab, line feed, carriage return and next line; U+FEFF within the text; U+FFFE and U+FFFF.
  private static func forbiddenLength(_ bytes: [UInt8], _ offset: Int) -> Int {
    func byte(_ distance: Int) -> UInt8 {
      offset + distance < bytes.count ? bytes[offset + distance] : 0
    }
    switch byte(0) {
    case 0x09, 0x0A, 0x0D: return 0
    case 0..<0x20, 0x7F: return 1
    case 0xC2: return (0x80...0x9F).contains(byte(1)) && byte(1) != 0x85 ? 2 : 0
    case 0xEF:
      let isMark = byte(1) == 0xBB && byte(2) == 0xBF
      let isNoncharacter = byte(1) == 0xBF && byte(2) >= 0xBE
      return isMark || isNoncharacter ? 3 : 0
    default: return 0
    }
  }

  /// Where reading can go on after a mistake: the next line at or after `place` that begins with
  /// `---`, but after the one that begins at `stretch`.
  func nextDocument(after stretch: Int, from place: Int) -> Int? {
    var offset = max(place, stretch + 1)
    while offset > 0, offset <= bytes.count, bytes[offset - 1] != UInt8(ascii: "\n") { offset -= 1 }
    while offset < bytes.count {
      if offset > stretch, isMarker(at: offset) { return offset }
      guard let end = bytes[offset...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
      offset = end + 1
    }
    return nil
  }

  private func isMarker(at offset: Int) -> Bool {
    guard bytes[offset...].starts(with: [0x2D, 0x2D, 0x2D]) else { return false }
    guard offset + 3 < bytes.count else { return true }
    return [0x20, 0x09, 0x0A, 0x0D].contains(bytes[offset + 3])
  }
}
