import CurlTransport

/// The answer to a GET with `Range`, judged: a server may ignore the range, or send another one.
enum RangedAnswer {
  static func header(_ range: Range<Int>) -> HTTPField {
    HTTPField("Range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)")
  }

  /// The bytes of `range`; `nil` for a status that is no answer to it.
  static func bytes(
    _ response: CurlResponse, of range: Range<Int>, _ what: String
  ) throws(ObjectStoreError) -> [UInt8]? {
    let short = ObjectStoreError(.truncated, "\(what) ends before byte \(range.upperBound)")
    switch response.status {
    case 416: throw short
    case 200, 206:
      // Some servers say 200 and send the range all the same. Without a word on the range, 206
      // means the one asked for, 200 the whole object.
      let says = response.head.headers.first(named: "Content-Range")
      let isRight =
        says?.hasPrefix("bytes \(range.lowerBound)-")
        ?? (response.status == 206 || range.lowerBound == 0)
      guard isRight else {
        throw ObjectStoreError(.io, "\(what): the server sent another range than asked for")
      }
    default: return nil
    }
    guard response.body.count >= range.count else { throw short }
    guard response.body.count == range.count else {
      throw ObjectStoreError(.io, "\(what): the server sent more than it was asked for")
    }
    return response.body
  }
}
