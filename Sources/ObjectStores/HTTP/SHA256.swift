import CLibCrypto

/// SHA-256 and what is made from it.
enum SHA256 {
  static func hash(_ bytes: some Collection<UInt8>) -> [UInt8] {
    // Safety: the bytes are only read, while they are lent.
    unsafe Array(bytes).withUnsafeBytes { unsafe hash(buffer: $0) }
  }

  private static func hash(buffer bytes: UnsafeRawBufferPointer) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: 32) { digest, count in
      var length: UInt32 = 0
      // Safety: SHA-256 writes 32 bytes, which is what the buffer has; the input is only read.
      let succeeded = unsafe EVP_Digest(
        bytes.baseAddress, bytes.count, digest.baseAddress, &length, EVP_sha256(), nil)
      precondition(succeeded == 1, "SHA-256 of \(bytes.count) bytes failed")
      count = Int(length)
    }
  }

  /// HMAC of RFC 2104.
  static func authenticate(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
    var block = key.count > 64 ? hash(key) : key
    block += [UInt8](repeating: 0, count: 64 - block.count)
    let inner = hash(block.map { $0 ^ 0x36 } + message)
    return hash(block.map { $0 ^ 0x5C } + inner)
  }

  static func hex(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
