import Foundation
import ObjectStores
import RepositoryFormat
import Testing

@testable import RepositoryEngine

extension Workshop {
  func repairIndex(_ request: RepairIndexRequest = .init()) async throws -> RepairIndexReport {
    try await repository.repairIndex(request, timing: Self.alone) { _ in }
  }

  func repairSnapshots(forgets: Bool = false) async throws -> RepairSnapshotsReport {
    try await repository.repairSnapshots(
      RepairSnapshotsRequest(forgetsOriginals: forgets), timing: Self.alone)
  }
}

@Suite("Repair") struct RepairTests {
  @Test("a repository without any fault is left as it is")
  func nothingToDo() async throws {
    let shop = try await Workshop()
    _ = try await shop.fill()
    let before = try await shop.names(.index, .pack, .snapshot)
    var everything = RepairIndexRequest()
    everything.readsEverything = true
    for request in [RepairIndexRequest(), everything] {
      let report = try await shop.repairIndex(request)
      #expect(report.changesNothing && report.lostCount == 0, "\(report)")
    }
    let report = try await shop.repairSnapshots(forgets: true)
    #expect(report.intact == 1 && report.rewritten.isEmpty && report.forgotten.isEmpty)
    #expect(try await shop.names(.index, .pack, .snapshot) == before)
  }

  @Test("a lost index is made again from the packs")
  func lostIndex() async throws {
    let shop = try await Workshop()
    let snapshot = try await shop.fill()
    for name in try await shop.names(.index) {
      let good = try await shop.bytes(name)
      for bad in [nil, [], Array(good.dropLast())] {
        shop.store.replace(name, with: bad)
        #expect(try await !shop.check().isClean)
        let report = try await shop.repairIndex()
        #expect(report.packsAdded.count == 2)
        #expect(try await shop.check().isClean)
        for name in try await shop.names(.index) { shop.store.replace(name, with: nil) }
      }
      _ = try await shop.repairIndex()
    }
    let bytes = try await shop.repository.readFile(snapshot: snapshot, path: "a/b", limit: 9)
    #expect(bytes == Array("hello".utf8))
  }

  @Test("an index that describes a pack wrongly is put right")
  func wrongIndex() async throws {
    let shop = try await Workshop()
    _ = try await shop.fill()
    for change in [
      { $0.offset += 1 }, { $0.length += 1 }, { $0.uncompressedLength += 5 },
      { $0.id = Digest.hash([9]) },
    ] as [(inout PackedBlob) -> Void] {
      let name = try await shop.names(.index)[0]
      let id = try #require(ObjectID(name.digest))
      var file = try await shop.repository.indexFile(id)
      change(&file.packs[0].blobs[0])
      shop.store.replace(name, with: nil)
      _ = try await shop.repository.writeFile(.index, file.encoded())
      #expect(try await !shop.check(.none).isClean)
      let report = try await shop.repairIndex()
      #expect(report.packsSalvaged.isEmpty && report.packsAdded == [file.packs[0].id])
      #expect(try await shop.check().isClean)
    }
  }

  @Test("damaged packs: what is intact moves, what is lost is named, and a backup brings it back")
  func damagedPack() async throws {
    let shop = try await Workshop()
    let snapshot = try await shop.fill()
    let lost = Digest.hash(Array("hello".utf8))
    let index = try await shop.repository.loadIndex()
    let (pack, blob) = try #require(index.find(lost, .data))
    let name = ObjectName(.pack, pack)
    var bad = try await shop.bytes(name)
    bad[Int(blob.offset) + 20] ^= 1
    shop.store.replace(name, with: bad)
    let damaged = try await shop.check().damagedPacks
    let report = try await shop.repairIndex(RepairIndexRequest(damagedPacks: damaged))
    #expect(report.packsSalvaged == [pack])
    #expect(report.lost.map(\.object) == ["data blob \(lost)"])
    let after = try await shop.check()
    #expect(after.problems.map(\.path) == ["/a/b"])
    #expect(after.damagedPacks.isEmpty)
    #expect(try await shop.repository.readFile(snapshot: snapshot, path: "d", limit: 9).count == 5)
    _ = try await shop.fill()
    #expect(try await shop.check().isClean)
    let bytes = try await shop.repository.readFile(snapshot: snapshot, path: "a/b", limit: 9)
    #expect(bytes == Array("hello".utf8))
  }

  @Test("snapshots are rewritten without what is lost; originals go only when asked")
  func snapshots() async throws {
    let shop = try await Workshop()
    let original = try await shop.fill()
    let index = try await shop.repository.loadIndex()
    let (pack, _) = try #require(index.find(Digest.hash(Array("hello".utf8)), .data))
    shop.store.replace(ObjectName(.pack, pack), with: nil)
    let repaired = try await shop.repairIndex()
    #expect(repaired.packsDropped == [pack] && repaired.lostCount == 3)
    var report = try await shop.repairSnapshots()
    #expect(report.lost.compactMap(\.path).sorted() == ["/a/b", "/a/c", "/d"])
    #expect(report.rewritten.map(\.original) == [original] && report.forgotten.isEmpty)
    #expect(try await !shop.check().isClean)
    report = try await shop.repairSnapshots(forgets: true)
    #expect(report.forgotten == [original] && report.intact == 1)
    #expect(try await shop.check().isClean)
    let left = try await shop.repository.snapshots()
    #expect(left.map(\.snapshot.tags).allSatisfy { $0 == ["t", RepairSnapshotsReport.tag] })
    #expect(left.allSatisfy { $0.snapshot.original == original })
  }

  @Test("a snapshot of which nothing is left is named, and removed only when asked")
  func hopeless() async throws {
    let shop = try await Workshop()
    let rootless = try await shop.addSnapshot(of: Digest.hash([1]))
    let good = try await shop.fill()
    let name = ObjectName(.snapshot, good)
    shop.store.replace(name, with: Array(try await shop.bytes(name).dropLast()))
    var report = try await shop.repairSnapshots()
    #expect(
      Set(report.unrepairable.map(\.object))
        == [name.description, ObjectName(.snapshot, rootless).description])
    #expect(report.forgotten.isEmpty)
    report = try await shop.repairSnapshots(forgets: true)
    #expect(Set(report.forgotten) == [good, rootless])
    #expect(try await shop.names(.snapshot).isEmpty)
  }

  @Test(
    "after a repair stock restic finds nothing wrong",
    arguments: ["gone", "flipped", "truncated", "swapped", "no index"])
  func asRestic(damage: String) async throws {
    let scratch = try Scratch()
    let (source, repo) = (scratch("source"), scratch("repo"))
    try SourceTree.make(at: source)
    _ = try Shell.restic(repo, "init")
    _ = try Shell.run("cd '\(source)' && restic -r '\(repo)' --no-cache backup .")
    let repository = try await Repository.open(
      store: DirectoryStore(path: repo), password: Array(testPassword.utf8))
    let packs = try Shell.run("find '\(repo)/data' -type f -size +0 | sort").split(separator: "\n")
    try Shell.run("chmod -R u+w '\(repo)'")
    for pack in packs {
      switch damage {
      case "gone": try Shell.run("rm '\(pack)'")
      case "flipped":
        try Shell.run(
          "printf '\\x55\\xaa' | dd of='\(pack)' bs=1 seek=100 conv=notrunc status=none")
      case "truncated": try Shell.run("truncate -s -1 '\(pack)'")
      case "swapped":
        try Shell.run("mv '\(packs[0])' '\(repo)/x'; mv '\(packs[1])' '\(packs[0])'")
        try Shell.run("mv '\(repo)/x' '\(packs[1])'")
      default: try Shell.run("rm -f '\(repo)'/index/*")
      }
      #expect(throws: Shell.Failure.self) { try Shell.restic(repo, "check --read-data") }
      let check = try await repository.check(CheckRequest(data: .all))
      #expect(!check.isClean)
      _ = try await repository.repairIndex(RepairIndexRequest(damagedPacks: check.damagedPacks))
      _ = try await repository.repairSnapshots(RepairSnapshotsRequest(forgetsOriginals: true))
      #expect(try await repository.check(CheckRequest(data: .all)).isClean)
      #expect(try Shell.restic(repo, "check --read-data").contains("no errors were found"))
      break
    }
    let request = BackupRequest(path: source, layout: .contents(as: "/data"), hostname: "again")
    let summary = try await repository.backup(request)
    _ = try await repository.restore(
      RestoreRequest(snapshot: summary.snapshotID, target: scratch("out")))
    #expect(try SourceTree.describe(scratch("out")) == SourceTree.describe(source))
    #expect(try Shell.restic(repo, "check --read-data").contains("no errors were found"))
  }

  @Test("a version 1 repository is read, checked, restored from and backed up into")
  func versionOne() async throws {
    let scratch = try Scratch()
    let (source, repo, out) = (scratch("source"), scratch("repo"), scratch("out"))
    try SourceTree.make(at: source)
    _ = try Shell.restic(repo, "init --repository-version 1")
    _ = try Shell.run("cd '\(source)' && restic -r '\(repo)' --no-cache backup .")
    let repository = try await Repository.open(
      store: DirectoryStore(path: repo), password: Array(testPassword.utf8))
    try Shell.run("echo new > '\(source)/new'")
    let summary = try await repository.backup(
      BackupRequest(path: source, layout: .contents(as: "/data"), hostname: "ours"))
    #expect(summary.figures.dataBlobs == 1)
    #expect(try Shell.restic(repo, "check --read-data").contains("no errors were found"))
    let report = try await repository.check(CheckRequest(data: .all))
    #expect(report.isClean && report.hints.isEmpty)
    let index = try await repository.loadIndex()
    #expect((0..<index.blobCount).allSatisfy { !index.place($0).blob.isCompressed })
    _ = try await repository.restore(RestoreRequest(snapshot: summary.snapshotID, target: out))
    #expect(try SourceTree.describe(out) == SourceTree.describe(source))
  }
}
