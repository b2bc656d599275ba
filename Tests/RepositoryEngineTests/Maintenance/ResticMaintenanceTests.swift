import Documents
import Foundation
import ObjectStores
import RepositoryFormat
import Testing

@testable import RepositoryEngine

@Suite("Stock restic and we prune each other's repositories") struct ResticMaintenanceTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func open(_ path: String) async throws -> Repository {
    try await Repository.open(store: DirectoryStore(path: path), password: Array(testPassword.utf8))
  }

  private func change(_ source: String) throws {
    try Shell.run(
      "cd '\(source)'; rm -rf many; head -c 3000000 /dev/urandom > new.bin; echo x >> text.txt")
  }

  @Test("we prune what restic wrote, in both formats", arguments: [1, 2])
  func ours(version: Int) async throws {
    let (source, repo) = (scratch("source"), scratch("repo"))
    try SourceTree.make(at: source)
    _ = try Shell.restic(repo, "init --repository-version \(version)")
    _ = try Shell.run("cd '\(source)' && restic -r '\(repo)' --no-cache backup --host h .")
    try change(source)
    _ = try Shell.run("cd '\(source)' && restic -r '\(repo)' --no-cache backup --host h .")
    let repository = try await open(repo)
    let snapshots = try await repository.snapshots()
    var request = MaintenanceRequest()
    request.forgotten = [snapshots[0].id]
    request.unusedMax = .bytes(0)
    let report = try await repository.maintain(request)
    #expect(report.packsRepacked.count > 0)
    #expect(report.unusedKeptBytes == 0)
    #expect(try Shell.restic(repo, "check --read-data").contains("no errors were found"))
    _ = try Shell.restic(repo, "restore latest --target '\(scratch("out"))'")
    #expect(try SourceTree.describe(scratch("out")) == SourceTree.describe(source))
    let nothing = try Shell.restic(repo, "prune --max-unused 0 -vv | tr -s ' '")
    #expect(nothing.contains("to repack: 0 blobs"), "\(nothing)")
    #expect(nothing.contains("total prune: 0 blobs"), "\(nothing)")
    #expect(try await repository.maintain(request).isClean)
  }

  @Test("restic prunes what we wrote, and finds all there")
  func restics() async throws {
    let (source, repo) = (scratch("source"), scratch("repo"))
    try SourceTree.make(at: source)
    let repository = try await Repository.create(
      in: DirectoryStore(path: repo), password: Array(testPassword.utf8))
    let request = BackupRequest(path: source, layout: .contents(as: "/data"), hostname: "h")
    let first = try await repository.backup(request)
    try change(source)
    _ = try await repository.backup(request)
    _ = try Shell.restic(repo, "forget \(first.snapshotID.short) --prune --max-unused 0")
    #expect(try Shell.restic(repo, "check --read-data").contains("no errors were found"))
    #expect(try await repository.maintain(MaintenanceRequest()).isClean)
    let latest = try await repository.resolve("latest")
    _ = try await repository.restore(
      RestoreRequest(snapshot: latest.id, target: scratch("out")))
    #expect(try SourceTree.describe(scratch("out")) == SourceTree.describe(source))
  }

  @Test("plain trees of an upgraded repository are compressed, and data only if asked")
  func upgraded() async throws {
    let (source, repo) = (scratch("source"), scratch("repo"))
    try SourceTree.make(at: source)
    _ = try Shell.restic(repo, "init --repository-version 1")
    _ = try Shell.run("cd '\(source)' && restic -r '\(repo)' --no-cache backup --host h .")
    _ = try Shell.restic(repo, "migrate upgrade_repo_v2")
    let repository = try await open(repo)
    let trees = try await repository.maintain(MaintenanceRequest())
    #expect(trees.packsRepacked.count == 1)
    var request = MaintenanceRequest()
    request.compressesData = true
    let data = try await repository.maintain(request)
    #expect(data.packsRepacked.count > 0)
    #expect(data.packsWritten.bytes < data.packsRepacked.bytes * 9 / 10)
    #expect(try await repository.maintain(request).isClean)
    #expect(try Shell.restic(repo, "check --read-data").contains("no errors were found"))
    _ = try Shell.restic(repo, "restore latest --target '\(scratch("out"))'")
    #expect(try SourceTree.describe(scratch("out")) == SourceTree.describe(source))
  }

  @Test("restic's prune waits for our locks, ours for restic's, and stale ones can be removed")
  func locks() async throws {
    let repo = scratch("repo")
    let store = DirectoryStore(path: repo)
    let repository = try await Repository.create(in: store, password: Array(testPassword.utf8))
    for mode in [LockMode.shared, .exclusive] {
      try await repository.withLock(mode) { () async throws(RepositoryError) in
        let failure = #expect(throws: Shell.Failure.self) { try Shell.restic(repo, "prune") }
        #expect(failure?.description.contains("already locked") == true)
        await #expect(throws: RepositoryError.self) {
          try await repository.maintain(MaintenanceRequest(), timing: .impatient)
        }
      }
    }
    // A lock as restic's own on another machine, first fresh and then of half an hour ago.
    for (age, isStale) in [(29, false), (31, true)] {
      let lock = LockFile(
        time: repository.now() - .seconds(60 * age), isExclusive: false, hostname: "elsewhere",
        username: "u", pid: 7, uid: 0, gid: 0)
      let id = try await repository.writeFile(.lock, lock.encoded())
      let error = await #expect(throws: RepositoryError.self) {
        try await repository.maintain(MaintenanceRequest(), timing: .impatient)
      }
      guard case .locked = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(throws: Shell.Failure.self) { try Shell.restic(repo, "prune") }
      #expect(try await repository.removeStaleLocks().map(\.id) == (isStale ? [id] : []))
      if !isStale {
        _ = try Shell.restic(repo, "unlock")
        #expect(try await repository.locks().map(\.id) == [id])  // restic agrees
        try await repository.delete(ObjectName(.lock, id))
      }
    }
    #expect(try await repository.maintain(MaintenanceRequest(), timing: .impatient).isClean)
    _ = try Shell.restic(repo, "prune")
    #expect(try await repository.locks().isEmpty)
  }

  @Test("a restic that is at work keeps our prune out")
  func resticHolds() async throws {
    let (repo, fifo) = (scratch("repo"), scratch("fifo"))
    let repository = try await Repository.create(
      in: DirectoryStore(path: repo), password: Array(testPassword.utf8))
    // It reads from a pipe that stays open until we have looked.
    try Shell.run("mkfifo '\(fifo)'")
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = [
      "-c", "restic -r '\(repo)' --no-cache backup --stdin < '\(fifo)' > /dev/null",
    ]
    process.environment = ProcessInfo.processInfo.environment
      .merging(["RESTIC_PASSWORD": testPassword]) { $1 }
    try process.run()
    let writer = try #require(FileHandle(forWritingAtPath: fifo))
    while try await repository.locks().isEmpty {
      try #require(process.isRunning)
      try await Task.sleep(for: .milliseconds(20))
    }
    let error = await #expect(throws: RepositoryError.self) {
      try await repository.maintain(MaintenanceRequest(), timing: .impatient)
    }
    guard case .locked = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    try writer.write(contentsOf: Data("late\n".utf8))
    try writer.close()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(try await repository.maintain(MaintenanceRequest()).isClean)
    #expect(try Shell.restic(repo, "dump latest stdin") == "late\n")
  }
}
