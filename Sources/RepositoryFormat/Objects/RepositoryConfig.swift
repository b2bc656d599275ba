public import Documents

/// The `config` object: what all writers of a repository must agree on.
public struct RepositoryConfig: Hashable, Sendable {
  public static let versionsSupported: ClosedRange<UInt32> = 1...2

  public var version: UInt32
  public var id: ObjectID
  public var chunkerPolynomial: Polynomial

  public init(version: UInt32 = 2, id: ObjectID, chunkerPolynomial: Polynomial) {
    self.version = version
    self.id = id
    self.chunkerPolynomial = chunkerPolynomial
  }

  public func encoded() -> [UInt8] {
    var json = JSONWriter()
    json.begin("{")
    json.member("version", version)
    json.key("id")
    json.value(id)
    json.member("chunker_polynomial", String(chunkerPolynomial.bits, radix: 16))
    json.end("}")
    return json.bytes
  }

  /// Does not judge the version; a polynomial that would not chunk is refused.
  public init(decoding bytes: [UInt8]) throws(FormatError) {
    var cursor = JSONCursor(bytes)
    var version: UInt32 = 0
    var id = ObjectID.zero
    var polynomial = ""
    try cursor.object { cursor, key throws(FormatError) in
      switch key {
      case "version": version = try cursor.unsigned()
      case "id": id = try cursor.id()
      case "chunker_polynomial": polynomial = try cursor.text()
      default: try cursor.skip()
      }
    }
    try cursor.end()
    guard let bits = UInt64(polynomial, radix: 16) else {
      throw FormatError("Chunker polynomial `\(polynomial)` is not hexadecimal")
    }
    let chunker = Polynomial(bits: bits)
    guard chunker.degree == Polynomial.chunkerDegree, chunker.isIrreducible else {
      throw FormatError("Chunker polynomial `\(polynomial)` is not irreducible of degree 53")
    }
    self.init(version: version, id: id, chunkerPolynomial: chunker)
  }
}

/// A file under `locks/`: who works on the repository.
public struct LockFile: Hashable, Sendable {
  public var time: Timestamp
  public var isExclusive: Bool
  public var hostname: String
  public var username: String
  public var pid: UInt64
  public var uid: UInt32
  public var gid: UInt32

  public init(
    time: Timestamp, isExclusive: Bool, hostname: String, username: String, pid: UInt64,
    uid: UInt32, gid: UInt32
  ) {
    self.time = time
    self.isExclusive = isExclusive
    self.hostname = hostname
    self.username = username
    self.pid = pid
    self.uid = uid
    self.gid = gid
  }

  public func encoded() -> [UInt8] {
    var json = JSONWriter()
    json.begin("{")
    json.member("time", time.description)
    json.key("exclusive")
    json.value(isExclusive)
    json.member("hostname", hostname)
    json.member("username", username)
    json.member("pid", pid)
    if uid != 0 { json.member("uid", uid) }
    if gid != 0 { json.member("gid", gid) }
    json.end("}")
    return json.bytes
  }

  public init(decoding bytes: [UInt8]) throws(FormatError) {
    var cursor = JSONCursor(bytes)
    var lock = LockFile(
      time: Timestamp(nanosecondsSinceEpoch: 0), isExclusive: false, hostname: "", username: "",
      pid: 0, uid: 0, gid: 0)
    try cursor.object { cursor, key throws(FormatError) in
      switch key {
      case "time": lock.time = try cursor.fileTime().timestamp
      case "exclusive": lock.isExclusive = try cursor.bool()
      case "hostname": lock.hostname = try cursor.text()
      case "username": lock.username = try cursor.text()
      case "pid": lock.pid = try cursor.unsigned()
      case "uid": lock.uid = try cursor.unsigned()
      case "gid": lock.gid = try cursor.unsigned()
      default: try cursor.skip()
      }
    }
    try cursor.end()
    self = lock
  }
}
