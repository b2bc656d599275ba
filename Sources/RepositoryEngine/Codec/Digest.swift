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
  private static let hasPairs = digest_has_pair() != 0

  /// Both digests; where the processor can, in little more time than one takes.
  package func hash(
    _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
  ) -> (ObjectID, ObjectID) {
    guard Self.hasPairs, unsafe !first.isEmpty, unsafe !second.isEmpty else {
      return unsafe (hash(first), hash(second))
    }
    var a = DigestWords()
    var b = DigestWords()
    // Safety: the messages are read with their own lengths; each result has the 32 bytes written.
    unsafe withUnsafeMutableBytes(of: &a.words) { a in
      unsafe withUnsafeMutableBytes(of: &b.words) { b in
        unsafe digest_sha256_pair(
          first.baseAddress?.assumingMemoryBound(to: UInt8.self), first.count,
          second.baseAddress?.assumingMemoryBound(to: UInt8.self), second.count,
          a.baseAddress?.assumingMemoryBound(to: UInt8.self),
          b.baseAddress?.assumingMemoryBound(to: UInt8.self))
      }
    }
    return (a.id, b.id)
  }

  static func hash(_ bytes: [UInt8]) -> ObjectID {
    let digest = Digest()
    return unsafe bytes.withUnsafeBytes { unsafe digest.hash($0) }
  }
}

/// Room for a digest's bytes.
private struct DigestWords {
  var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  var id: ObjectID {
    ObjectID(
      bigEndianWords: words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
  }
}
