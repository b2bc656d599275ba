import CLibCrypto
import ObjectStores
import RepositoryFormat

/// The key that a password and a salt lead to. It opens nothing but the master key.
enum PasswordKey {
  /// - Returns: `nil` where libcrypto refuses the parameters.
  static func derive(
    password: [UInt8], salt: [UInt8], n: UInt64, r: UInt32, p: UInt32
  ) async -> MasterKey? {
    await withTaskExecutorPreference(ThreadPool.blockingCalls) {
      scrypt(password: password, salt: salt, n: n, r: r, p: p)
    }
  }

  private static func scrypt(
    password: [UInt8], salt: [UInt8], n: UInt64, r: UInt32, p: UInt32
  ) -> MasterKey? {
    var key = [UInt8](repeating: 0, count: 64)
    let memoryMax = 128 * n * UInt64(r) + 128 * UInt64(r) * UInt64(p) + 1 << 20
    // Safety: `password` and `salt` are read, `key` is written, each with its own length.
    let status = unsafe password.withUnsafeBytes { password in
      unsafe EVP_PBE_scrypt(
        password.baseAddress?.assumingMemoryBound(to: CChar.self), password.count, salt, salt.count,
        n, UInt64(r), UInt64(p), memoryMax, &key, key.count)
    }
    guard status == 1 else { return nil }
    return MasterKey(
      encryption: Array(key[..<32]), authenticationK: Array(key[32..<48]),
      authenticationR: Array(key[48...]))
  }
}
