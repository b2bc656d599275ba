public import Documents

/// A file under `keys/`: how a password leads to the master key.
public struct KeyFile: Hashable, Sendable {
  public static let saltLength = 64

  public var created: Timestamp
  public var username: String
  public var hostname: String
  /// The cost of scrypt: `n` a power of two, memory 128 · n · r bytes.
  public var n: UInt64
  public var r: UInt32
  public var p: UInt32
  public var salt: [UInt8]
  /// The master key's JSON, sealed with the key that scrypt derives.
  public var data: [UInt8]

  public init(
    created: Timestamp, username: String, hostname: String, n: UInt64, r: UInt32, p: UInt32,
    salt: [UInt8], data: [UInt8]
  ) {
    self.created = created
    self.username = username
    self.hostname = hostname
    self.n = n
    self.r = r
    self.p = p
    self.salt = salt
    self.data = data
  }

  public func encoded() -> [UInt8] {
    var json = JSONWriter()
    json.begin("{")
    json.member("created", created.description)
    json.member("username", username)
    json.member("hostname", hostname)
    json.member("kdf", "scrypt")
    json.member("N", n)
    json.member("r", r)
    json.member("p", p)
    json.key("salt")
    json.base64(salt)
    json.key("data")
    json.base64(data)
    json.end("}")
    return json.bytes
  }

  /// - Throws: ``FormatError`` for bytes that are no key, or one that asks for more than 1 GiB of
  ///   memory or a thousand rounds: a hostile key must not stop its reader.
  public init(decoding bytes: [UInt8]) throws(FormatError) {
    var cursor = JSONCursor(bytes)
    var key = KeyFile(
      created: Timestamp(nanosecondsSinceEpoch: 0), username: "", hostname: "", n: 0, r: 0, p: 0,
      salt: [], data: [])
    var function = ""
    try cursor.object { cursor, member throws(FormatError) in
      switch member {
      case "created": key.created = try cursor.fileTime().timestamp
      case "username": key.username = try cursor.text()
      case "hostname": key.hostname = try cursor.text()
      case "kdf": function = try cursor.text()
      case "N": key.n = try cursor.unsigned()
      case "r": key.r = try cursor.unsigned()
      case "p": key.p = try cursor.unsigned()
      case "salt": key.salt = try cursor.base64()
      case "data": key.data = try cursor.base64()
      default: try cursor.skip()
      }
    }
    try cursor.end()
    guard function == "scrypt" else {
      throw FormatError("Key derivation `\(function)` is not supported")
    }
    guard key.salt.count == Self.saltLength, key.n > 1, key.n <= 1 << 23,
      key.n.nonzeroBitCount == 1, (1...64).contains(key.r), (1...1000).contains(key.p),
      128 * key.n * UInt64(key.r) <= 1 << 30
    else { throw FormatError("The parameters of scrypt are out of range") }
    self = key
  }
}

/// What seals every other object.
public struct MasterKey: Hashable, Sendable {
  /// 32 bytes: AES-256.
  public var encryption: [UInt8]
  /// 16 bytes: AES-128, and 16 bytes: the `r` of Poly1305.
  public var authenticationK: [UInt8]
  public var authenticationR: [UInt8]

  /// - Returns: `nil` where a part has the wrong length or is all zero.
  public init?(encryption: [UInt8], authenticationK: [UInt8], authenticationR: [UInt8]) {
    guard encryption.count == 32, authenticationK.count == 16, authenticationR.count == 16,
      [encryption, authenticationK, authenticationR].allSatisfy({ $0.contains { $0 != 0 } })
    else { return nil }
    self.encryption = encryption
    self.authenticationK = authenticationK
    self.authenticationR = authenticationR
  }

  public func encoded() -> [UInt8] {
    var json = JSONWriter()
    json.begin("{")
    json.key("mac")
    json.begin("{")
    json.key("k")
    json.base64(authenticationK)
    json.key("r")
    json.base64(authenticationR)
    json.end("}")
    json.key("encrypt")
    json.base64(encryption)
    json.end("}")
    return json.bytes
  }

  public init(decoding bytes: [UInt8]) throws(FormatError) {
    var cursor = JSONCursor(bytes)
    var (encryption, k, r): ([UInt8], [UInt8], [UInt8]) = ([], [], [])
    try cursor.object { cursor, key throws(FormatError) in
      switch key {
      case "encrypt": encryption = try cursor.base64()
      case "mac":
        try cursor.object { cursor, key throws(FormatError) in
          switch key {
          case "k": k = try cursor.base64()
          case "r": r = try cursor.base64()
          default: try cursor.skip()
          }
        }
      default: try cursor.skip()
      }
    }
    try cursor.end()
    guard let key = MasterKey(encryption: encryption, authenticationK: k, authenticationR: r) else {
      throw FormatError("The master key is incomplete")
    }
    self = key
  }
}
