/// Status and headers of an answer.
public struct ResponseHead: Hashable, Sendable {
  public var status: Int
  /// As the server sent it: `HTTP/1.1`, `HTTP/2`.
  public var version: String
  public var headers: [HTTPField]

  public init(status: Int, version: String = "HTTP/1.1", headers: [HTTPField] = []) {
    self.status = status
    self.version = version
    self.headers = headers
  }
}

/// An answer, whole.
public struct CurlResponse: Hashable, Sendable {
  public var head: ResponseHead
  public var body: [UInt8]

  public var status: Int { head.status }

  public init(head: ResponseHead, body: [UInt8]) {
    self.head = head
    self.body = body
  }
}

/// Puts header lines together as curl hands them over, one at a time.
///
/// Interim answers (1xx) and the answers of a proxy come first and are forgotten when the next
/// status line begins.
package struct HeadParser {
  package init() {}

  private var head: ResponseHead?
  private var bytesSeen = 0
  private let bytesMax = 256 << 10

  package enum Step: Hashable {
    case more
    case complete(ResponseHead)
    case tooLarge
    case malformed
  }

  /// - Parameter line: With its line end.
  package mutating func consume(_ line: [UInt8]) -> Step {
    bytesSeen += line.count
    guard bytesSeen <= bytesMax else { return .tooLarge }
    let text = String(decoding: line, as: UTF8.self).trimmingLineEnd
    if text.hasPrefix("HTTP/") {
      let words = text.split(separator: " ", maxSplits: 2)
      guard words.count >= 2, let status = Int(words[1]), (100...999).contains(status) else {
        return .malformed
      }
      head = ResponseHead(status: status, version: String(words[0]))
      return .more
    }
    guard var current = head else { return .malformed }
    if text.isEmpty {
      return current.status >= 200 || current.status == 101 ? .complete(current) : .more
    }
    // A line without a colon is a trailer's or a broken server's: curl has judged it already.
    guard let colon = text.firstIndex(of: ":") else { return .more }
    current.headers.append(
      HTTPField(
        String(text[..<colon]), text[text.index(after: colon)...].trimmingBlanks))
    head = current
    return .more
  }
}

extension String {
  /// Without the CR LF that ends a header line; `\r\n` is one Character, so this works on UTF-8.
  fileprivate var trimmingLineEnd: String {
    var bytes = Substring(self).utf8
    while let last = bytes.last, last == 0x0D || last == 0x0A { bytes.removeLast() }
    return String(Substring(bytes))
  }
}

extension Substring {
  fileprivate var trimmingBlanks: String {
    var text = self
    while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return String(text)
  }
}
