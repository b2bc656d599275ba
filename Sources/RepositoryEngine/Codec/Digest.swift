import CDigest
import CLibCrypto
package import RepositoryFormat

/// SHA-256 with a context that is used again and again. Owned by one worker.
@safe package final class Digest {
  // Safety: made here, freed in `deinit`, used by its owner only.
  private let context: OpaquePointer

  init() {
    guard let context = unsafe EVP_MD_CTX_new(),
      unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
    else { preconditionFailure("libcrypto has no SHA-256") }
    unsafe self.context = unsafe context
  }

  deinit { unsafe EVP_MD_CTX_free(context) }

  func hash(_ bytes: UnsafeRawBufferPointer) -> ObjectID {
    var result = DigestWords()
    // Safety: a null type keeps SHA-256; the four words have the 32 bytes of a digest.
    let succeeded = unsafe withUnsafeMutableBytes(of: &result.words) { digest in
      unsafe EVP_DigestInit_ex(context, nil, nil) == 1
        && EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1
        && EVP_DigestFinal_ex(
          context, digest.baseAddress?.assumingMemoryBound(to: UInt8.self), nil) == 1
    }
    precondition(succeeded, "SHA-256 of \(bytes.count) bytes failed")
    return result.id
  }

  /// Whether this processor hashes two messages side by side.
  static let hasPairs = digest_has_pair() != 0

  /// Both digests; where the processor can, in little more time than one takes.
  package func hash(
    _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
  ) -> (ObjectID, ObjectID) {
    var (a, b) = unsafe (RunningDigest(first), RunningDigest(second))
    advance(&a, &b)
    return (finish(a), finish(b))
  }

  /// Goes on with both until one of them has hardly anything left.
  func advance(_ first: inout RunningDigest, _ second: inout RunningDigest) {
    let blocks = unsafe min(first.rest.count, second.rest.count) / 64
    guard Self.hasPairs, blocks > 0, let one = unsafe first.rest.baseAddress,
      let other = unsafe second.rest.baseAddress
    else { return }
    // Safety: both messages have so many blocks left.
    unsafe digest_sha256_advance(
      &first.progress, one.assumingMemoryBound(to: UInt8.self),
      &second.progress, other.assumingMemoryBound(to: UInt8.self), blocks)
    unsafe first.rest = UnsafeRawBufferPointer(rebasing: first.rest[(64 * blocks)...])
    unsafe second.rest = UnsafeRawBufferPointer(rebasing: second.rest[(64 * blocks)...])
  }

  /// The digest, of what is left as well.
  func finish(_ running: RunningDigest) -> ObjectID {
    // What has not begun is left to the library.
    guard unsafe running.rest.count < running.count else { return unsafe hash(running.rest) }
    var result = DigestWords()
    // Safety: reads what is left of the message; the result has the 32 bytes written.
    unsafe withUnsafeMutableBytes(of: &result.words) { digest in
      unsafe digest_sha256_end(
        running.progress, running.rest.baseAddress?.assumingMemoryBound(to: UInt8.self),
        running.rest.count, running.count,
        digest.baseAddress?.assumingMemoryBound(to: UInt8.self))
    }
    return result.id
  }

  static func hash(_ bytes: [UInt8]) -> ObjectID {
    let digest = Digest()
    return unsafe bytes.withUnsafeBytes { unsafe digest.hash($0) }
  }
}

/// The digest of a message on its way, side by side with that of another.
@safe struct RunningDigest {
  // Safety: the caller keeps the message's bytes for as long as it uses this.
  fileprivate var rest: UnsafeRawBufferPointer
  fileprivate let count: Int
  fileprivate var progress = digest_sha256_begin()

  init(_ message: UnsafeRawBufferPointer) {
    unsafe rest = unsafe message
    count = message.count
  }

  /// Whether it can go on beside another.
  var hasMore: Bool { unsafe Digest.hasPairs && rest.count >= 64 }
}

/// Room for a digest's bytes.
private struct DigestWords {
  var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  var id: ObjectID {
    ObjectID(
      bigEndianWords: words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
  }
}
