import ClusterModel
import Documents
import Ports
public import Runner
internal import Synchronization

/// The leases that a run holds, and the heartbeat that keeps them.
///
/// A lease counts as lost when somebody else holds it, and when no renewal has succeeded for its
/// duration but one heartbeat: nobody else can have taken it by then.
public final class HeldLeases<C: Clock>: RunFence where C.Duration == Duration {
  private struct Held {
    var lease: Lease
    /// When the last renewal that succeeded was sent.
    var renewedAt: C.Instant
  }

  private struct State {
    var held: [Held] = []
    var loss: String?
    var isStopHeard = false
    var succeeds = false
  }

  public let holder: LeaseHolder
  private let keeper: LeaseKeeper<C>
  private let state = Mutex(State())

  init(keeper: LeaseKeeper<C>, holder: LeaseHolder) {
    self.keeper = keeper
    self.holder = holder
  }

  /// Whether another run had the application and released it while we waited: what was planned
  /// before may be done already.
  public var succeedsAnother: Bool { state.withLock { $0.succeeds } }

  /// How often each lease has changed hands, in the order of their taking.
  public var fencingTokens: [Int64] { state.withLock { $0.held.map(\.lease.fencingToken) } }

  public var loss: String? {
    let now = keeper.clock.now
    return state.withLock { state in
      if state.loss == nil {
        let silent = state.held.first { $0.renewedAt.duration(to: now) >= keeper.settings.trust }
        state.loss = silent.map {
          "The lock of `\($0.lease.application)` could not be renewed for "
            + "\($0.renewedAt.duration(to: now).components.seconds) s"
        }
      }
      return state.loss
    }
  }

  public func watch() async -> FenceSignal? {
    await withTaskGroup(of: FenceSignal?.self) { group in
      group.addTask { await self.keepRenewing() }
      group.addTask { await self.waitForLoss() }
      let signal = await group.next() ?? nil
      group.cancelAll()
      return signal
    }
  }

  /// Makes the leases free again. What cannot be reached frees itself with time.
  public func release() async {
    for var held in state.withLock({ $0.held }) {
      for _ in 0..<5 {
        do throws(ClusterError) {
          try await keeper.free(held.lease)
          break
        } catch {
          guard error.reason == .conflict || error.isTransient,
            let fresh = try? await keeper.cluster.get(held.lease.reference).map(Lease.init),
            fresh.pulse.identity == holder.identity
          else { break }
          held.lease = fresh
        }
      }
    }
    state.withLock { state in
      state.held = []
      state.loss = state.loss ?? "The lock was released"
    }
  }

  // MARK: For the keeper

  func add(_ lease: Lease, sentAt: C.Instant) {
    state.withLock { $0.held.append(Held(lease: lease, renewedAt: sentAt)) }
  }

  func noteSuccession() { state.withLock { $0.succeeds = true } }

  /// Renews what was not renewed for a heartbeat.
  func renewWhereDue() async {
    let now = keeper.clock.now
    let due = state.withLock { state in
      state.held.indices.filter {
        state.held[$0].renewedAt.duration(to: now) >= keeper.settings.heartbeat
      }
    }
    for index in due { await renew(index) }
  }

  // MARK: Heartbeat

  private func keepRenewing() async -> FenceSignal? {
    while true {
      if let signal = signal() { return signal }
      do { try await keeper.clock.sleep(for: pause()) } catch { return nil }
      await renewWhereDue()
    }
  }

  /// A request that hangs must not hide that time is over.
  private func waitForLoss() async -> FenceSignal? {
    while true {
      if let loss { return .lost(loss) }
      let now = keeper.clock.now
      let oldest = state.withLock { $0.held.map { $0.renewedAt.duration(to: now) }.max() }
      let rest = keeper.settings.trust - (oldest ?? .zero)
      do { try await keeper.clock.sleep(for: max(rest, .milliseconds(1))) } catch { return nil }
    }
  }

  private func signal() -> FenceSignal? {
    if let loss { return .lost(loss) }
    return state.withLock { state in
      guard !state.isStopHeard else { return nil }
      guard let who = state.held.lazy.compactMap(\.lease.stopAsker).first else { return nil }
      state.isStopHeard = true
      return .stopRequested(by: who)
    }
  }

  /// Until the next renewal is due; shorter while renewals fail.
  private func pause() -> Duration {
    let (settings, now) = (keeper.settings, keeper.clock.now)
    let oldest = state.withLock { $0.held.map { $0.renewedAt.duration(to: now) }.max() } ?? .zero
    return max(settings.heartbeat - oldest, settings.pause)
  }

  private func renew(_ index: Int) async {
    guard
      let lease = state.withLock({ $0.held.indices.contains(index) ? $0.held[index].lease : nil })
    else { return }
    let sentAt = keeper.clock.now
    do throws(ClusterError) {
      let fresh = try await keeper.renew(lease)
      update(index, fresh, sentAt: sentAt)
    } catch {
      if error.reason == .conflict || error.reason == .notFound { await reread(index) }
    }
  }

  /// Somebody has changed the lease: to ask us to stop, or to take it.
  private func reread(_ index: Int) async {
    let lease = state.withLock { $0.held[index].lease }
    do throws(ClusterError) {
      guard let fresh = try await keeper.cluster.get(lease.reference).map(Lease.init) else {
        return lose("The lock of `\(lease.application)` was deleted")
      }
      guard fresh.pulse.identity == holder.identity,
        fresh.pulse.transitions == lease.pulse.transitions
      else {
        return lose(
          fresh.isFree
            ? "The lock of `\(lease.application)` was broken by `unlock`"
            : "The lock of `\(lease.application)` was taken by \(fresh.holderText)")
      }
      let sentAt = keeper.clock.now
      update(index, try await keeper.renew(fresh), sentAt: sentAt)
    } catch {
      // The next heartbeat tries again.
    }
  }

  private func update(_ index: Int, _ lease: Lease, sentAt: C.Instant) {
    state.withLock { state in
      guard state.held.indices.contains(index) else { return }
      state.held[index] = Held(lease: lease, renewedAt: sentAt)
    }
  }

  private func lose(_ reason: String) { state.withLock { $0.loss = $0.loss ?? reason } }
}
