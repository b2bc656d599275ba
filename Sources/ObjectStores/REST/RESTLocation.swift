import CurlTransport

/// What stands behind `rest:`: a URL, which may hold a user name and a password.
struct RESTLocation: Hashable {
  /// Without user and password, ending with `/`.
  var url: String
  var user: String?
  var password: String?

  /// - Throws: ``ObjectStoreError/Reason/badLocation``, which repeats no password.
  init(parsing target: String, _ options: StoreOptions) throws(ObjectStoreError) {
    let bad = ObjectStoreError(
      .badLocation, "The REST location is no URL; write `rest:https://host:8000/path/`")
    guard let mark = target.firstRange(of: "://") else { throw bad }
    let rest = target[mark.upperBound...]
    let authority = rest.prefix { $0 != "/" }
    var host = authority
    user = options.value("RESTIC_REST_USERNAME")
    password = options.value("RESTIC_REST_PASSWORD")
    if let at = authority.lastIndex(of: "@") {
      let words = authority[..<at].split(
        separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = PercentEncoding.decode(words[0]) else { throw bad }
      user = name
      password = nil
      if words.count == 2 {
        guard let word = PercentEncoding.decode(words[1]) else { throw bad }
        password = word
      }
      host = authority[authority.index(after: at)...]
    }
    let path = rest.dropFirst(authority.count)
    url = "\(target[..<mark.upperBound])\(host)\(path)"
    if !url.hasSuffix("/") { url += "/" }
    guard URLParts(url) != nil, !url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }),
      !url.contains(where: { "?#".contains($0) })
    else { throw bad }
  }

  /// Basic authentication, where there is a user.
  var authorization: HTTPField? {
    guard let user else { return nil }
    return HTTPField(
      "Authorization", "Basic " + Base64.encode(Array("\(user):\(password ?? "")".utf8)))
  }
}

enum Base64 {
  static func encode(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for index in 0..<4 {
        text.append(
          index <= group.count ? digits[bits >> (18 - 6 * index) & 63] : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
