import CurlTransport

/// What stands behind `s3:`, taken apart as restic does: `http://host:port/bucket/prefix`,
/// `host/bucket/prefix` or `//host/bucket/prefix`, the last two over TLS.
struct S3Location: Hashable {
  var scheme: String
  /// Host, and the port where it is not the scheme's own.
  var authority: String
  var bucket: String
  /// Without slashes at its ends; may be empty.
  var prefix: String

  /// - Throws: ``ObjectStoreError/Reason/badLocation``, which repeats no user name or password.
  init(parsing target: String) throws(ObjectStoreError) {
    var url = target
    if url.hasPrefix("//") { url = String(url.dropFirst(2)) }
    if !url.hasPrefix("http://"), !url.hasPrefix("https://") { url = "https://" + url }
    func bad(_ why: String) -> ObjectStoreError {
      ObjectStoreError(.badLocation, "The S3 location \(why); write `s3:URL/bucket/prefix`")
    }
    guard !url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }),
      !url.contains(where: { "@?#%\\".contains($0) })
    else { throw bad("holds what is no part of one: a user, a query or an escape") }
    guard let parts = URLParts(url) else { throw bad("has no usable host") }
    var words = parts.target.split(separator: "/")
    guard let bucket = words.first.map(String.init) else { throw bad("names no bucket") }
    guard bucket.utf8.count <= 255, bucket.utf8.allSatisfy(Self.isBucketByte),
      !bucket.hasPrefix(".")
    else { throw bad("has a bad bucket name") }
    words.removeFirst()
    guard words.allSatisfy({ $0 != "." && $0 != ".." }) else { throw bad("leads through `..`") }
    scheme = parts.scheme
    authority = parts.authority
    self.bucket = bucket
    prefix = words.joined(separator: "/")
  }

  private static func isBucketByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "-"):
      true
    default: false
    }
  }

  private var isAmazon: Bool {
    let host = authority.prefix { $0 != ":" }
    return host.hasSuffix(".amazonaws.com") || host.hasSuffix(".amazonaws.com.cn")
  }

  /// The region that an Amazon host names: `s3.eu-central-1.amazonaws.com`.
  var regionOfHost: String? {
    let labels = authority.split(separator: ".")
    guard isAmazon, let s3 = labels.firstIndex(of: "s3"), labels.count > s3 + 3,
      labels[s3 + 1] != "amazonaws", labels[s3 + 1] != "dualstack"
    else { return nil }
    return String(labels[s3 + 1])
  }

  /// Host and path of a key, or of the bucket.
  func place(key: String?, _ addressing: S3Addressing) -> (authority: String, path: String) {
    let isVirtual =
      switch addressing {
      case .path: false
      case .virtualHost: true
      case .automatic: isAmazon && !bucket.contains(".")
      }
    let object = key.map { "/" + PercentEncoding.encode($0, keepingSlashes: true) }
    return isVirtual
      ? ("\(bucket).\(authority)", object ?? "/") : (authority, "/\(bucket)\(object ?? "/")")
  }
}
