import CLibCrypto
import RepositoryFormat

/// Encrypts and authenticates as restic does: AES-256-CTR, then Poly1305 over the ciphertext with a
/// one-time key of which the second half is the nonce under AES-128. Owned by one worker.
@safe package final class Sealer {
  // Safety (all three): made here, freed in `deinit`, used by the owner only.
  private let stream: OpaquePointer
  private let block: OpaquePointer
  private let authenticator: OpaquePointer
  private var authenticationKey: [UInt8]
  private var random = RandomBytes()

  /// Encrypting and authenticating a piece while it is in the cache is faster than two passes.
  private static let pieceLength = 16 << 10

  init(key: MasterKey) {
    guard let stream = unsafe EVP_CIPHER_CTX_new(), let block = unsafe EVP_CIPHER_CTX_new(),
      let algorithm = unsafe EVP_MAC_fetch(nil, "POLY1305", nil),
      let authenticator = unsafe EVP_MAC_CTX_new(algorithm),
      unsafe EVP_EncryptInit_ex(stream, EVP_aes_256_ctr(), nil, key.encryption, nil) == 1,
      unsafe EVP_EncryptInit_ex(block, EVP_aes_128_ecb(), nil, key.authenticationK, nil) == 1
    else { preconditionFailure("libcrypto lacks AES or Poly1305") }
    unsafe EVP_MAC_free(algorithm)  // the context keeps its own reference
    unsafe self.stream = unsafe stream
    unsafe self.block = unsafe block
    unsafe self.authenticator = unsafe authenticator
    authenticationKey = key.authenticationR + [UInt8](repeating: 0, count: 32)
  }

  deinit {
    unsafe EVP_CIPHER_CTX_free(stream)
    unsafe EVP_CIPHER_CTX_free(block)
    unsafe EVP_MAC_CTX_free(authenticator)
  }

  /// Writes nonce, ciphertext and tag: `plain.count + Sealing.overhead` bytes.
  package func seal(_ plain: UnsafeRawBufferPointer, into sealed: UnsafeMutableRawPointer) {
    var nonce = Array(random.take(Sealing.nonceLength))
    while nonce.allSatisfy({ $0 == 0 }) { nonce = Array(random.take(Sealing.nonceLength)) }
    unsafe seal(plain, nonce: nonce, into: sealed)
  }

  func seal(
    _ plain: UnsafeRawBufferPointer, nonce: [UInt8], into sealed: UnsafeMutableRawPointer
  ) {
    begin(nonce: nonce)
    unsafe sealed.copyMemory(from: nonce, byteCount: nonce.count)
    let ciphertext = unsafe sealed + Sealing.nonceLength
    // Safety: pieces follow each other inside `plain` and the equally long room behind the nonce.
    for start in stride(from: 0, to: plain.count, by: Self.pieceLength) {
      let count = min(Self.pieceLength, plain.count - start)
      unsafe transform(plain.baseAddress! + start, count, into: ciphertext + start)
      unsafe authenticate(ciphertext + start, count)
    }
    unsafe finishTag(into: ciphertext + plain.count)
  }

  /// Decrypts into `plain`, which has room for `sealed.count - Sealing.overhead` bytes.
  ///
  /// - Returns: `false` where the tag does not fit; `plain` then holds nothing to be used.
  func open(_ sealed: UnsafeRawBufferPointer, into plain: UnsafeMutableRawPointer) -> Bool {
    guard sealed.count >= Sealing.overhead, let base = sealed.baseAddress else { return false }
    let nonce = unsafe Array(sealed.prefix(Sealing.nonceLength))
    guard nonce.contains(where: { $0 != 0 }) else { return false }
    begin(nonce: nonce)
    let ciphertext = unsafe base + Sealing.nonceLength
    let count = sealed.count - Sealing.overhead
    // Safety: as in `seal`.
    for start in stride(from: 0, to: count, by: Self.pieceLength) {
      let pieceCount = min(Self.pieceLength, count - start)
      unsafe authenticate(ciphertext + start, pieceCount)
      unsafe transform(ciphertext + start, pieceCount, into: plain + start)
    }
    var tag = [UInt8](repeating: 0, count: Sealing.tagLength)
    unsafe tag.withUnsafeMutableBytes { unsafe finishTag(into: $0.baseAddress!) }
    return unsafe CRYPTO_memcmp(tag, ciphertext + count, tag.count) == 0
  }

  private func begin(nonce: [UInt8]) {
    var written: Int32 = 0
    // Safety: the key has 48 bytes: r, then room for the encrypted nonce and a block to spare.
    let succeeded = unsafe authenticationKey.withUnsafeMutableBufferPointer { key in
      unsafe EVP_EncryptInit_ex(stream, nil, nil, nil, nonce) == 1
        && EVP_EncryptUpdate(block, key.baseAddress! + 16, &written, nonce, 16) == 1
        && EVP_MAC_init(authenticator, key.baseAddress!, 32, nil) == 1
    }
    precondition(succeeded, "libcrypto refused a nonce of \(nonce.count) bytes")
  }

  private func transform(
    _ input: UnsafeRawPointer, _ count: Int, into output: UnsafeMutableRawPointer
  ) {
    var written: Int32 = 0
    // Safety: the caller vouches for `count` bytes on both sides; CTR writes as many as it reads.
    let status = unsafe EVP_EncryptUpdate(
      stream, output.assumingMemoryBound(to: UInt8.self), &written,
      input.assumingMemoryBound(to: UInt8.self), Int32(count))
    precondition(status == 1 && Int(written) == count, "AES wrote \(written) of \(count) bytes")
  }

  private func authenticate(_ bytes: UnsafeRawPointer, _ count: Int) {
    let status = unsafe EVP_MAC_update(
      authenticator, bytes.assumingMemoryBound(to: UInt8.self), count)
    precondition(status == 1, "Poly1305 refused \(count) bytes")
  }

  private func finishTag(into tag: UnsafeMutableRawPointer) {
    var written = 0
    let status = unsafe EVP_MAC_final(
      authenticator, tag.assumingMemoryBound(to: UInt8.self), &written, Sealing.tagLength)
    precondition(status == 1 && written == Sealing.tagLength, "Poly1305 wrote \(written) bytes")
  }
}

extension Sealer {
  func seal(_ plain: [UInt8]) -> [UInt8] {
    let count = plain.count + Sealing.overhead
    return unsafe [UInt8](unsafeUninitializedCapacity: count) { sealed, filled in
      unsafe plain.withUnsafeBytes {
        unsafe seal($0, into: UnsafeMutableRawPointer(sealed.baseAddress!))
      }
      filled = count
    }
  }

  /// - Returns: `nil` where the bytes were not sealed with this key, or were changed since.
  func open(_ sealed: [UInt8]) -> [UInt8]? {
    guard sealed.count >= Sealing.overhead else { return nil }
    // One byte more than needed, so that there is an address even for nothing.
    let buffer = ByteBuffer(capacity: sealed.count)
    let isGenuine = unsafe sealed.withUnsafeBytes { unsafe open($0, into: buffer.base) }
    guard isGenuine else { return nil }
    return unsafe Array(buffer.prefix(sealed.count - Sealing.overhead))
  }
}
