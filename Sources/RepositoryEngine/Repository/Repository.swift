public import Documents
import Glibc
public import ObjectStores
public import RepositoryFormat
import Synchronization

/// A restic repository that is open: its master key is known, its config read.
///
/// Everything it writes, stock restic reads; everything stock restic 0.14 and later writes, it
/// reads. Use from many tasks at once is safe; other processes are kept apart by locks.
public final class Repository: Sendable {
  public let store: any ObjectStore
  public let config: RepositoryConfig
  let masterKey: MasterKey
  let now: @Sendable () -> Timestamp
  /// The key file whose password opened the repository; changing the password changes it.
  let keyInUse: Mutex<ObjectID>

  init(
    store: any ObjectStore, config: RepositoryConfig, masterKey: MasterKey, key: ObjectID,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.store = store
    self.config = config
    self.masterKey = masterKey
    self.now = now
    keyInUse = Mutex(key)
  }

  /// Version 1 knows no compression.
  var compresses: Bool { config.version >= 2 }

  /// The wall clock.
  public static let systemClock: @Sendable () -> Timestamp = {
    var time = timespec()
    // Safety: the C library fills the value on the stack.
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(
      secondsSinceEpoch: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
  }
}

extension Repository {
  /// Sizes past which an object is not even read. A config or lock of a megabyte is none.
  enum BytesMax {
    static let small = 1 << 20
    static let snapshot = 16 << 20
    static let index = 512 << 20

    static func of(_ kind: ObjectKind) -> Int {
      switch kind {
      case .config, .key, .lock: small
      case .snapshot: snapshot
      case .index, .pack: index
      }
    }
  }

  /// The JSON of an index, snapshot or lock, after every check there is.
  func readFile(_ name: ObjectName) async throws(RepositoryError) -> [UInt8] {
    let bytesMax = BytesMax.of(name.kind)
    let sealed = try await store.readChecked(name, bytesMax: bytesMax)
    guard let bytes = Sealer(key: masterKey).open(sealed) else {
      throw .damaged(object: name.description, reason: "It was changed or sealed with another key")
    }
    return try Self.decoding(name.description) { () throws(FormatError) in
      try UnpackedFile.decode(bytes, bytesMax: bytesMax)
    }
  }

  /// Seals and stores a file under the digest of its stored bytes.
  func writeFile(_ kind: ObjectKind, _ json: [UInt8]) async throws(RepositoryError) -> ObjectID {
    let sealed = Sealer(key: masterKey).seal(UnpackedFile.encode(json, compress: compresses))
    let id = Digest.hash(sealed)
    do {
      try await store.write(ObjectName(kind, id), sealed[...])
    } catch {
      throw .store(error)
    }
    return id
  }

  /// Removes an object; one that is gone already is as good.
  func delete(_ name: ObjectName) async throws(RepositoryError) {
    do { _ = try await store.delete(name) } catch { throw .store(error) }
  }

  /// Runs a decoder; its complaint becomes the object's.
  static func decoding<Value>(
    _ object: String, _ decode: () throws(FormatError) -> Value
  ) throws(RepositoryError) -> Value {
    do { return try decode() } catch {
      throw .damaged(object: object, reason: error.description)
    }
  }

  /// All objects of a kind that have a proper name, in the order of their ids.
  func ids(_ kind: ObjectKind) async throws(RepositoryError) -> [ObjectID] {
    do {
      return try await store.list(kind).compactMap { ObjectID($0.name.digest) }.sorted()
    } catch {
      throw .store(error)
    }
  }
}

extension ObjectName {
  init(_ kind: ObjectKind, _ id: ObjectID) {
    guard let name = ObjectName(kind, digest: id.description) else {
      preconditionFailure("\(kind) \(id)")
    }
    self = name
  }
}

extension ObjectStore {
  /// A whole object whose bytes have the digest that is its name.
  func readChecked(_ name: ObjectName, bytesMax: Int) async throws(RepositoryError) -> [UInt8] {
    let bytes: [UInt8]
    do {
      bytes = try await read(name, bytesMax: bytesMax)
    } catch {
      throw .store(error)
    }
    guard name.kind == .config || Digest.hash(bytes).description == name.digest else {
      throw .damaged(object: name.description, reason: "Its bytes do not have its digest")
    }
    return bytes
  }
}
