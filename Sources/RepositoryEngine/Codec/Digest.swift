import CLibCrypto
import RepositoryFormat

/// SHA-256 with a context that is used again and again. Owned by one worker.
@safe final class Digest {
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
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    // Safety: a null type keeps SHA-256; the four words have the 32 bytes of a digest.
    let succeeded = unsafe withUnsafeMutableBytes(of: &words) { digest in
      unsafe EVP_DigestInit_ex(context, nil, nil) == 1
        && EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1
        && EVP_DigestFinal_ex(
          context, digest.baseAddress?.assumingMemoryBound(to: UInt8.self), nil) == 1
    }
    precondition(succeeded, "SHA-256 of \(bytes.count) bytes failed")
    return ObjectID(
      bigEndianWords: words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
  }

  static func hash(_ bytes: [UInt8]) -> ObjectID {
    let digest = Digest()
    return unsafe bytes.withUnsafeBytes { unsafe digest.hash($0) }
  }
}
