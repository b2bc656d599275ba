/// The head of one HTTP/1.1 request.
struct HTTPRequest: Sendable {
  var method: String
  /// As sent: path and query, percent-encoded.
  var target: String
  /// Names in lower case.
  var headers: [(name: String, value: String)]
  var isHTTP10: Bool

  /// All values of a header, joined with commas; empty where there is none.
  subscript(header: String) -> String {
    headers.filter { $0.name == header }.map(\.value).joined(separator: ", ")
  }

  /// Whether a header that lists words has this one.
  func header(_ name: String, lists word: String) -> Bool {
    self[name].split(separator: ",").contains {
      $0.trimmed.lowercased() == word
    }
  }

  var keepsAlive: Bool { !isHTTP10 && !header("connection", lists: "close") }

  /// Reads a head without its last, empty line; `nil` where it is none.
  init?(head: ArraySlice<UInt8>) {
    guard let text = String(validating: head, as: UTF8.self) else { return nil }
    var lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
    guard !lines.isEmpty else { return nil }
    let words = lines.removeFirst().split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 3, words[1].hasPrefix("/"),
      words[2] == "HTTP/1.1" || words[2] == "HTTP/1.0"
    else { return nil }
    method = String(words[0])
    target = String(words[1])
    isHTTP10 = words[2] == "HTTP/1.0"
    headers = []
    for line in lines {
      guard let colon = line.firstIndex(of: ":"), colon > line.startIndex,
        !line[..<colon].contains(" ")
      else { return nil }
      headers.append(
        (line[..<colon].lowercased(), String(line[line.index(after: colon)...].trimmed)))
    }
  }

  /// The path, percent-decoded.
  var path: String? { percentDecoded(target.prefix { $0 != "?" }, plusIsSpace: false) }

  /// The parameters, percent-decoded.
  var query: [(name: String, value: String)]? {
    guard let mark = target.firstIndex(of: "?") else { return [] }
    var parameters: [(name: String, value: String)] = []
    for part in target[target.index(after: mark)...].split(separator: "&") {
      let equals = part.firstIndex(of: "=") ?? part.endIndex
      guard let name = percentDecoded(part[..<equals], plusIsSpace: true),
        let value = percentDecoded(part[equals...].dropFirst(), plusIsSpace: true)
      else { return nil }
      parameters.append((name, value))
    }
    return parameters
  }
}

/// `nil` where an escape is broken or the result is no UTF-8.
private func percentDecoded(_ text: Substring, plusIsSpace: Bool) -> String? {
  var bytes: [UInt8] = []
  var rest = Array(text.utf8)[...]
  while let byte = rest.popFirst() {
    switch byte {
    case UInt8(ascii: "%"):
      guard rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16),
        rest.first != UInt8(ascii: "+"), rest.first != UInt8(ascii: "-")
      else { return nil }
      bytes.append(value)
      rest = rest.dropFirst(2)
    case UInt8(ascii: "+") where plusIsSpace: bytes.append(0x20)
    default: bytes.append(byte)
    }
  }
  return String(validating: bytes, as: UTF8.self)
}

extension Substring {
  var trimmed: Substring {
    var text = self
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return text.drop { $0 == " " || $0 == "\t" }
  }
}
