import Documents

/// One line of a journal: canonical JSON with the checksum of all the rest as its last member.
enum JournalLine {
  private static let suffixLength = #","sum":"00000000"}"#.utf8.count

  /// Writes an object as a line, with its line feed.
  ///
  /// - Precondition: Every member's name sorts before `sum`, so that the checksum comes last.
  static func bytes(_ members: [(name: String, value: JSONValue)]) -> [UInt8] {
    var bytes = CanonicalJSON.bytes(sortedMembers: members.sorted { $0.name < $1.name })
    let sum = text(of: Checksum.of(bytes))
    bytes.removeLast()
    bytes.append(contentsOf: #","sum":"\#(sum)"}"#.utf8)
    bytes.append(0x0A)
    return bytes
  }

  /// Reads a line without its line feed; the answer has no `sum`.
  static func parse(_ line: ArraySlice<UInt8>) throws(IllegalLine) -> JSONValue {
    guard line.count > suffixLength else { throw IllegalLine("is too short to be a record") }
    let body = Array(line.dropLast(suffixLength)) + [UInt8(ascii: "}")]
    let expected = #","sum":"\#(text(of: Checksum.of(body)))"}"#.utf8
    guard line.suffix(suffixLength).elementsEqual(expected) else {
      throw IllegalLine("does not match its checksum")
    }
    do {
      return try JSONValue(parsing: body)
    } catch {
      throw IllegalLine("is not JSON: \(error)")
    }
  }

  private static func text(of sum: UInt32) -> String {
    let digits = String(sum, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}

/// Why a line is no journal record: the rest of a sentence that begins with the line.
struct IllegalLine: Error {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}
