import ObjectStores
import Planning

/// Asks a store for a few things, one after the other, and measures each.
struct StoreTrial {
  private(set) var steps: [StoreFacts.Step] = []
  /// Whether the store answers and the repository's bucket is not there.
  private(set) var isPlaceMissing = false

  /// - Returns: Whether it could.
  mutating func list(_ store: any ObjectStore) async -> Bool {
    var isMissing = false
    let isListed = await step("list") { () async throws(ObjectStoreError) in
      do throws(ObjectStoreError) { _ = try await store.list(.key) } catch {
        isMissing = error.reason == .notFound
        throw error
      }
      return nil
    }
    isPlaceMissing = isMissing
    return isListed
  }

  /// Creates, finds, reads and removes a file of a few bytes, where restic does not look.
  ///
  /// - Returns: Whether of two who create one file one fails; `nil` where that is not known.
  mutating func write(_ store: any FileStore) async -> Bool? {
    let number = String(UInt64.random(in: 0 ... .max), radix: 16)
    guard let folder = FileName("oadp-plan"), let name = FileName("oadp-plan/doctor-\(number)")
    else { preconditionFailure("`\(number)` is no part of a name") }
    let bytes = Array("oadp-plan doctor \(number)\n".utf8)
    var isExclusive: Bool?
    let isWritten = await step("write") { () async throws(ObjectStoreError) in
      try await store.createFile(name, bytes)
      return nil
    }
    if isWritten {
      _ = await step("read") { () async throws(ObjectStoreError) in
        try await store.readFile(name, bytesMax: 1 << 10) == bytes
          ? nil : "what was written a moment ago is read as something else"
      }
      _ = await step("find") { () async throws(ObjectStoreError) in
        try await store.names(in: folder).contains("doctor-\(number)")
          ? nil : "what was written a moment ago is not listed"
      }
      _ = await step("write again") { () async throws(ObjectStoreError) in
        do throws(ObjectStoreError) { try await store.createFile(name, [0]) } catch {
          guard error.reason == .alreadyExists else { throw error }
          isExclusive = try await store.promisesExclusiveCreation()
          return nil
        }
        return "a file that is there was created a second time"
      }
    }
    // Whatever became of the rest, and of the answer to the write.
    _ = await step("delete") { () async throws(ObjectStoreError) in
      let wasThere = try await store.deleteFile(name)
      guard isWritten else { return nil }
      if !wasThere { return "what was written is not there to be deleted" }
      return try await store.hasFile(name) ? "what was deleted is still there" : nil
    }
    return isExclusive
  }

  /// - Parameter body: Answers with what is wrong, if anything.
  private mutating func step(
    _ name: String, _ body: () async throws(ObjectStoreError) -> String?
  ) async -> Bool {
    let clock = ContinuousClock()
    let began = clock.now
    var failure: String?
    do { failure = try await body() } catch { failure = error.description }
    let milliseconds = began.duration(to: clock.now) / .milliseconds(1)
    steps.append(
      StoreFacts.Step(name: name, milliseconds: Int64(milliseconds), failure: failure))
    return failure == nil
  }
}
