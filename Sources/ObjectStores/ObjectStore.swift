/// Where a repository's objects lie: immutable byte strings under fixed names.
///
/// Every store passes the same contract suite. Calls may be made from many tasks at once. A store
/// keeps blocking work off the cooperative pool, and gives up by itself what takes too long.
public protocol ObjectStore: Sendable {
  /// What to call the store in messages: its location without any secret.
  var description: String { get }

  /// How many objects at once on their way make it faster; each costs its memory.
  var transfersAtOnce: Int { get }

  /// Makes whatever the store needs before its first object: a folder, a bucket. Repeatable.
  func prepare() async throws(ObjectStoreError)

  /// All objects of a kind, in no order. Files with other names are passed over. Repeatable.
  func list(_ kind: ObjectKind) async throws(ObjectStoreError) -> [ObjectEntry]

  /// The object's length in bytes, or `nil` where there is none. Repeatable.
  func size(of name: ObjectName) async throws(ObjectStoreError) -> Int?

  /// The bytes `range` of an object: all of them, or an error. Repeatable.
  ///
  /// - Throws: ``ObjectStoreError/Reason/notFound``, or ``ObjectStoreError/Reason/truncated`` where
  ///   the object ends before the range does.
  ///
  /// - Parameter memory: An array that the caller has no more use for; its memory is taken where
  ///   that helps. Fresh pages cost nearly as much as reading into them.
  func read(
    _ name: ObjectName, _ range: Range<Int>, reusing memory: consuming [UInt8]
  ) async throws(ObjectStoreError) -> [UInt8]

  /// Stores an object: afterwards it is whole and durable, or it is not there at all.
  ///
  /// Repeatable: names derive from contents, so an object that is there already is left alone and
  /// the call fails with ``ObjectStoreError/Reason/alreadyExists``. Of several callers at once at
  /// most one succeeds where the store can tell.
  func write(_ name: ObjectName, _ bytes: ArraySlice<UInt8>) async throws(ObjectStoreError)

  /// Removes an object durably; `false` where there was none. Repeatable.
  func delete(_ name: ObjectName) async throws(ObjectStoreError) -> Bool

  /// Removes packs, indexes and snapshots that writers left half written when they died; they count
  /// as no objects. Only for who holds the repository's exclusive lock: what a living writer is
  /// about to write would go, too. Repeatable.
  func removeRemains() async throws(ObjectStoreError)
}

extension ObjectStore {
  /// Enough for a server that is some way off.
  public var transfersAtOnce: Int { 3 }

  /// A server keeps nothing of a write that did not end.
  public func removeRemains() async throws(ObjectStoreError) {}

  public func read(
    _ name: ObjectName, _ range: Range<Int>
  ) async throws(ObjectStoreError) -> [UInt8] { try await read(name, range, reusing: []) }

  /// The bytes `range` of an object in place of what `bytes` holds, in the same memory where that
  /// helps; nothing after an error.
  public func read(
    _ name: ObjectName, _ range: Range<Int>, into bytes: inout [UInt8]
  ) async throws(ObjectStoreError) {
    var memory: [UInt8] = []
    swap(&memory, &bytes)
    bytes = try await read(name, range, reusing: consume memory)
  }

  /// A whole object.
  ///
  /// - Parameter bytesMax: An object larger than this is refused before any of it is read.
  public func read(_ name: ObjectName, bytesMax: Int) async throws(ObjectStoreError) -> [UInt8] {
    guard let size = try await size(of: name) else {
      throw ObjectStoreError(.notFound, "`\(name)` does not exist in \(description)")
    }
    guard size <= bytesMax else {
      throw ObjectStoreError(
        .tooLarge, "`\(name)` has \(size) bytes, which is more than the \(bytesMax) it may have")
    }
    return try await read(name, 0..<size)
  }
}

/// Why a store could not do what it was asked.
public struct ObjectStoreError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Reason: String, Hashable, Sendable {
    case notFound, alreadyExists, truncated, tooLarge
    /// The location is not one, or one of a kind that is not supported.
    case badLocation, unsupported
    case forbidden, outOfSpace
    /// Anything else the system said.
    case io
  }

  public var reason: Reason
  public var description: String

  public init(_ reason: Reason, _ description: String) {
    self.reason = reason
    self.description = description
  }
}
