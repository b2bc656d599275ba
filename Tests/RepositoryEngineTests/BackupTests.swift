import Documents
import Foundation
import ObjectStores
import RepositoryFormat
import Synchronization
import Testing

@testable import RepositoryEngine

/// A store during whose first write of a pack something else happens.
private final class MeddledStore: WrappingStore {
  let base: any ObjectStore
  private let meddle: Mutex<(@Sendable () -> Void)?>

  init(_ base: DirectoryStore, _ meddle: @escaping @Sendable () -> Void) {
    self.base = base
    self.meddle = Mutex(meddle)
  }

  func write(_ name: ObjectName, _ bytes: ArraySlice<UInt8>) async throws(ObjectStoreError) {
    if name.kind == .pack {
      meddle.withLock { meddle in
        meddle?()
        meddle = nil
      }
    }
    try await base.write(name, bytes)
  }
}

@Suite("Backups") struct BackupTests {
  let scratch: Scratch
  let repository: Repository

  init() async throws {
    scratch = try Scratch()
    repository = try await Repository.create(
      in: DirectoryStore(path: scratch("repo")), password: Array(testPassword.utf8))
  }

  private func backup(
    _ folder: String, _ change: (inout BackupRequest) -> Void = { _ in }
  ) async throws -> BackupSummary {
    var request = BackupRequest(
      path: scratch(folder), layout: .contents(as: "/data"), hostname: "h")
    change(&request)
    return try await repository.backup(request)
  }

  private func restored(_ summary: BackupSummary) async throws -> String {
    let out = scratch("out-\(UUID().uuidString)")
    _ = try await repository.restore(RestoreRequest(snapshot: summary.snapshotID, target: out))
    return try SourceTree.describe(out)
  }

  /// Waits until files of now are older than any clock's tick when a backup begins.
  private func letTimePass() async throws { try await Task.sleep(for: .milliseconds(40)) }

  @Test("on a copied clone no file is read again, and metadata is the clone's")
  func clones() async throws {
    try SourceTree.make(at: scratch("source"))
    try await letTimePass()
    let first = try await backup("source")
    try Shell.run("cp -a '\(scratch("source"))' '\(scratch("clone"))'")
    try Shell.run("chmod 611 '\(scratch("clone"))/text.txt'")
    let strict = try await backup("clone") { $0.unchangedRule = .strict }
    #expect(strict.figures.filesUnmodified == 0)
    #expect(strict.bytesRead > 5_000_000)
    let second = try await backup("clone") { $0.parent = first.snapshotID }
    #expect(second.figures.filesUnmodified == second.figures.totalFilesProcessed)
    #expect(second.bytesRead == 0)
    #expect(second.treeID != first.treeID)
    #expect(try await restored(second) == SourceTree.describe(scratch("clone")))
    #expect(second.treeID == strict.treeID)
  }

  @Test("a file that kept its inode but not its change time is read, whatever its time says")
  func changeTimeCounts() async throws {
    try Shell.run("mkdir '\(scratch("s"))'; echo one > '\(scratch("s"))/f'")
    try await letTimePass()
    _ = try await backup("s")
    try Shell.run(
      "cd '\(scratch("s"))'; touch -r f ../stamp; printf 'two\\n' > f; touch -r ../stamp f")
    let second = try await backup("s")
    #expect(second.figures.filesChanged == 1)
    #expect(try await restored(second) == SourceTree.describe(scratch("s")))
  }

  @Test("a file modified while the parent was made is read again: its time may be the same")
  func racilyClean() async throws {
    try Shell.run(
      "mkdir '\(scratch("s"))'; echo one > '\(scratch("s"))/f'; touch '\(scratch("s"))/g'")
    try await letTimePass()
    let first = try await backup("s")
    // The file as the parent saw it, had it been written in the tick in which the backup began.
    let during = first.figures.backupStart
    let stamp =
      "@\(during.secondsSinceEpoch).\(String(1_000_000_000 + during.nanosecond).dropFirst())"
    try Shell.run(
      "touch -d '\(stamp)' '\(scratch("s"))/f'; cp -a '\(scratch("s"))' '\(scratch("t"))'")
    var snapshot = try await repository.snapshot(first.snapshotID)
    let parent = try await backup("t") { $0.time = during }
    snapshot.tree = parent.treeID
    let racy = try await repository.writeFile(.snapshot, snapshot.encoded())
    try Shell.run(
      "cd '\(scratch("t"))'; printf 'two\\n' > f; touch -d '\(stamp)' f; mv f x; cp -a x f")
    let second = try await backup("t") { $0.parent = racy }
    #expect(try await restored(second) == SourceTree.describe(scratch("t")))
    #expect(second.figures.filesChanged == 1)
    #expect(second.figures.filesUnmodified == 1)
  }

  @Test("what vanishes, grows or shrinks while it is read costs a warning and nothing else")
  func movingTarget() async throws {
    let source = scratch("s")
    try Shell.run(
      "mkdir '\(source)'; cd '\(source)'; for i in $(seq 100); do echo $i > v$i; done;"
        + " head -c 30000000 /dev/urandom > grows; head -c 30000000 /dev/urandom > shrinks;"
        + " echo keep > keep")
    // The first pack is stored when the folder is listed and its first file begun.
    let store = MeddledStore(DirectoryStore(path: scratch("repo"))) {
      // Safety: the paths are C strings for the length of each call.
      for number in 51...100 { _ = unsafe unlink("\(source)/v\(number)") }
      _ = unsafe truncate("\(source)/grows", 31_000_000)
      _ = unsafe truncate("\(source)/shrinks", 1000)
    }
    let meddled = try await Repository.open(store: store, password: Array(testPassword.utf8))
    var request = BackupRequest(path: source, layout: .contents(as: "/data"), hostname: "h")
    request.pace = WritingPace(packBytes: 1 << 20)
    let summary = try await meddled.backup(request)
    #expect(summary.warnings.filter { $0.contains("/v") }.count == 50)
    #expect(summary.warnings.contains("`\(source)/grows`: changed while it was read"))
    #expect(summary.figures.totalFilesProcessed == 53)
    let check = try Shell.restic(scratch("repo"), "check --read-data")
    #expect(check.contains("no errors were found"))
    _ = try Shell.restic(scratch("repo"), "restore latest --target '\(scratch("out"))'")
    #expect(try Shell.run("cat '\(scratch("out"))/keep'") == "keep\n")
  }

  @Test("access lists, sockets and hard links: what restic keeps is kept, and equal to restic's")
  func specials() async throws {
    let source = scratch("s")
    try Shell.run(
      #"""
      mkdir -p "$S/d"; cd "$S"; echo x > acl; echo y > a; ln a d/b; ln a d/c
      ln -s target d/l; ln d/l d/l2; mkfifo d/p; ln d/p d/p2
      truncate -s 20M d/hole; ln d/hole d/hole2
      python3 - <<'P'
      import os, socket, struct
      socket.socket(socket.AF_UNIX).bind("sock")
      entry = lambda tag, perm, id=0xffffffff: struct.pack("<HHI", tag, perm, id)
      acl = struct.pack("<I", 2) + entry(1, 6) + entry(2, 4, 1234) + entry(4, 4) \
          + entry(16, 4) + entry(32, 4)
      try:
          os.setxattr("acl", "system.posix_acl_access", acl)
          os.setxattr("d", "system.posix_acl_default", acl)
      except OSError as e: print(e)
      P
      """#, ["S": source])
    let summary = try await backup("s")
    #expect(summary.warnings == [])
    let ours = try await restored(summary)
    let theirs = try SourceTree.describe(source).split(separator: "\n")
      .filter { !$0.contains("./sock") }
    // restic makes hard links of files alone; so do we.
    func plain(_ lines: [Substring]) -> [String] {
      lines.map { line in
        line.contains("./d/l") || line.contains("./d/p")
          ? line.split(separator: " ").enumerated().filter { $0.offset != 6 }.map(\.element)
            .joined(separator: " ") : String(line)
      }
    }
    #expect(plain(ours.split(separator: "\n")) == plain(theirs))
    try Shell.run(
      "cd '\(source)' && restic -r '\(scratch("repo"))' --no-cache backup --force --host h .")
    #expect(try await repository.snapshots().last?.snapshot.tree == summary.treeID)
  }

  @Test("a folder of 100,000 entries comes back, and restic agrees with its tree")
  func largeFolder() async throws {
    try Shell.run(
      "mkdir '\(scratch("s"))'; cd '\(scratch("s"))'; python3 -c '\nfor i in range(100000):"
        + " open(str(i), \"w\").close()'")
    let summary = try await backup("s")
    #expect(summary.figures.totalFilesProcessed == 100_000)
    try Shell.run(
      "cd '\(scratch("s"))' && restic -r '\(scratch("repo"))' --no-cache backup --force --host h .")
    #expect(try await repository.snapshots().last?.snapshot.tree == summary.treeID)
    let out = scratch("out")
    let figures = try await repository.restore(
      RestoreRequest(snapshot: summary.snapshotID, target: out))
    #expect(figures.files == 100_000)
  }

  @Test(
    "workers that fill packs of data and of trees at once never wait for each other",
    .timeLimit(.minutes(10)))
  func fullPacksEverywhere() async throws {
    try Shell.run(
      "mkdir '\(scratch("s"))'; cd '\(scratch("s"))'; python3 -c '\nimport os"
        + "\nfor d in range(800):\n os.mkdir(str(d))"
        + "\n open(f\"{d}/file\", \"wb\").write(os.urandom(4000))'")
    for workers in [2, 2, 3] {
      var request = BackupRequest(
        path: scratch("s"), layout: .contents(as: "/data"), hostname: "host")
      request.readsEverything = true
      request.workers = workers
      // A few folders' trees fill a pack, as a few files do.
      request.pace = WritingPace(packBytes: 32 << 10)
      let store = NarrowStore(base: MemoryStore())
      let repository = try await Repository.create(in: store, password: Array("x".utf8))
      let summary = try await repository.backup(request)
      #expect(summary.figures.totalFilesProcessed == 800)
      #expect(try await repository.check(CheckRequest()).problems.isEmpty)
    }
  }

  @Test("files that may not be read are left out with a warning; the rest is whole")
  func unreadable() async throws {
    guard geteuid() != 0 else { return }  // root reads everything
    try Shell.run(
      "mkdir -p '\(scratch("s"))/d'; cd '\(scratch("s"))'; echo a > a; echo b > b; chmod 0 b d")
    let summary = try await backup("s")
    #expect(summary.warningCount == 2)
    #expect(summary.figures.totalFilesProcessed == 1)
    #expect(try await restored(summary).contains("./a'"))
  }
}

/// Takes one write after another, as a disk does.
private struct NarrowStore: WrappingStore {
  let base: any ObjectStore
  var transfersAtOnce: Int { 1 }
}
