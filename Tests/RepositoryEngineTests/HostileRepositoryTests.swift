import ObjectStores
import RepositoryFormat
import Testing

@testable import RepositoryEngine

@Suite("A damaged repository gives a named error") struct HostileRepositoryTests {
  private func sample() async throws -> (
    store: MemoryStore, snapshot: ObjectID, files: [ObjectName]
  ) {
    let store = MemoryStore()
    let repository = try await Repository.create(in: store, password: Array("pw".utf8))
    let id = try await repository.addSnapshot(
      files: [
        SnapshotFile(path: "a/b", bytes: Array("hello".utf8)), SnapshotFile(path: "c", bytes: []),
      ], path: "/point", hostname: "h", tags: [])
    var names: [ObjectName] = []
    for kind in ObjectKind.allCases { names += try await store.list(kind).map(\.name) }
    return (store, id, names)
  }

  private func read(_ store: MemoryStore, _ id: ObjectID) async throws -> [UInt8] {
    let repository = try await Repository.open(store: store, password: Array("pw".utf8))
    _ = try await repository.snapshots()
    return try await repository.readFile(snapshot: id, path: "a/b", limit: 100)
  }

  @Test("truncated, changed and missing objects are never taken for good ones")
  func damage() async throws {
    let (store, id, names) = try await sample()
    #expect(names.count == 6)
    #expect(try await read(store, id) == Array("hello".utf8))
    for name in names {
      let good = try await store.read(name, bytesMax: 1 << 20)
      var flipped = good
      flipped[good.count / 2] ^= 0x40
      var start = good
      start[3] ^= 1
      for bad in [flipped, start, Array(good.dropLast()), [], nil] {
        store.replace(name, with: bad)
        await #expect(throws: RepositoryError.self, "\(name)") {
          let bytes = try await read(store, id)
          // A pack's other blobs may be the ones that were hit.
          if bytes == Array("hello".utf8), name.kind == .pack {
            throw RepositoryError.damaged(object: name.description, reason: "elsewhere")
          }
        }
      }
      store.replace(name, with: good)
    }
    #expect(try await read(store, id) == Array("hello".utf8))
  }

  @Test("a wrong password is not taken for damage")
  func wrongPassword() async throws {
    let (store, _, _) = try await sample()
    let error = await #expect(throws: RepositoryError.self) {
      try await Repository.open(store: store, password: Array("no".utf8))
    }
    guard case .wrongPassword = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("a second repository is not made over the first")
  func noSecondRepository() async throws {
    let (store, _, _) = try await sample()
    let error = await #expect(throws: RepositoryError.self) {
      try await Repository.create(in: store, password: Array("pw".utf8))
    }
    guard case .alreadyExists = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("files from memory come back, and paths that lead elsewhere are refused")
  func memoryFiles() async throws {
    let (store, _, _) = try await sample()
    let repository = try await Repository.open(store: store, password: Array("pw".utf8))
    for path in ["/a", "../a", "a//b", "", "a/"] {
      await #expect(throws: RepositoryError.self, "\(path)") {
        try await repository.addSnapshot(
          files: [SnapshotFile(path: path, bytes: [])], path: "/p", hostname: "h", tags: [])
      }
    }
    let id = try await repository.addSnapshot(
      files: [SnapshotFile(path: "x", bytes: [1])], path: "/p", hostname: "h",
      tags: ["oadp-plan", "point=7"])
    #expect(try await repository.snapshots(tags: ["point=7"]).map(\.id) == [id])
    try await repository.forget([id])
    try await repository.forget([id])
    #expect(try await repository.snapshots(tags: ["point=7"]).isEmpty)
    #expect(try await repository.locks().isEmpty)
  }
}

@Suite("Locks") struct LockTests {
  private let impatient = LockTiming(settling: .zero, patience: .zero)

  private func repository() async throws -> Repository {
    try await Repository.create(in: MemoryStore(), password: Array("pw".utf8))
  }

  @Test("readers share, and an exclusive lock tolerates nobody")
  func modes() async throws {
    let repository = try await repository()
    try await repository.withLock(.shared, timing: impatient) {
      () async throws(RepositoryError) in
      try await repository.withLock(.shared, timing: impatient) {
        () async throws(RepositoryError) in #expect(try await repository.locks().count == 2)
      }
      await #expect(throws: RepositoryError.self) {
        try await repository.withLock(.exclusive, timing: impatient) {
          () async throws(RepositoryError) in
        }
      }
    }
    #expect(try await repository.locks().isEmpty)
  }

  @Test("a lock is renewed under a new name while work goes on")
  func renewal() async throws {
    let repository = try await repository()
    var timing = impatient
    timing.renewal = .milliseconds(20)
    let before = try await repository.withLock(.shared, timing: timing) {
      () async throws(RepositoryError) in
      let first = try await repository.locks().map(\.id)
      var names = first
      while names == first || names.isEmpty {
        await Task.yield()
        names = try await repository.locks().map(\.id)
      }
      return first
    }
    #expect(before.count == 1)
    #expect(try await repository.locks().isEmpty)
  }

  @Test("work whose lock was removed by somebody ends with that reason")
  func removed() async throws {
    let repository = try await repository()
    var timing = impatient
    timing.renewal = .milliseconds(20)
    let error = await #expect(throws: RepositoryError.self) {
      try await repository.withLock(.shared, timing: timing) {
        () async throws(RepositoryError) in
        for holder in try await repository.locks() {
          try await repository.delete(ObjectName(.lock, holder.id))
        }
        while !Task.isCancelled { await Task.yield() }
        throw .cancelled
      }
    }
    guard case .lockLost = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("a lock whose process was killed here is taken away; others are respected")
  func dead() async throws {
    let repository = try await repository()
    let here = ProcessIdentity.current
    // No process has a number above the kernel's limit of 4,194,304.
    let deadPID: UInt64 = 5_000_000
    let locks = [
      (here.hostname, here.uid, deadPID), (here.hostname, here.uid, here.pid),
      (here.hostname, here.uid + 1, deadPID), ("elsewhere", here.uid, deadPID),
      (here.hostname, here.uid, UInt64.max), (here.hostname, here.uid, 0),
    ]
    for (hostname, uid, pid) in locks {
      let lock = LockFile(
        time: repository.now(), isExclusive: true, hostname: hostname, username: "", pid: pid,
        uid: uid, gid: 0)
      _ = try await repository.writeFile(.lock, lock.encoded())
    }
    try await repository.removeDeadLocks()
    let left = try await repository.locks().map { [$0.lock.hostname, "\($0.lock.pid)"] }
    #expect(left.count == 5)
    #expect(left.filter { $0 == [here.hostname, "\(deadPID)"] }.count == 1)
  }

  @Test("restic respects our locks, and we respect restic's")
  func withRestic() async throws {
    let scratch = try Scratch()
    let repo = scratch("repo")
    let repository = try await Repository.create(
      in: DirectoryStore(path: repo), password: Array(testPassword.utf8))
    _ = try await repository.withLock(.exclusive, timing: impatient) {
      () async throws(RepositoryError) in
      #expect(throws: Shell.Failure.self) { try Shell.restic(repo, "backup /etc/hostname") }
    }
    try await repository.withLock(.shared, timing: impatient) {
      () async throws(RepositoryError) in
      _ = #expect(throws: Shell.Failure.self) { try Shell.restic(repo, "check") }
      #expect(throws: Never.self) { try Shell.restic(repo, "backup /etc/hostname") }
    }
    _ = try Shell.restic(repo, "check")
  }
}
