import ObjectStores
import Synchronization

/// A store into which somebody writes as soon as the first pack is written.
final class IntrudedStore: WrappingStore {
  let base: any ObjectStore
  private let intrude: @Sendable () async -> Void
  private let isOver = Mutex(false)

  init(_ base: any ObjectStore, _ intrude: @escaping @Sendable () async -> Void) {
    self.base = base
    self.intrude = intrude
  }

  func write(_ name: ObjectName, _ bytes: ArraySlice<UInt8>) async throws(ObjectStoreError) {
    try await base.write(name, bytes)
    let isFirst = isOver.withLock { isOver in
      defer { isOver = isOver || name.kind == .pack }
      return !isOver && name.kind == .pack
    }
    if isFirst { await intrude() }
  }
}
