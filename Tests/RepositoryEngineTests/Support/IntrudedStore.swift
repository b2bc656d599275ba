import ObjectStores
import Synchronization

/// A store into which somebody writes as soon as the first pack is written.
final class IntrudedStore: ObjectStore {
  private let base: any ObjectStore
  private let intrude: @Sendable () async -> Void
  private let isOver = Mutex(false)

  init(_ base: any ObjectStore, _ intrude: @escaping @Sendable () async -> Void) {
    self.base = base
    self.intrude = intrude
  }

  var description: String { base.description }

  func prepare() async throws(ObjectStoreError) { try await base.prepare() }

  func list(_ kind: ObjectKind) async throws(ObjectStoreError) -> [ObjectEntry] {
    try await base.list(kind)
  }

  func size(of name: ObjectName) async throws(ObjectStoreError) -> Int? {
    try await base.size(of: name)
  }

  func read(_ name: ObjectName, _ range: Range<Int>) async throws(ObjectStoreError) -> [UInt8] {
    try await base.read(name, range)
  }

  func write(_ name: ObjectName, _ bytes: ArraySlice<UInt8>) async throws(ObjectStoreError) {
    try await base.write(name, bytes)
    let isFirst = isOver.withLock { isOver in
      defer { isOver = isOver || name.kind == .pack }
      return !isOver && name.kind == .pack
    }
    if isFirst { await intrude() }
  }

  func delete(_ name: ObjectName) async throws(ObjectStoreError) -> Bool {
    try await base.delete(name)
  }
}
