import CurlTransport
import Glibc
import Synchronization

/// A repository in a bucket, laid out as restic's: `prefix/data/ab/abcd…`, `prefix/index/…`.
///
/// Whether the server keeps a name that is taken (`If-None-Match: *`) is tried once, before the
/// first write, with an object of our own: a server that ignores the condition would overwrite.
/// There a write looks first and then puts, and of two writers at once both may succeed; names
/// that derive from contents make that harmless. Listings must come in the order of names, as all
/// but Amazon's directory buckets do.
public final class S3Store: FileStore {
  let location: S3Location
  let client: StoreClient
  private let credentials: S3Credentials
  private let region: String
  private let addressing: S3Addressing
  /// Whether conditions are honoured, once that is known.
  let conditions = Mutex<Bool?>(nil)

  /// - Parameter target: What stands behind `s3:` in a location.
  /// - Throws: ``ObjectStoreError/Reason/badLocation``, or ``ObjectStoreError/Reason/forbidden``
  ///   where ``StoreOptions/environment`` holds no credentials.
  public init(_ target: String, _ options: StoreOptions) throws(ObjectStoreError) {
    location = try S3Location(parsing: target)
    credentials = try S3Credentials(options)
    region =
      options.value("AWS_REGION") ?? options.value("AWS_DEFAULT_REGION")
      ?? location.regionOfHost ?? "us-east-1"
    addressing = options.addressing
    client = options.client()
  }

  public var description: String {
    let path = [location.bucket, location.prefix].filter { !$0.isEmpty }.joined(separator: "/")
    return "`s3:\(location.scheme)://\(location.authority)/\(path)`"
  }

  public func prepare() async throws(ObjectStoreError) {
    let what = "Bucket `\(location.bucket)`"
    let head = try await call(what, Call("HEAD", key: nil))
    guard head.status == 404 else {
      // Who may use the bucket's objects need not be allowed to look at the bucket.
      guard head.status == 200 || head.status == 403 else { throw refusal(head, what) }
      return
    }
    let body = region == "us-east-1" ? "" : Self.bucketConfiguration(region)
    let made = try await call(what, Call("PUT", key: nil, body: Array(body.utf8)))
    guard [200, 204, 409].contains(made.status) else { throw refusal(made, what) }
  }

  private static func bucketConfiguration(_ region: String) -> String {
    "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
      + "<LocationConstraint>\(region)</LocationConstraint></CreateBucketConfiguration>"
  }

  public func list(_ kind: ObjectKind) async throws(ObjectStoreError) -> [ObjectEntry] {
    guard kind != .config else {
      guard let bytes = try await size(of: .config) else { return [] }
      return [ObjectEntry(name: .config, bytes: bytes)]
    }
    var entries: [ObjectEntry] = []
    try await eachPage(prefix: key(kind.rawValue) + "/", delimiter: nil) { page in
      for object in page.objects {
        let digest = object.key.utf8.split(separator: UInt8(ascii: "/")).last.map { String($0) }
        guard let name = digest.flatMap({ ObjectName(kind, digest: $0 ?? "") }),
          key(of: name) == object.key
        else { continue }
        entries.append(ObjectEntry(name: name, bytes: object.bytes))
      }
    }
    return entries
  }

  public func size(of name: ObjectName) async throws(ObjectStoreError) -> Int? {
    try await size(key: key(of: name), "`\(name)`")
  }

  public func read(
    _ name: ObjectName, _ range: Range<Int>, reusing memory: consuming [UInt8]
  ) async throws(ObjectStoreError) -> [UInt8] {
    try await read(key: key(of: name), range, "`\(name)`")
  }

  public func write(_ name: ObjectName, _ bytes: ArraySlice<UInt8>) async throws(ObjectStoreError) {
    // An object's name is its digest already: hashing it again would take as long as sending it.
    let digest = name.kind == .config ? nil : name.digest
    try await create(key: key(of: name), Array(bytes), digest: digest, "`\(name)`")
  }

  /// `false` is what a look before the deletion said: S3 itself does not tell.
  public func delete(_ name: ObjectName) async throws(ObjectStoreError) -> Bool {
    try await delete(key: key(of: name), "`\(name)`")
  }
}

// MARK: Keys

extension S3Store {
  func key(_ path: String) -> String {
    location.prefix.isEmpty ? path : "\(location.prefix)/\(path)"
  }

  private func key(of name: ObjectName) -> String {
    switch name.kind {
    case .config: key("config")
    case .pack: key("data/\(name.digest.prefix(2))/\(name.digest)")
    default: key("\(name.kind.rawValue)/\(name.digest)")
    }
  }
}

// MARK: Requests

extension S3Store {
  /// One request before it is signed.
  struct Call: Sendable {
    var method: String
    /// `nil` means the bucket.
    var key: String?
    var query: [(name: String, value: String)] = []
    var headers: [HTTPField] = []
    var body: [UInt8]?
    /// SHA-256, in hexadecimal digits.
    var bodyHash: String
    var responseBytesMax: Int

    init(
      _ method: String, key: String?, query: [(name: String, value: String)] = [],
      headers: [HTTPField] = [], body: [UInt8]? = nil, digest: String? = nil, answer: Int = 0
    ) {
      self.method = method
      self.key = key
      self.query = query
      self.headers = headers
      self.body = body
      bodyHash = digest ?? SHA256.hex(SHA256.hash(body ?? []))
      responseBytesMax = answer + StoreClient.errorBytesMax
    }
  }

  func call(_ what: String, _ call: Call) async throws(ObjectStoreError) -> CurlResponse {
    try await client.repeatable(subject(what)) { self.signed(call) }
  }

  func subject(_ what: String) -> String { "\(what) in \(description)" }

  /// The request, signed for this instant.
  func signed(_ call: Call) -> CurlRequest {
    let (authority, path) = location.place(key: call.key, addressing)
    let time = SignatureTime(seconds: Glibc.time(nil))
    var headers = [
      HTTPField("Host", authority), HTTPField("X-Amz-Content-Sha256", call.bodyHash),
      HTTPField("X-Amz-Date", time.text),
    ]
    if let token = credentials.sessionToken {
      headers.append(HTTPField("X-Amz-Security-Token", token))
    }
    headers += call.headers
    let request = SignatureV4.Request(
      method: call.method, path: path, query: call.query, headers: headers,
      payloadHash: call.bodyHash)
    let signature = SignatureV4(request, credentials: credentials, region: region, time: time)
    headers.append(HTTPField("Authorization", signature.authorization))
    let query = request.canonicalQuery
    return CurlRequest(
      method: call.method,
      url: "\(location.scheme)://\(authority)\(path)\(query.isEmpty ? "" : "?" + query)",
      headers: headers, body: call.body,
      deadlines: StoreClient.deadlines(bytes: (call.body?.count ?? 0) + call.responseBytesMax),
      responseBytesMax: call.responseBytesMax, acceptsCompression: false)
  }

  /// An answer that is none of those expected, in words.
  func refusal(_ response: CurlResponse, _ what: String) -> ObjectStoreError {
    let code = S3ErrorBody.code(response.body)
    let reason: ObjectStoreError.Reason =
      switch (response.status, code) {
      case (404, _): .notFound
      case (401, _), (403, _): .forbidden
      case (507, _), (_, "QuotaExceeded"), (_, "EntityTooLarge"): .outOfSpace
      default: .io
      }
    let region = response.head.headers.first(named: "X-Amz-Bucket-Region")
    let hint =
      (301...308).contains(response.status) && region != nil
      ? "; the bucket is in another region: set `AWS_REGION`" : ""
    return ObjectStoreError(
      reason,
      "\(subject(what)): the server answered \(response.status)"
        + (code.map { " (\($0))" } ?? "") + hint)
  }
}
