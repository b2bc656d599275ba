import Synchronization

/// Lets bytes pass at a steady rate, for everybody who shares it together.
///
/// A bucket of tokens, kept as the instant at which it will be full again: who takes bytes moves
/// that instant on and waits until it is no further away than a bucket's worth.
public final class ByteLimiter<C: Clock>: Sendable where C.Duration == Duration {
  private let bytesPerSecond: Int
  private let clock: C
  private let fullAt: Mutex<C.Instant>
  /// A bucket holds what passes in this time.
  private let burst: Duration

  /// - Precondition: `bytesPerSecond` is at least 1.
  public init(bytesPerSecond: Int, burst: Duration = .seconds(1), clock: C) {
    precondition(bytesPerSecond >= 1, "\(bytesPerSecond) bytes a second would never pass")
    self.bytesPerSecond = bytesPerSecond
    self.burst = burst
    self.clock = clock
    fullAt = Mutex(clock.now)
  }

  /// Returns when so many bytes may pass; those who asked before come first.
  ///
  /// - Throws: Where the task is cancelled. The bytes count as passed.
  public func pass(_ bytes: Int) async throws(CancellationError) {
    let now = clock.now
    let time = Duration.seconds(1) * (Double(bytes) / Double(bytesPerSecond))
    let wait = fullAt.withLock { fullAt in
      fullAt = max(fullAt, now).advanced(by: time)
      return now.duration(to: fullAt) - burst
    }
    guard wait > .zero else { return }
    do { try await clock.sleep(for: wait) } catch { throw CancellationError() }
  }
}

/// A store that sends and fetches no faster than it may.
public struct ThrottledStore<C: Clock>: ObjectStore where C.Duration == Duration {
  private let base: any ObjectStore
  private let upload: ByteLimiter<C>?
  private let download: ByteLimiter<C>?

  /// - Parameters:
  ///   - upload: `nil` sends as fast as it can.
  ///   - download: `nil` fetches as fast as it can.
  public init(
    _ base: any ObjectStore, upload: ByteLimiter<C>? = nil, download: ByteLimiter<C>? = nil
  ) {
    self.base = base
    self.upload = upload
    self.download = download
  }

  public var description: String { base.description }

  public var transfersAtOnce: Int { base.transfersAtOnce }

  public func prepare() async throws(ObjectStoreError) { try await base.prepare() }

  public func list(_ kind: ObjectKind) async throws(ObjectStoreError) -> [ObjectEntry] {
    try await base.list(kind)
  }

  public func size(of name: ObjectName) async throws(ObjectStoreError) -> Int? {
    try await base.size(of: name)
  }

  public func read(
    _ name: ObjectName, _ range: Range<Int>, reusing memory: consuming [UInt8]
  ) async throws(ObjectStoreError) -> [UInt8] {
    try await pass(range.count, download)
    return try await base.read(name, range, reusing: consume memory)
  }

  public func write(_ name: ObjectName, _ bytes: ArraySlice<UInt8>) async throws(ObjectStoreError) {
    try await pass(bytes.count, upload)
    try await base.write(name, bytes)
  }

  public func delete(_ name: ObjectName) async throws(ObjectStoreError) -> Bool {
    try await base.delete(name)
  }

  public func removeRemains() async throws(ObjectStoreError) { try await base.removeRemains() }

  private func pass(_ bytes: Int, _ limiter: ByteLimiter<C>?) async throws(ObjectStoreError) {
    do { try await limiter?.pass(bytes) } catch {
      throw ObjectStoreError(.io, "Cancelled while waiting for bandwidth")
    }
  }
}
