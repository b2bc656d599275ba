/// One page of ListObjectsV2.
struct S3ListPage: Hashable {
  struct Object: Hashable {
    var key: String
    var bytes: Int
  }

  var objects: [Object] = []
  /// Common prefixes, where a delimiter was given.
  var folders: [String] = []
  var isTruncated = false
  var nextToken: String?

  /// A page of a thousand keys of the longest kind has less.
  static let bytesMax = 8 << 20
  static let keysMax = 1000

  /// - Throws: Where the text is not such a page, or has more keys than were asked for.
  init(parsing bytes: [UInt8]) throws(XMLScanner.Malformed) {
    var scanner = XMLScanner(bytes)
    var key: String?
    var size: Int?
    var isList = false
    while let event = try scanner.next() {
      switch (event, scanner.depth) {
      case (.begin("ListBucketResult"), 1): isList = true
      case (.end("IsTruncated", let text), 1): isTruncated = text == "true"
      case (.end("NextContinuationToken", let text), 1): nextToken = text
      case (.end("Key", let text), 2): key = text
      case (.end("Size", let text), 2): size = Int(text)
      case (.end("Contents", _), 1):
        guard let name = key.take(), let bytes = size.take(), bytes >= 0 else {
          throw XMLScanner.Malformed()
        }
        objects.append(Object(key: name, bytes: bytes))
      case (.end("Prefix", let text), 2): folders.append(text)
      default: break
      }
      guard objects.count + folders.count <= Self.keysMax else { throw XMLScanner.Malformed() }
    }
    guard isList else { throw XMLScanner.Malformed() }
  }

  /// The last of its names, in the order of a listing: a next page must lead beyond it.
  var last: String? { [objects.last?.key, folders.last].compactMap(\.self).max(by: Self.isBefore) }

  static func isBefore(_ a: String, _ b: String) -> Bool {
    a.utf8.lexicographicallyPrecedes(b.utf8)
  }
}

/// What the body of an S3 error says, as far as it may be repeated: its code. The rest may hold
/// what was signed.
enum S3ErrorBody {
  static func code(_ bytes: [UInt8]) -> String? {
    var scanner = XMLScanner(bytes)
    while let event = try? scanner.next() {
      guard case .end("Code", let text) = event else { continue }
      let isPlain = text.utf8.allSatisfy {
        (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
      }
      return !text.isEmpty && text.utf8.count <= 64 && isPlain ? text : nil
    }
    return nil
  }
}
