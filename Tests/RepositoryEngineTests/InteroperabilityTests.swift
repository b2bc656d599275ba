import Foundation
import ObjectStores
import RepositoryEngine
import RepositoryFormat
import Testing

@Suite("Stock restic and we read each other's repositories")
struct InteroperabilityTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func create(_ path: String) async throws -> Repository {
    try await Repository.create(in: DirectoryStore(path: path), password: Array(testPassword.utf8))
  }

  private func open(_ path: String) async throws -> Repository {
    try await Repository.open(store: DirectoryStore(path: path), password: Array(testPassword.utf8))
  }

  @Test("restic checks, lists and restores what we backed up")
  func resticReadsOurs() async throws {
    let (source, repo) = (scratch("source"), scratch("repo"))
    try SourceTree.make(at: source)
    let repository = try await create(repo)
    let summary = try await repository.backup(
      BackupRequest(
        path: source, layout: .contents(as: "/data"), hostname: "volsync", tags: ["a", "b=c"]))
    #expect(summary.warnings == [])
    #expect(summary.figures.filesNew == summary.figures.totalFilesProcessed)
    #expect(try Shell.restic(repo, "check --read-data").contains("no errors were found"))
    #expect(try Shell.restic(repo, "snapshots").contains("/data"))
    #expect(try Shell.restic(repo, "ls latest").contains("/many/f200"))
    _ = try Shell.restic(repo, "restore latest --target '\(scratch("out"))'")
    #expect(try SourceTree.describe(scratch("out")) == SourceTree.describe(source))
  }

  @Test("a backup by restic after ours adds nothing: our trees and blobs are its own")
  func resticFindsNothingNew() async throws {
    let (source, repo) = (scratch("source"), scratch("repo"))
    try SourceTree.make(at: source)
    let repository = try await create(repo)
    let summary = try await repository.backup(
      BackupRequest(path: source, layout: .contents(as: source), hostname: "host"))
    let text = try Shell.run(
      "cd '\(source)' && restic -r '\(repo)' --no-cache backup --force --json --host host ."
        + " | tail -1"
    )
    #expect(text.contains(#""data_blobs":0"#), "\(text)")
    #expect(text.contains(#""tree_blobs":0"#), "\(text)")
    let trees = try await repository.snapshots().map(\.snapshot.tree)
    #expect(trees == [summary.treeID, summary.treeID])
  }

  @Test("the form with leading folders is restic's own, too")
  func pathLayout() async throws {
    let (source, repo) = (scratch("source"), scratch("repo"))
    try SourceTree.make(at: source + "/deep/down")
    let repository = try await create(repo)
    let path = source + "/deep/down"
    _ = try await repository.backup(BackupRequest(path: path, layout: .path, hostname: "host"))
    _ = try Shell.restic(repo, "backup --force --host host '\(path)'")
    let ids = try await repository.snapshots().map(\.id.short)
    #expect(ids.count == 2)
    // `--metadata` would name folders above the source, which other programs change meanwhile.
    let difference = try Shell.restic(repo, "diff \(ids.joined(separator: " "))")
    #expect(
      difference.contains("Files:           0 new,     0 removed,     0 changed"), "\(difference)")
    #expect(difference.contains("Dirs:            0 new,     0 removed"), "\(difference)")
  }

  @Test("we restore what restic backed up", arguments: [1, 2])
  func weReadRestics(version: Int) async throws {
    let (source, repo, out) = (scratch("source"), scratch("repo"), scratch("out"))
    try SourceTree.make(at: source)
    _ = try Shell.restic(repo, "init --repository-version \(version)")
    _ = try Shell.run(
      "cd '\(source)' && restic -r '\(repo)' --no-cache backup --tag x --host host .")
    let repository = try await open(repo)
    let latest = try await repository.resolve("latest", tags: ["x"])
    #expect(latest.snapshot.hostname == "host")
    let summary = try await repository.restore(RestoreRequest(snapshot: latest.id, target: out))
    #expect(summary.warnings == [])
    #expect(try SourceTree.describe(out) == SourceTree.describe(source))
    let text = try await repository.readFile(snapshot: latest.id, path: "hello.txt", limit: 100)
    #expect(String(decoding: text, as: UTF8.self) == "hello restic\n")
  }

  @Test("a second backup reads no unchanged file and stores nothing")
  func unchangedFiles() async throws {
    let (source, repo) = (scratch("source"), scratch("repo"))
    try SourceTree.make(at: source)
    let repository = try await create(repo)
    let request = BackupRequest(path: source, layout: .contents(as: "/data"), hostname: "h")
    let first = try await repository.backup(request)
    let second = try await repository.backup(request)
    #expect(second.treeID == first.treeID)
    #expect(second.figures.filesUnmodified == first.figures.filesNew)
    #expect(second.figures.dataAdded == 0)
    try Shell.run("echo more >> '\(source)/text.txt'")
    let third = try await repository.backup(request)
    #expect(third.figures.filesChanged == 1)
    #expect(third.figures.filesNew == 0)
    #expect(try Shell.restic(repo, "check --read-data").contains("no errors were found"))
  }

  @Test("a restore leaves the target's own files and stays inside it")
  func targetIsRespected() async throws {
    let (source, repo, out) = (scratch("source"), scratch("repo"), scratch("out"))
    try Shell.run(
      "mkdir -p '\(source)/d' '\(out)' '\(scratch("outside"))'; echo new > '\(source)/d/f'")
    let repository = try await create(repo)
    let summary = try await repository.backup(
      BackupRequest(path: source, layout: .contents(as: "/data"), hostname: "h"))
    var request = RestoreRequest(snapshot: summary.snapshotID, target: out)
    try Shell.run("ln -s '\(scratch("outside"))' '\(out)/d'")
    await #expect(throws: RepositoryError.self) { try await repository.restore(request) }
    request.overwrites = true
    await #expect(throws: RepositoryError.self) { try await repository.restore(request) }
    #expect(try Shell.run("ls '\(scratch("outside"))'") == "")
    try Shell.run(
      "rm '\(out)/d'; mkdir '\(out)/d'; echo old > '\(out)/d/f'; echo keep > '\(out)/k'")
    request.overwrites = false
    await #expect(throws: RepositoryError.self) { try await repository.restore(request) }
    #expect(try Shell.run("cat '\(out)/d/f' '\(out)/k'") == "old\nkeep\n")
    request.overwrites = true
    _ = try await repository.restore(request)
    #expect(try Shell.run("cat '\(out)/d/f' '\(out)/k'") == "new\nkeep\n")
  }

  @Test("a file is put into a volume with its folder's owner, and not through a link")
  func placing() throws {
    let folder = scratch("volume")
    try Shell.run("mkdir '\(folder)' '\(scratch("outside"))'; chmod 700 '\(folder)'")
    try FilePlacement.place(Array("label".utf8), at: folder + "/backup_label")
    try FilePlacement.place(Array("again".utf8), at: folder + "/backup_label")
    #expect(try Shell.run("cat '\(folder)/backup_label'; ls '\(folder)'") == "againbackup_label\n")
    #expect(try Shell.run("stat -c %a '\(folder)/backup_label'") == "600\n")
    try Shell.run("ln -s '\(scratch("outside"))' '\(folder)/link'")
    #expect(throws: RepositoryError.self) {
      try FilePlacement.place([], at: folder + "/link/file")
    }
  }

  @Test("holes come back as holes")
  func holes() async throws {
    let (source, repo, out) = (scratch("source"), scratch("repo"), scratch("out"))
    try Shell.run(
      "mkdir '\(source)'; truncate -s 40M '\(source)/hole'; truncate -s 3M '\(source)/h2'")
    try Shell.run("printf x | dd of='\(source)/hole' bs=1 seek=20000000 conv=notrunc status=none")
    let repository = try await create(repo)
    let summary = try await repository.backup(
      BackupRequest(path: source, layout: .contents(as: "/data"), hostname: "h"))
    _ = try await repository.restore(RestoreRequest(snapshot: summary.snapshotID, target: out))
    try Shell.run("cmp '\(source)/hole' '\(out)/hole'; cmp '\(source)/h2' '\(out)/h2'")
    let blocks = try Shell.run("du -k '\(out)/hole' | cut -f1")
    #expect(Int(blocks.dropLast()) ?? .max < 200)
  }
}
