import Foundation
import Testing

/// The `repo` commands on a repository in a folder, as a person uses them.
@Suite("Keeping a repository") struct RepositoryCareTests {
  private let scratch: Scratch
  private let folder: URL
  private let options: [String]

  init() throws {
    scratch = try Scratch()
    folder = scratch.folder
    options = ["--repository", folder.path + "/gold", "--password-file", "password"]
    try Data("secret\n".utf8).write(to: folder.appending(path: "password"))
    try run("repo init")
  }

  /// Runs a command line on the repository; its words have no spaces.
  @discardableResult
  private func run(_ words: String, exit: Int32 = 0) throws -> String {
    let result = try Program.run(
      words.split(separator: " ").map(String.init) + options, in: folder)
    #expect(result.exit == exit, "\(words): \(result.output)\(result.talk)")
    return result.output + result.talk
  }

  private func write(_ name: String, _ bytes: Data) throws {
    try bytes.write(to: folder.appending(path: name))
  }

  private func packs() throws -> [URL] {
    let data = folder.appending(path: "gold/data")
    let files = try #require(
      FileManager.default.enumerator(at: data, includingPropertiesForKeys: nil))
    return files.compactMap { $0 as? URL }.filter { $0.lastPathComponent.count == 64 }
  }

  @Test("keys are added, rotated and removed, and the last one stays")
  func keys() throws {
    try write("other", Data("next\n".utf8))
    #expect(try run("repo keys add --new-password-file other").hasPrefix("added key "))
    let list = try run("repo keys")
    #expect(list.split(separator: "\n").count == 3)
    let current = try #require(list.split(separator: "\n").first { $0.hasPrefix("*") })
    let id = String(current.split(separator: " ")[1])
    #expect(try run("repo keys remove \(id)", exit: 1).contains("in use"))
    try run("repo keys rotate --new-password-file other")
    #expect(try run("repo snapshots", exit: 1).contains("No key of the repository"))
  }

  @Test("what is damaged is found, mended or named, and a check is clean afterwards")
  func mending() throws {
    try write("a", Data((0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }))
    try run("mover backup --tag one a")
    #expect(try run("repo check --read-data").contains("no errors were found"))
    let pack = try #require(try packs().max { $0.fileSize < $1.fileSize })
    var bytes = try Data(contentsOf: pack)
    bytes[40] ^= 1
    try FileManager.default.removeItem(at: pack)
    try bytes.write(to: pack)
    #expect(try run("repo check").contains("no errors were found"))
    let report = try run("repo check --read-data", exit: 16)
    #expect(report.contains("damaged: `data/\(pack.lastPathComponent)`"))
    #expect(
      try run("repo repair index --damaged \(pack.lastPathComponent)", exit: 16).contains("lost:"))
    try run("mover backup --force a")
    #expect(try run("repo check --read-data").contains("no errors were found"))
    #expect(try run("repo repair snapshots").contains("2 snapshots are whole"))
  }

  @Test("a prune removes what only forgotten snapshots needed, and says so beforehand")
  func pruning() throws {
    for number in 0..<3 {
      try write(
        "a", Data((0..<90_000).map { UInt8(truncatingIfNeeded: ($0 &+ number) &* $0 >> 5) }))
      try run("mover backup --host h a")
    }
    let before = try packs().count
    let plan = try run("repo maintain --keep-last 1 --dry-run")
    #expect(plan.contains("2 snapshots and"))
    #expect(plan.contains("would be removed"))
    #expect(try packs().count == before)
    try run("repo maintain --keep-last 1")
    #expect(try run("repo snapshots").split(separator: "\n").count == 2)
    #expect(try run("repo maintain").contains("nothing to do"))
    #expect(try run("repo du").contains("0 packs (0 B) are in no index"))
    #expect(try run("repo maintain --keep-last -1", exit: 64).contains("--keep-"))
  }

  @Test("a mirror is made once, and a survey tells whose snapshots it has")
  func mirroring() throws {
    try write("a", Data("hello".utf8))
    try run("mover backup --host shop a")
    let mirror = "repo mirror --to copy --to-password-file password --create"
    #expect(try run(mirror).contains("copied 1 snapshots"))
    #expect(try run(mirror).contains("copied 0 snapshots, 1 were there already"))
    let survey = try run("repo adopt")
    #expect(survey.contains("oadp-plan  shop"))
  }

  @Test("a block volume is read where its list says, and restored in place where it differs")
  func blocks() throws {
    var image = Data((0..<4_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) })
    try write("disk", image)
    try run("mover backup --block disk.img disk")
    image[3_000_000] ^= 0xFF
    try write("disk", image)
    try write("changed", Data("3000000 1\n".utf8))
    try run("mover backup --block disk.img --changed-blocks changed --parent latest disk")
    try write("restored", Data(repeating: 7, count: image.count))
    try run("mover restore --block --in-place --verify --snapshot latest --target restored")
    #expect(try Data(contentsOf: folder.appending(path: "restored")) == image)
    try write("changed", Data("3000000\nx 1\n".utf8))
    let mistakes = try run(
      "mover backup --block disk.img --changed-blocks changed --parent latest disk", exit: 1)
    #expect(mistakes.contains("1") && mistakes.contains("2"))
    #expect(
      try run("mover backup --changed-blocks changed disk", exit: 64).contains("--parent"))
  }
}

extension URL {
  fileprivate var fileSize: Int {
    (try? resourceValues(forKeys: [.fileSizeKey]))?.fileSize ?? 0
  }
}
