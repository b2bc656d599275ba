import ObjectStores

/// A store that stands before another one and changes some of what happens to it: what it does not
/// implement goes through.
protocol WrappingStore: ObjectStore {
  var base: any ObjectStore { get }
}

extension WrappingStore {
  var description: String { base.description }

  func prepare() async throws(ObjectStoreError) { try await base.prepare() }

  func list(_ kind: ObjectKind) async throws(ObjectStoreError) -> [ObjectEntry] {
    try await base.list(kind)
  }

  func size(of name: ObjectName) async throws(ObjectStoreError) -> Int? {
    try await base.size(of: name)
  }

  func read(
    _ name: ObjectName, _ range: Range<Int>, reusing memory: consuming [UInt8]
  ) async throws(ObjectStoreError) -> [UInt8] {
    try await base.read(name, range, reusing: memory)
  }

  func write(_ name: ObjectName, _ bytes: ArraySlice<UInt8>) async throws(ObjectStoreError) {
    try await base.write(name, bytes)
  }

  func delete(_ name: ObjectName) async throws(ObjectStoreError) -> Bool {
    try await base.delete(name)
  }

  func removeRemains() async throws(ObjectStoreError) { try await base.removeRemains() }
}
