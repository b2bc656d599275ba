import ClusterModel
import Documents
import Execution
import Planning
import Ports
import RunTesting
import Runner
import Synchronization
import Testing

@testable import Backends

/// Two machines and the cluster between them, in simulated time.
struct LeaseScene: Sendable {
  static let targets = [LeaseTarget(application: "shop", namespace: "movers")]

  let cluster = InMemoryCluster(time: VirtualTime())
  let clock: SimulatedClock
  let first: Machine
  let second: Machine

  private init(_ clock: SimulatedClock) {
    self.clock = clock
    first = Machine(cluster)
    second = Machine(cluster)
  }

  /// Plays a scene under a seed; a thrown error is a broken test.
  static func play<Answer: Sendable>(
    seed: UInt64 = 1, _ body: @escaping @Sendable (LeaseScene) async throws -> Answer
  ) -> Answer {
    Simulation.run(seed: seed) { clock in
      let scene = LeaseScene(clock)
      await scene.cluster.settle()
      do {
        _ = try await scene.cluster.create(
          ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "movers"]],
          as: .namespace)
        return try await body(scene)
      } catch {
        preconditionFailure("the scene ended with \(error)")
      }
    }
  }

  var now: Duration { SimulatedClock.Instant.start.duration(to: clock.now) }

  /// - Parameter wallOffset: How wrong the machine's wall clock is.
  func keeper(
    _ machine: Machine, wallOffset: Duration = .zero
  ) -> LeaseKeeper<SimulatedClock> {
    LeaseKeeper(cluster: machine, clock: clock, now: { [clock] in clock.wall + wallOffset })
  }

  static func holder(_ number: Int, token: String? = nil) -> LeaseHolder {
    LeaseHolder(
      who: "user\(number)@host", pid: 4000 + number,
      run: RunID("20261122T020000Z-0000000\(number)")!, token: token ?? "token\(number)")
  }

  func lease() async throws -> Lease {
    Lease(try #require(try await cluster.get(Self.targets[0].reference)))
  }

  /// Holds until `time` from the start, as a run would, and says what ended it.
  func hold(
    _ held: HeldLeases<SimulatedClock>, until time: Duration
  ) async -> FenceSignal? {
    await withTaskGroup(of: FenceSignal?.self) { group in
      group.addTask { await held.watch() }
      group.addTask { [clock] in
        try? await clock.sleep(
          until: SimulatedClock.Instant.start.advanced(by: time), tolerance: nil)
        return nil
      }
      let signal = await group.next() ?? nil
      group.cancelAll()
      return signal
    }
  }
}

@Suite("Leases of applications") struct LeaseTests {
  @Test("a lease says who holds it, since when, and how often it has changed hands")
  func record() {
    let (lease, again) = LeaseScene.play { scene in
      let held = try await scene.keeper(scene.first).acquire(
        LeaseScene.targets, as: LeaseScene.holder(1))
      let lease = try await scene.lease()
      await held.release()
      return (lease, try await scene.lease())
    }
    #expect(lease.application == "shop")
    #expect(lease.reference.description == "Lease movers/oadp-plan-shop")
    #expect(
      LeaseError.held(lease).description
        == "Application `shop` is locked by run 20261122T020000Z-00000001 of user1@host, pid 4001, "
        + "since 2026-11-22T02:00:00Z, last renewed at 2026-11-22T02:00:00Z")
    #expect(lease.fencingToken == 1)
    #expect(again.isFree && again.fencingToken == 1)
  }

  @Test("a released lease is taken at once, and its token grows")
  func released() {
    let (token, took) = LeaseScene.play { scene in
      let keeper = scene.keeper(scene.first)
      await (try await keeper.acquire(LeaseScene.targets, as: LeaseScene.holder(1))).release()
      let held = try await keeper.acquire(LeaseScene.targets, as: LeaseScene.holder(2))
      return (held.fencingTokens, scene.now)
    }
    #expect(token == [2])
    #expect(took == .zero)
  }

  @Test("the lease of a killed runner of the same folder is taken at once")
  func sameFolder() {
    let (token, took) = LeaseScene.play { scene in
      let keeper = scene.keeper(scene.first)
      _ = try await keeper.acquire(LeaseScene.targets, as: LeaseScene.holder(1))
      var again = LeaseScene.holder(1)
      again.pid = 9
      let held = try await keeper.acquire(LeaseScene.targets, as: again)
      return (held.fencingTokens, scene.now)
    }
    #expect(token == [2])
    #expect(took == .zero)
  }

  @Test("the same run in another folder is somebody else")
  func otherFolder() {
    let took = LeaseScene.play { scene in
      let keeper = scene.keeper(scene.first)
      _ = try await keeper.acquire(LeaseScene.targets, as: LeaseScene.holder(1))
      _ = try await keeper.acquire(
        LeaseScene.targets, as: LeaseScene.holder(1, token: "adopted"))
      return scene.now
    }
    #expect(took >= .seconds(30))
  }

  @Test(
    "a silent holder is dead after its lease's duration, however wrong anybody's wall clock is",
    arguments: [-86_400, -20, 0, 20, 86_400])
  func dead(seconds: Int) {
    let took = LeaseScene.play { scene in
      _ = try await scene.keeper(scene.first, wallOffset: .seconds(seconds)).acquire(
        LeaseScene.targets, as: LeaseScene.holder(1))
      _ = try await scene.keeper(scene.second).acquire(
        LeaseScene.targets, as: LeaseScene.holder(2))
      return scene.now
    }
    #expect(took >= .seconds(30) && took <= .seconds(34))
  }

  @Test(
    "a holder that renews is alive, however wrong anybody's wall clock is; one heartbeat shows it",
    arguments: [-86_400, 0, 86_400])
  func alive(seconds: Int) {
    let (error, took) = LeaseScene.play { scene in
      let held = try await scene.keeper(scene.first, wallOffset: .seconds(seconds)).acquire(
        LeaseScene.targets, as: LeaseScene.holder(1))
      return await withTaskGroup(of: Void.self) { group in
        group.addTask { _ = await held.watch() }
        defer { group.cancelAll() }
        do throws(LeaseError) {
          _ = try await scene.keeper(scene.second).acquire(
            LeaseScene.targets, as: LeaseScene.holder(2))
          return (nil as LeaseError?, scene.now)
        } catch {
          return (error, scene.now)
        }
      }
    }
    guard case .held(let lease)? = error else {
      Issue.record("it was not refused: \(String(describing: error))")
      return
    }
    #expect(lease.holder == LeaseScene.holder(1))
    #expect(took <= .seconds(13))
  }

  @Test("with patience, a lease that is released meanwhile is taken, and said to be a succession")
  func patience() {
    let (succeeds, took) = LeaseScene.play { scene in
      let held = try await scene.keeper(scene.first).acquire(
        LeaseScene.targets, as: LeaseScene.holder(1))
      return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          _ = await scene.hold(held, until: .seconds(100))
          await held.release()
        }
        let second = try await scene.keeper(scene.second).acquire(
          LeaseScene.targets, as: LeaseScene.holder(2), patience: .seconds(300))
        group.cancelAll()
        return (second.succeedsAnother, scene.now)
      }
    }
    #expect(succeeds)
    #expect(took >= .seconds(100) && took <= .seconds(103))
  }

  @Test("a holder without network stops trusting its lease before anybody else may take it")
  func partition() {
    let (signal, lostAt, takenAt) = LeaseScene.play { scene in
      let held = try await scene.keeper(scene.first).acquire(
        LeaseScene.targets, as: LeaseScene.holder(1))
      scene.first.setReachable(false)
      return try await withThrowingTaskGroup(of: Void.self) { group in
        let lostAt = Mutex(Duration.zero)
        let heard = Mutex<FenceSignal?>(nil)
        group.addTask {
          let signal = await held.watch()
          heard.withLock { $0 = signal }
          lostAt.withLock { $0 = scene.now }
        }
        _ = try await scene.keeper(scene.second).acquire(
          LeaseScene.targets, as: LeaseScene.holder(2))
        let takenAt = scene.now
        try await group.waitForAll()
        return (heard.withLock { $0 }, lostAt.withLock { $0 }, takenAt)
      }
    }
    #expect(signal == .lost("The lock of `shop` could not be renewed for 20 s"))
    #expect(lostAt == .seconds(20))
    #expect(takenAt >= .seconds(30))
  }

  @Test("a short silence of the network costs nothing")
  func shortPartition() {
    let signal = LeaseScene.play { scene in
      let held = try await scene.keeper(scene.first).acquire(
        LeaseScene.targets, as: LeaseScene.holder(1))
      return await withTaskGroup(of: Void.self) { group in
        group.addTask {
          try? await scene.clock.sleep(for: .seconds(5))
          scene.first.setReachable(false)
          try? await scene.clock.sleep(for: .seconds(13))
          scene.first.setReachable(true)
        }
        return await scene.hold(held, until: .seconds(600))
      }
    }
    #expect(signal == nil)
  }

  @Test("unlock takes a lease from its holder, who hears so at the next heartbeat")
  func unlock() {
    let (signal, isDone, at) = LeaseScene.play { scene in
      let held = try await scene.keeper(scene.first).acquire(
        LeaseScene.targets, as: LeaseScene.holder(1))
      let office = LeaseOffice(scene.keeper(scene.second))
      let lease = try #require(try await office.held().first)
      let isDone = try await office.unlock(lease)
      return (await held.watch(), isDone, scene.now)
    }
    #expect(isDone)
    #expect(signal == .lost("The lock of `shop` was broken by `unlock`"))
    #expect(at <= .seconds(10))
  }

  @Test("a request to stop reaches the run that it was meant for, once, and no other")
  func stopRequest() {
    let (signal, second, ending) = LeaseScene.play { scene in
      let keeper = scene.keeper(scene.first)
      let held = try await keeper.acquire(LeaseScene.targets, as: LeaseScene.holder(1))
      let office = LeaseOffice(scene.keeper(scene.second))
      try await office.askToStop(try await scene.lease(), by: "bob@ops")
      let signal = await held.watch()
      let again = await scene.hold(held, until: .seconds(100))
      let lease = try await scene.lease()
      await held.release()
      let ending = try await office.wait(for: lease, atMost: .seconds(5))
      let next = try await keeper.acquire(LeaseScene.targets, as: LeaseScene.holder(2))
      let second = await scene.hold(next, until: .seconds(200))
      return (signal, again ?? second, ending)
    }
    #expect(signal == .stopRequested(by: "bob@ops"))
    #expect(second == nil)
    #expect(ending == .ended)
  }

  @Test("a run that is waited for and never ends is still running at the deadline; a dead one dead")
  func waiting() {
    let (alive, dead) = LeaseScene.play { scene in
      let held = try await scene.keeper(scene.first).acquire(
        LeaseScene.targets, as: LeaseScene.holder(1))
      let office = LeaseOffice(scene.keeper(scene.second))
      let lease = try await scene.lease()
      let alive = try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { _ = await held.watch() }
        defer { group.cancelAll() }
        return try await office.wait(for: lease, atMost: .seconds(60))
      }
      return (alive, try await office.wait(for: lease, atMost: .seconds(60)))
    }
    #expect(alive == .stillRunning)
    #expect(dead == .dead)
  }

  @Test("a lease taken first is kept alive while another is waited for")
  func several() {
    let (tokens, alive) = LeaseScene.play { scene in
      let bank = LeaseTarget(application: "bank", namespace: "movers")
      let keeper = scene.keeper(scene.first)
      _ = try await keeper.acquire(LeaseScene.targets, as: LeaseScene.holder(1))
      let held = try await scene.keeper(scene.second).acquire(
        LeaseScene.targets + [bank], as: LeaseScene.holder(2))
      return (held.fencingTokens, held.loss == nil)
    }
    #expect(tokens == [1, 2])
    #expect(alive)
  }

  @Test("a lost answer to any call of taking, renewing and releasing ends in the same state")
  func lostAnswers() {
    for call in 1...6 {
      for actsFirst in [false, true] {
        let (signal, lease) = LeaseScene.play { scene in
          await scene.cluster.fail(call: call, actsFirst: actsFirst)
          let held = try await scene.keeper(scene.first).acquire(
            LeaseScene.targets, as: LeaseScene.holder(1))
          let signal = await scene.hold(held, until: .seconds(25))
          await held.release()
          await scene.cluster.fail(call: nil)
          return (signal, try await scene.lease())
        }
        #expect(signal == nil, "call \(call)")
        #expect(lease.isFree, "call \(call), acts first: \(actsFirst)")
      }
    }
  }

  @Test("an application's leases are named after it, in every movers' namespace of the graph")
  func targets() {
    var graph = TestGraph()
    graph.node("ensure", action: .ensureRepository(EnsureRepository(repository: Scene.repository)))
    graph.node("cut", action: TestGraph.cut("data"))
    graph.node("make", action: .ensureNamespace(EnsureNamespace(name: "shop-again")))
    #expect(
      LeaseTarget.all(of: graph.graph).map(\.reference.description) == [
        "Lease movers/oadp-plan-shop", "Lease movers/oadp-plan-shop-again",
      ])
  }

  @Test("a holder's identity reads back, and a foreign one is no holder")
  func identity() {
    let holder = LeaseHolder(
      who: "CORP/alice:x@laptop", pid: 7, run: RunID("20261122T020000Z-5f3a09c1")!, token: "ab")
    #expect(LeaseHolder(holder.identity) == holder)
    for foreign in ["", "kube-controller-manager_1", "a/b/c", "alice:1/20261122T020000Z-5f3a09c1/"]
    {
      #expect(LeaseHolder(foreign) == nil)
    }
  }
}
