public import Documents
import Glibc
public import ObjectStores
import RepositoryFormat

extension Repository {
  /// restic's own limit on how many keys a password is tried on.
  private static let keysTriedMax = 20

  /// Opens a repository with a password.
  ///
  /// - Parameter keyHint: The id of the key to try first, or the beginning of it: one derivation
  ///   then, however many keys there are. A hint that fits none does no harm.
  /// - Throws: ``RepositoryError/repositoryMissing(store:)``,
  ///   ``RepositoryError/wrongPassword(store:)``,
  ///   ``RepositoryError/unsupportedVersion(_:)``, or what is wrong with its config.
  /// - Complexity: About 0.1 s of computing for each key tried.
  public static func open(
    store: any ObjectStore, password: [UInt8], keyHint: String? = nil,
    now: @escaping @Sendable () -> Timestamp = systemClock
  ) async throws(RepositoryError) -> Repository {
    let sealedConfig: [UInt8]
    let keys: [ObjectName]
    do {
      guard try await store.size(of: .config) != nil else {
        throw RepositoryError.repositoryMissing(store: store.description)
      }
      sealedConfig = try await store.read(.config, bytesMax: BytesMax.small)
      keys = try await store.list(.key).map(\.name).sorted { $0.digest < $1.digest }
    } catch let error as ObjectStoreError {
      throw .store(error)
    } catch let error as RepositoryError {
      throw error
    } catch {
      preconditionFailure("\(error)")
    }
    let (key, masterKey) = try await masterKey(
      in: store, keys: hinted(keys, keyHint), password: password)
    let config = try config(sealed: sealedConfig, key: masterKey)
    return Repository(store: store, config: config, masterKey: masterKey, key: key, now: now)
  }

  private static func hinted(_ keys: [ObjectName], _ hint: String?) -> [ObjectName] {
    guard let hint, !hint.isEmpty else { return keys }
    return keys.filter { $0.digest.hasPrefix(hint) } + keys.filter { !$0.digest.hasPrefix(hint) }
  }

  /// A damaged key file does not keep the others from opening; it is reported if none does.
  private static func masterKey(
    in store: any ObjectStore, keys: [ObjectName], password: [UInt8]
  ) async throws(RepositoryError) -> (ObjectID, MasterKey) {
    var damage: RepositoryError?
    for name in keys.prefix(keysTriedMax) {
      do {
        if let key = try await masterKey(in: store, key: name, password: password),
          let id = ObjectID(name.digest)
        {
          return (id, key)
        }
      } catch {
        damage = damage ?? error
      }
    }
    throw damage ?? .wrongPassword(store: store.description)
  }

  static func masterKey(
    in store: any ObjectStore, key name: ObjectName, password: [UInt8]
  ) async throws(RepositoryError) -> MasterKey? {
    let bytes = try await store.readChecked(name, bytesMax: BytesMax.small)
    let file = try decoding(name.description) { () throws(FormatError) in
      try KeyFile(decoding: bytes)
    }
    guard
      let passwordKey = await PasswordKey.derive(
        password: password, salt: file.salt, n: file.n, r: file.r, p: file.p),
      let json = Sealer(key: passwordKey).open(file.data)
    else { return nil }
    return try decoding(name.description) { () throws(FormatError) in
      try MasterKey(decoding: json)
    }
  }

  private static func config(
    sealed: [UInt8], key: MasterKey
  ) throws(RepositoryError) -> RepositoryConfig {
    guard let json = Sealer(key: key).open(sealed) else {
      throw .damaged(object: "config", reason: "It was changed or sealed with another key")
    }
    let config = try decoding("config") { () throws(FormatError) in
      try RepositoryConfig(decoding: json)
    }
    guard RepositoryConfig.versionsSupported.contains(config.version) else {
      throw .unsupportedVersion(config.version)
    }
    return config
  }
}

extension Repository {
  /// The cost of guessing passwords; restic calibrates to the same on current machines.
  private enum Cost {
    static let n: UInt64 = 1 << 15
    static let r: UInt32 = 8
    static let p: UInt32 = 1
  }

  /// Makes a new, empty repository of format 2 and opens it.
  ///
  /// - Parameter other: A repository whose files are cut in the same places, so that what is backed
  ///   up to both, or copied from one to the other, is stored once: restic's
  ///   `--copy-chunker-params`.
  /// - Throws: ``RepositoryError/alreadyExists(_:)`` where there is a config, a key or a snapshot
  ///   already; nothing is changed then.
  public static func create(
    in store: any ObjectStore, password: [UInt8], chunkerOf other: Repository? = nil,
    now: @escaping @Sendable () -> Timestamp = systemClock
  ) async throws(RepositoryError) -> Repository {
    guard !password.isEmpty else { throw .invalidArgument("The password is empty") }
    let masterKey = randomKey()
    let config = RepositoryConfig(
      id: randomID(), chunkerPolynomial: other?.config.chunkerPolynomial ?? randomPolynomial())
    let key = try await keyFile(for: masterKey, password: password, created: now()).encoded()
    let keyID = Digest.hash(key)
    let repository = Repository(
      store: store, config: config, masterKey: masterKey, key: keyID, now: now)
    do {
      try await store.prepare()
      for kind in [ObjectKind.config, .key, .snapshot] {
        guard try await store.list(kind).isEmpty else {
          throw RepositoryError.alreadyExists(
            "A repository (\(kind.rawValue)) in \(store.description)")
        }
      }
      try await store.write(ObjectName(.key, keyID), key[...])
      try await store.write(.config, Sealer(key: masterKey).seal(config.encoded())[...])
    } catch let error as ObjectStoreError {
      throw .store(error)
    } catch let error as RepositoryError {
      throw error
    } catch {
      preconditionFailure("\(error)")
    }
    return repository
  }

  static func keyFile(
    for masterKey: MasterKey, password: [UInt8], created: Timestamp
  ) async throws(RepositoryError) -> KeyFile {
    let salt = RandomBytes.draw(KeyFile.saltLength)
    guard
      let passwordKey = await PasswordKey.derive(
        password: password, salt: salt, n: Cost.n, r: Cost.r, p: Cost.p)
    else { throw .invalidArgument("scrypt refused to derive a key") }
    let identity = ProcessIdentity.current
    return KeyFile(
      created: created, username: identity.username, hostname: identity.hostname, n: Cost.n,
      r: Cost.r, p: Cost.p, salt: salt, data: Sealer(key: passwordKey).seal(masterKey.encoded()))
  }

  private static func randomKey() -> MasterKey {
    while true {
      let key = MasterKey(
        encryption: RandomBytes.draw(32), authenticationK: RandomBytes.draw(16),
        authenticationR: RandomBytes.draw(16))
      if let key { return key }
    }
  }

  private static func randomID() -> ObjectID {
    Digest.hash(RandomBytes.draw(ObjectID.byteCount))
  }

  private static func randomPolynomial() -> Polynomial {
    while true {
      let bits = RandomBytes.draw(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
      let polynomial = Polynomial(randomBits: bits)
      if polynomial.isIrreducible { return polynomial }
    }
  }
}
