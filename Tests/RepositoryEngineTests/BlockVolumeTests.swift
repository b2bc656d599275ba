import Foundation
import ObjectStores
import RepositoryFormat
import Testing

@testable import RepositoryEngine

@Suite("Block volumes") struct BlockVolumeTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func create(_ path: String) async throws -> Repository {
    try await Repository.create(in: DirectoryStore(path: path), password: Array(testPassword.utf8))
  }

  private func request(_ parent: ObjectID? = nil) -> BackupRequest {
    BackupRequest(
      path: scratch("disk"), layout: .block(as: "disk.img"), hostname: "h", parent: parent)
  }

  /// Random data, a hole in the middle, and an odd end.
  private func makeDisk() throws {
    try Shell.run(
      """
      cd '\(scratch.path)'
      head -c 12000000 /dev/urandom > disk; truncate -s 40M disk
      head -c 12000007 /dev/urandom >> disk
      """)
  }

  private func change(_ offset: Int, _ length: Int, size: Int? = nil) throws {
    if let size { try Shell.run("truncate -s \(size) '\(scratch("disk"))'") }
    try Shell.run(
      "head -c \(length) /dev/urandom | dd of='\(scratch("disk"))' bs=1M iflag=fullblock"
        + " oflag=seek_bytes seek=\(offset) conv=notrunc status=none")
  }

  @Test("restic restores a volume that we backed up, and the other way round")
  func interoperability() async throws {
    try makeDisk()
    let repo = scratch("repo")
    let repository = try await create(repo)
    let ours = try await repository.backup(request())
    #expect(ours.figures.dataBlobs < 30, "all zeros are one blob")
    _ = try Shell.restic(repo, "dump latest /disk.img | cmp - '\(scratch("disk"))'")
    _ = try Shell.restic(repo, "restore latest --target '\(scratch("out"))'")
    try Shell.run("cmp '\(scratch("disk"))' '\(scratch("out"))/disk.img'")
    _ = try Shell.run(
      "restic -r '\(repo)' --no-cache backup --stdin --stdin-filename disk.img --host r"
        + " < '\(scratch("disk"))'")
    let theirs = try #require(try await repository.snapshots().last)
    #expect(theirs.snapshot.paths == ["/disk.img"])
    var restore = RestoreRequest(snapshot: theirs.id, target: scratch("copy"))
    restore.layout = .block
    restore.verifies = true
    let summary = try await repository.restore(restore)
    #expect(summary.bytesVerified == summary.bytes)
    try Shell.run("cmp '\(scratch("disk"))' '\(scratch("copy"))'")
    let used = try Shell.run("du -k '\(scratch("copy"))' | cut -f1")
    #expect(Int(used.dropLast()) ?? .max < 26_000, "\(used)")
    #expect(try Shell.restic(repo, "check --read-data").contains("no errors were found"))
  }

  @Test(
    "with a list of changes only these are read, and the tree is that of a full read",
    arguments: [nil, 45_000_000, 66_000_000, 12_000_001, 80_000_000])
  func changedBlocks(size: Int?) async throws {
    try makeDisk()
    let repository = try await create(scratch("repo"))
    let first = try await repository.backup(request())
    let changes = [(100, 4096), (20_000_000, 70_000), (11_000_000, 512)]
    if let size { try Shell.run("truncate -s \(size) '\(scratch("disk"))'") }
    let end = try FileManager.default.attributesOfItem(atPath: scratch("disk"))[.size] as? Int ?? 0
    var ranges: [Range<UInt64>] = []
    for (offset, length) in changes where offset + length <= end {
      try change(offset, length)
      ranges.append(UInt64(offset)..<UInt64(offset + length))
    }
    var incremental = request(first.snapshotID)
    incremental.changedBlocks = ChangedBlocks(ranges)
    let second = try await repository.backup(incremental)
    #expect(second.fullReadReason == nil)
    // Three changes cost a few chunks each, of about twenty that hold data.
    #expect(second.bytesRead < first.bytesRead * 3 / 4, "\(second.bytesRead)")
    #expect(second.figures.totalBytesProcessed == UInt64(end))
    var full = request()
    full.readsEverything = true
    let whole = try await repository.backup(full)
    #expect(whole.treeID == second.treeID)
    #expect(whole.figures.dataAdded == 0)
  }

  @Test("bytes outside the listed changes are not looked at")
  func trust() async throws {
    try makeDisk()
    let repository = try await create(scratch("repo"))
    let first = try await repository.backup(request())
    try change(5_000_000, 100)
    var blind = request(first.snapshotID)
    blind.changedBlocks = ChangedBlocks([])
    let second = try await repository.backup(blind)
    #expect(second.treeID == first.treeID)
    #expect(second.bytesRead == 0)
  }

  @Test("a list of changes without a parent that serves is a full read, and it says so")
  func uselessList() async throws {
    try makeDisk()
    let repository = try await create(scratch("repo"))
    let first = try await repository.backup(request())
    var unnamed = request()
    unnamed.changedBlocks = ChangedBlocks([0..<10])
    let second = try await repository.backup(unnamed)
    #expect(second.fullReadReason?.contains("no parent snapshot was named") == true)
    #expect(second.bytesRead > 20_000_000)
    var other = BackupRequest(
      path: scratch("disk"), layout: .block(as: "other"), hostname: "h", parent: first.snapshotID)
    other.changedBlocks = ChangedBlocks([0..<10])
    #expect(try await repository.backup(other).fullReadReason?.contains("no such volume") == true)
    unnamed.changedBlocks = ChangedBlocks([0..<1 << 40])
    let failure = await #expect(throws: RepositoryError.self) {
      try await repository.backup(unnamed)
    }
    #expect(failure.map(\.description)?.contains("end at byte 1099511627776") == true)
  }

  @Test("a volume is restored in place: only what differs is written, and old data is gone")
  func inPlace() async throws {
    try makeDisk()
    let repository = try await create(scratch("repo"))
    let first = try await repository.backup(request())
    try Shell.run("cp '\(scratch("disk"))' '\(scratch("target"))'")
    try change(5_000_000, 100)
    try change(30_000_000, 100)
    try Shell.run("truncate -s +5M '\(scratch("disk"))'")
    var restore = RestoreRequest(snapshot: first.snapshotID, target: scratch("disk"))
    restore.layout = .block
    await #expect(throws: RepositoryError.self) { try await repository.restore(restore) }
    restore.mode = .inPlace
    restore.verifies = true
    let summary = try await repository.restore(restore)
    try Shell.run("cmp '\(scratch("disk"))' '\(scratch("target"))'")
    #expect(summary.bytesWritten < 10 << 20, "\(summary.bytesWritten)")
    #expect(summary.bytesUnchanged > 14_000_000)
  }

  @Test("a loop device is backed up and restored as a device")
  func device() async throws {
    try makeDisk()
    try Shell.run("truncate -s 60M '\(scratch("disk"))'; cp '\(scratch("disk"))' '\(scratch("o"))'")
    guard
      let device = try? Shell.run("losetup --find --show '\(scratch("disk"))'").dropLast()
        .description
    else { return }  // not permitted here
    defer { _ = try? Shell.run("losetup -d \(device)") }
    let repository = try await create(scratch("repo"))
    var backup = BackupRequest(path: device, layout: .block(as: "disk.img"), hostname: "h")
    let first = try await repository.backup(backup)
    #expect(first.figures.totalBytesProcessed == 60 << 20)
    try Shell.run("head -c 60M /dev/urandom > \(device)")
    var restore = RestoreRequest(snapshot: first.snapshotID, target: device)
    restore.layout = .block
    restore.verifies = true
    _ = try await repository.restore(restore)
    try Shell.run("cmp \(device) '\(scratch("o"))'")
    backup.readsEverything = true
    #expect(try await repository.backup(backup).treeID == first.treeID)
    try Shell.run("truncate -s 70M '\(scratch("disk"))'")
  }

  @Test(
    "a list of changes is read from lines and from JSON, and merged",
    arguments: [
      "0 10\n# comment\n\n  4096\t100 \r\n10 5\n12 1\n",
      #"[{"offset":4096,"length":100,"x":1},{"offset":"0","length":15},{"offset":3,"length":0}]"#,
    ])
  func parsing(text: String) throws {
    #expect(try ChangedBlocks(parsing: Array(text.utf8)).ranges == [0..<15, 4096..<4196])
  }

  @Test("every mistake in a list is told with its line")
  func mistakes() throws {
    let cases = [
      (
        "1 2\nx 3\n4\n5 6 7\n-1 2\n18446744073709551615 1\n99999999999999999999999 1", 6, "line 2: "
      ),
      (
        "[{\"offset\":1}\n,{\"offset\":-1,\"length\":2},{\"offset\":1,\"length\":1}]", 2,
        "entry 1: "
      ),
      ("[\n{\"offset\":1,]", 1, "line 2: "), ("{}", 1, "line 1: "),
    ]
    for (text, count, beginning) in cases {
      let mistakes = #expect(throws: ChangedBlocks.Mistakes.self) {
        try ChangedBlocks(parsing: Array(text.utf8))
      }
      #expect(mistakes?.count == count, "\(text)")
      #expect(mistakes?.description.hasPrefix(beginning) == true, "\(text)")
    }
  }
}
