import ObjectStores
public import RepositoryFormat
import Synchronization

extension Repository {
  /// All keys, oldest first.
  public func keys() async throws(RepositoryError) -> RepositoryKeyList {
    var list = RepositoryKeyList(keys: [], damaged: [])
    let used = keyInUse.withLock { $0 }
    for id in try await ids(.key) {
      let file: KeyFile
      do throws(RepositoryError) { file = try await keyFile(id) } catch {
        guard case .damaged = error else { throw error }
        list.damaged.append(id)
        continue
      }
      list.keys.append(
        RepositoryKey(
          id: id, created: file.created, username: file.username, hostname: file.hostname,
          isInUse: id == used))
    }
    list.keys.sort { ($0.created, $0.id) < ($1.created, $1.id) }
    return list
  }

  private func keyFile(_ id: ObjectID) async throws(RepositoryError) -> KeyFile {
    let name = ObjectName(.key, id)
    let bytes = try await store.readChecked(name, bytesMax: BytesMax.small)
    return try Self.decoding(name.description) { () throws(FormatError) in
      try KeyFile(decoding: bytes)
    }
  }

  /// The key that a person means: an id, or the unambiguous beginning of one.
  public func resolveKey(_ text: String) async throws(RepositoryError) -> ObjectID {
    let matching = try await ids(.key).filter { $0.description.hasPrefix(text) }
    guard let id = matching.first, !text.isEmpty else {
      throw .notFound("Key `\(text)` in \(store.description)")
    }
    guard matching.count == 1 else {
      throw .invalidArgument("`\(text)` is the beginning of \(matching.count) key ids")
    }
    return id
  }

  /// Adds a key with a password of its own. All others go on opening.
  ///
  /// - Throws: ``RepositoryError/invalidArgument(_:)`` for an empty password.
  /// - Complexity: Two derivations: the key counts only once it has opened.
  public func addKey(password: [UInt8]) async throws(RepositoryError) -> ObjectID {
    try await withLock(.shared) { () async throws(RepositoryError) in
      try await self.writeKey(password: password)
    }
  }

  /// Removes a key. Its password opens nothing any more, but whoever had it may have read the
  /// master key.
  ///
  /// - Throws: ``RepositoryError/invalidArgument(_:)`` for the key in use, which is also never the
  ///   last one; ``RepositoryError/notFound(_:)``.
  public func removeKey(_ id: ObjectID) async throws(RepositoryError) {
    try await withHeldLock(.exclusive) { (lock) async throws(RepositoryError) in
      let all = try await self.ids(.key)
      let used = self.keyInUse.withLock { $0 }
      guard id != used else {
        throw .invalidArgument("Key \(id.short) is the one in use; open with another to remove it")
      }
      guard all.contains(id) else {
        throw .notFound("Key \(id.short) in \(self.store.description)")
      }
      // Somebody else may have removed ours: then this one may be the last.
      guard all.contains(used) else {
        throw .invalidArgument("The key in use, \(used.short), is gone; no other is removed then")
      }
      try await lock.confirm(in: self)
      try await self.delete(ObjectName(.key, id))
    }
  }

  /// Replaces the key in use by one with another password: the new one is added and opened, and
  /// only then the old one removed. Whenever it dies, at least one of both opens.
  ///
  /// - Returns: the new key, which is the one in use from then on.
  public func changePassword(to password: [UInt8]) async throws(RepositoryError) -> ObjectID {
    try await changePassword(to: password, timing: LockTiming())
  }

  func changePassword(
    to password: [UInt8], timing: LockTiming
  ) async throws(RepositoryError) -> ObjectID {
    try await withHeldLock(.exclusive, timing: timing) { (lock) async throws(RepositoryError) in
      let old = self.keyInUse.withLock { $0 }
      let new = try await self.writeKey(password: password)
      self.keyInUse.withLock { $0 = new }
      try await lock.confirm(in: self)
      try await self.delete(ObjectName(.key, old))
      return new
    }
  }

  /// Writes a key and opens it as anybody would; one that does not open is taken away again.
  private func writeKey(password: [UInt8]) async throws(RepositoryError) -> ObjectID {
    guard !password.isEmpty else { throw .invalidArgument("The password is empty") }
    let bytes = try await Self.keyFile(for: masterKey, password: password, created: now())
      .encoded()
    let name = ObjectName(.key, Digest.hash(bytes))
    do { try await store.write(name, bytes[...]) } catch { throw .store(error) }
    do throws(RepositoryError) {
      guard try await Self.masterKey(in: store, key: name, password: password) == masterKey else {
        throw .damaged(object: name.description, reason: "The new key does not open")
      }
    } catch {
      _ = try? await store.delete(name)
      throw error
    }
    return Digest.hash(bytes)
  }
}
