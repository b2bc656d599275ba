import ObjectStores
import RepositoryFormat
import Synchronization

@testable import RepositoryEngine

/// A store whose process is killed at its n-th change: that one and everything after it fails.
final class DyingStore: WrappingStore {
  enum Death: CaseIterable {
    case beforeTheChange
    /// The change was made, and nobody heard of it.
    case afterTheChange
  }

  let base: any ObjectStore
  private let death: Death
  private let changesMax: Int
  private let changes = Mutex(0)

  init(_ base: any ObjectStore, after changesMax: Int, _ death: Death) {
    self.base = base
    self.changesMax = changesMax
    self.death = death
  }

  /// Whether it lived to the end.
  var survived: Bool { changes.withLock { $0 } < changesMax }

  func list(_ kind: ObjectKind) async throws(ObjectStoreError) -> [ObjectEntry] {
    try checkAlive()
    return try await base.list(kind)
  }

  func size(of name: ObjectName) async throws(ObjectStoreError) -> Int? {
    try checkAlive()
    return try await base.size(of: name)
  }

  func read(
    _ name: ObjectName, _ range: Range<Int>, reusing memory: consuming [UInt8]
  ) async throws(ObjectStoreError) -> [UInt8] {
    try checkAlive()
    return try await base.read(name, range, reusing: memory)
  }

  func write(_ name: ObjectName, _ bytes: ArraySlice<UInt8>) async throws(ObjectStoreError) {
    let number = changes.withLock { changes in
      changes += 1
      return changes
    }
    if number < changesMax || number == changesMax && death == .afterTheChange {
      try await base.write(name, bytes)
    }
    try checkAlive()
  }

  func delete(_ name: ObjectName) async throws(ObjectStoreError) -> Bool {
    let number = changes.withLock { changes in
      changes += 1
      return changes
    }
    var existed = false
    if number < changesMax || number == changesMax && death == .afterTheChange {
      existed = try await base.delete(name)
    }
    try checkAlive()
    return existed
  }

  private func checkAlive() throws(ObjectStoreError) {
    guard survived else { throw ObjectStoreError(.io, "The process was killed") }
  }
}

extension MemoryStore {
  func copy() async throws -> MemoryStore {
    let copy = MemoryStore()
    try await copyObjects(to: copy)
    return copy
  }

  /// Locks stay behind, as those of a dead process do once somebody has unlocked.
  func copyObjects(to other: any ObjectStore) async throws {
    try await other.prepare()
    for kind in ObjectKind.allCases where kind != .lock {
      for entry in try await list(kind) {
        try await other.write(entry.name, try await read(entry.name, 0..<entry.bytes)[...])
      }
    }
  }

  func removeLocks() async throws {
    for entry in try await list(.lock) { _ = try await delete(entry.name) }
  }

  func names() async throws -> Set<ObjectName> {
    var names: Set<ObjectName> = []
    for kind in ObjectKind.allCases { names.formUnion(try await list(kind).map(\.name)) }
    return names
  }
}

extension Repository {
  /// The same repository as another process would see it, without deriving the key again.
  func reopened(in store: any ObjectStore) -> Repository {
    Repository(
      store: store, config: config, masterKey: masterKey, key: keyInUse.withLock { $0 }, now: now)
  }
}

extension LockTiming {
  static let impatient = LockTiming(settling: .zero, patience: .zero)
}
