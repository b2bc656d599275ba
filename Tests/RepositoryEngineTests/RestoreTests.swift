import Foundation
import ObjectStores
import RepositoryFormat
import Synchronization
import Testing

@testable import RepositoryEngine

@Suite("Restores") struct RestoreTests {
  let scratch: Scratch
  let repository: Repository

  init() async throws {
    scratch = try Scratch()
    repository = try await Repository.create(
      in: DirectoryStore(path: scratch("repo")), password: Array(testPassword.utf8))
  }

  private func backup() async throws -> BackupSummary {
    try await repository.backup(
      BackupRequest(path: scratch("source"), layout: .contents(as: "/data"), hostname: "h"))
  }

  private func restore(
    _ id: ObjectID, _ change: (inout RestoreRequest) -> Void = { _ in }
  ) async throws -> RestoreSummary {
    var request = RestoreRequest(snapshot: id, target: scratch("out"))
    change(&request)
    return try await repository.restore(request)
  }

  private func expectEqual() throws {
    #expect(try SourceTree.describe(scratch("out")) == SourceTree.describe(scratch("source")))
  }

  @Test("a restore in place over an equal volume writes nothing, and all metadata is right again")
  func nothingDiffers() async throws {
    try SourceTree.make(at: scratch("source"))
    let id = try await backup().snapshotID
    let first = try await restore(id)
    #expect(first.bytesUnchanged == 0)
    let inodes = "cd '\(scratch("out"))'; find . -type f -printf '%p %i\\n' | sort"
    let before = try Shell.run(inodes)
    try Shell.run(
      """
      cd '\(scratch("out"))'; chmod 600 text.txt hello.txt; touch many/* sub
      python3 -c 'import os; os.setxattr("random.bin", "user.alien", b"x")' || true
      """)
    let second = try await restore(id) { $0.mode = .inPlace }
    #expect(second.bytesWritten == 0)
    #expect(second.files == first.files)
    try expectEqual()
    #expect(try Shell.run(inodes) == before)
  }

  @Test("in place only differing blobs are written, and lengths and kinds are put right")
  func differences() async throws {
    try SourceTree.make(at: scratch("source"))
    try Shell.run("chmod 555 '\(scratch("source"))/many'")
    let id = try await backup().snapshotID
    _ = try await restore(id)
    try Shell.run(
      """
      cd '\(scratch("out"))'; chmod 755 many
      printf X | dd of=random.bin bs=1 seek=3000000 conv=notrunc status=none
      printf X | dd of=sparse.bin bs=1 seek=300000 conv=notrunc status=none
      head -c 100 /dev/zero >> zeros.bin; truncate -s 5 text.txt; truncate -s 9M sparse.bin
      rm many/f7 sub/symlink; ln -s elsewhere sub/symlink; rm sub/hardlink.txt
      echo other > sub/hardlink.txt; rm -r sub/empty; ln -s / sub/empty; rm many/f8
      mkdir many/f8; echo x > many/f8/y; echo alien > many/alien; rm setuid; mkfifo setuid
      chmod 555 many
      """)
    let summary = try await restore(id) {
      $0.mode = .inPlace
      $0.deletesOthers = true
      $0.verifies = true
    }
    try expectEqual()
    #expect(summary.deleted == 1)
    #expect(summary.bytesVerified == summary.bytes)
    #expect(summary.bytesWritten < 8 << 20)
    #expect(summary.bytesUnchanged > 0)
    let used = try Shell.run("du -k '\(scratch("out"))/sparse.bin' | cut -f1")
    #expect(Int(used.dropLast()) ?? .max < 700, "a hole is a hole again: \(used)")
  }

  @Test("without being asked, a folder in the way of a file is not removed")
  func folderInTheWay() async throws {
    try Shell.run("mkdir '\(scratch("source"))'; echo x > '\(scratch("source"))/f'")
    let id = try await backup().snapshotID
    for mode in [.fresh, .overwrite, .inPlace] as [RestoreRequest.Mode] {
      try Shell.run("mkdir -p '\(scratch("out"))/f'; echo precious > '\(scratch("out"))/f/p'")
      await #expect(throws: RepositoryError.self) { try await restore(id) { $0.mode = mode } }
      #expect(try Shell.run("cat '\(scratch("out"))/f/p'") == "precious\n")
    }
  }

  @Test("a file that is changed while it is restored is found when it is read back")
  func verification() async throws {
    try Shell.run(
      "mkdir '\(scratch("source"))'; head -c 3M /dev/urandom > '\(scratch("source"))/f'")
    let id = try await backup().snapshotID
    _ = try await restore(id)
    var planner = RestorePlanner(
      repository, index: try await repository.loadIndex(),
      codec: BlobCodec(key: repository.masterKey))
    try await planner.add(tree: try await repository.snapshot(id).tree)
    let run = RestoreRun(
      repository, index: try await repository.loadIndex(), plan: planner.plan,
      target: try RestoreTarget(path: scratch("out"), directories: []), comparison: Comparison(),
      request: RestoreRequest(snapshot: id, target: scratch("out")))
    try await run.verify(planner.plan, workers: 2)
    try Shell.run(
      "printf X | dd of='\(scratch("out"))/f' bs=1 seek=2000000 conv=notrunc status=none")
    let failure = await #expect(throws: RepositoryError.self) {
      try await run.verify(planner.plan, workers: 2)
    }
    #expect(failure.map(\.description)?.contains("/out/f` is damaged: Read back") == true)
  }

  @Test("progress ends at what was expected")
  func progress() async throws {
    try SourceTree.make(at: scratch("source"))
    let last = Mutex<BackupProgress?>(nil)
    let request = BackupRequest(
      path: scratch("source"), layout: .contents(as: "/data"), hostname: "h")
    for round in 0..<2 {
      let summary = try await repository.backup(request) { progress in
        last.withLock { $0 = progress }
      }
      let progress = try #require(last.withLock { $0 })
      #expect(progress.bytesCovered == summary.figures.totalBytesProcessed)
      #expect(progress.bytesCovered == progress.bytesExpected || round == 0)
      #expect((summary.bytesRead == 0) == (round == 1))
    }
    let id = try await backup().snapshotID
    for mode in [.fresh, .inPlace] as [RestoreRequest.Mode] {
      let seen = Mutex<RestoreProgress?>(nil)
      let summary = try await restore(id) {
        $0.mode = mode
        $0.progress = { progress in seen.withLock { $0 = progress } }
      }
      let progress = try #require(seen.withLock { $0 })
      #expect(progress.filesDone == progress.filesExpected)
      #expect(progress.bytesDone == summary.bytes)
      #expect(progress.bytesExpected == summary.bytes)
    }
  }
}
