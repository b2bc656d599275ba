import Foundation
import ObjectStores
import RepositoryFormat
import Synchronization
import Testing

@testable import RepositoryEngine

@Suite("Nothing lands outside the target") struct HostileRestoreTests {
  let scratch: Scratch
  let repository: Repository

  init() async throws {
    scratch = try Scratch()
    repository = try await Repository.create(in: MemoryStore(), password: Array("pw".utf8))
    try Shell.run("mkdir '\(scratch("out"))' '\(scratch("outside"))'")
  }

  /// Stores trees as somebody with the key could, whatever is in them; the last one is the root.
  private func snapshot(_ trees: [([ObjectID]) -> [[UInt8]]]) async throws -> ObjectID {
    let start = repository.now()
    let writer = BlobWriter(
      repository, index: BlobIndex(), tally: BackupTally(start: start), workers: 1,
      progress: { _ in })
    let codec = BlobCodec(key: repository.masterKey)
    async let uploads: Void = writer.upload()
    var ids: [ObjectID] = []
    _ = await writer.add(Array("evil".utf8), kind: .data, with: codec)
    for tree in trees {
      ids.append(await writer.add(Tree.encoded(nodes: tree(ids)), kind: .tree, with: codec))
    }
    await writer.finish(with: codec)
    try await uploads
    try await writer.flushIndex()
    let root = try #require(ids.last)
    return try await repository.writeFile(
      .snapshot, Snapshot(time: start, tree: root, paths: ["/"]).encoded())
  }

  private func file(_ name: String) -> TreeNode { file(Array(name.utf8)) }

  private func file(_ name: [UInt8]) -> TreeNode {
    var node = TreeNode(name: name, kind: .file)
    node.mode = FileMode(unix: 0o100644)
    node.content = [Digest.hash(Array("evil".utf8))]
    node.size = 4
    node.links = 1
    return node
  }

  private func folder(_ name: String, _ subtree: ObjectID) -> TreeNode {
    var node = TreeNode(name: Array(name.utf8), kind: .directory)
    node.mode = FileMode(unix: 0o040755)
    node.subtree = subtree
    return node
  }

  private func link(_ name: String, to target: String) -> TreeNode {
    var node = TreeNode(name: Array(name.utf8), kind: .symlink)
    node.linkTarget = Array(target.utf8)
    return node
  }

  private func expectNothingOutside() throws {
    #expect(try Shell.run("ls -A '\(scratch("outside"))'") == "")
    #expect(
      try Shell.run("ls '\(scratch.path)'") == "out\noutside\n")
  }

  private func modes() -> [RestoreRequest.Mode] { [.fresh, .overwrite, .inPlace] }

  @Test(
    "names that lead elsewhere are refused before anything is made",
    arguments: [
      "..", ".", "../outside/f", "/etc/evil", "a/b", "a\0b", String(repeating: "n", count: 256),
    ])
  func names(name: String) async throws {
    for node in [file(name), folder(name, .zero), link(name, to: "x")] {
      let id = try await snapshot([
        { _ in [] },
        { ids in
          var node = node
          if node.kind == .directory { node.subtree = ids[0] }
          return [node.encoded()]
        },
      ])
      for mode in modes() {
        var request = RestoreRequest(snapshot: id, target: scratch("out"))
        request.mode = mode
        await #expect(throws: RepositoryError.self, "\(name)") {
          try await repository.restore(request)
        }
      }
    }
    #expect(try Shell.run("ls -A '\(scratch("out"))'") == "")
    try expectNothingOutside()
  }

  @Test("an empty name and a name that is there twice make no tree")
  func duplicates() async throws {
    let outside = scratch("outside")
    let trees: [([ObjectID]) -> [[UInt8]]] = [
      { [file, link] _ in [link("d", outside).encoded(), file("d").encoded()] },
      { [folder, link] ids in [link("d", outside).encoded(), folder("d", ids[0]).encoded()] },
      { [folder, link] ids in [folder("d", ids[0]).encoded(), link("d", outside).encoded()] },
      { [file] _ in [file("b").encoded(), file("a").encoded()] },
      { [file] _ in [file("").encoded()] },
    ]
    for tree in trees {
      let id = try await snapshot([{ [file] _ in [file("f").encoded()] }, tree])
      for mode in modes() {
        var request = RestoreRequest(snapshot: id, target: scratch("out"))
        request.mode = mode
        await #expect(throws: RepositoryError.self) { try await repository.restore(request) }
      }
    }
    try expectNothingOutside()
  }

  @Test("a link that one snapshot planted is not followed by the next")
  func planted() async throws {
    let outside = scratch("outside")
    let first = try await snapshot([{ [link] _ in [link("d", outside).encoded()] }])
    let second = try await snapshot([
      { [file] _ in [file("f").encoded()] }, { [folder] ids in [folder("d", ids[0]).encoded()] },
    ])
    _ = try await repository.restore(RestoreRequest(snapshot: first, target: scratch("out")))
    for mode in [.fresh, .overwrite] as [RestoreRequest.Mode] {
      var request = RestoreRequest(snapshot: second, target: scratch("out"))
      request.mode = mode
      await #expect(throws: RepositoryError.self) { try await repository.restore(request) }
    }
    try expectNothingOutside()
    var request = RestoreRequest(snapshot: second, target: scratch("out"))
    request.mode = .inPlace
    _ = try await repository.restore(request)
    #expect(try Shell.run("stat -c %F '\(scratch("out"))/d'") == "directory\n")
    try expectNothingOutside()
  }

  @Test("a file that is a link, or has a second name outside, is replaced and not written through")
  func linkedFiles() async throws {
    let id = try await snapshot([{ [file] _ in [file("f").encoded(), file("g").encoded()] }])
    for mode in [.overwrite, .inPlace] as [RestoreRequest.Mode] {
      try Shell.run(
        """
        cd '\(scratch.path)'; rm -rf out/*; echo precious > outside/p
        ln -s ../outside/p out/f; ln outside/p out/g
        """)
      var request = RestoreRequest(snapshot: id, target: scratch("out"))
      request.mode = mode
      _ = try await repository.restore(request)
      #expect(try Shell.run("cat '\(scratch("outside"))/p'") == "precious\n")
      #expect(try Shell.run("cat '\(scratch("out"))'/[fg]") == "evilevil")
    }
  }

  @Test("a cycle of trees cannot be, and a deep one ends with an error")
  func depth() async throws {
    var trees: [([ObjectID]) -> [[UInt8]]] = [{ _ in [] }]
    for _ in 0...RestorePlanner.depthMax {
      trees.append { [folder] ids in [folder("d", ids[ids.count - 1]).encoded()] }
    }
    let id = try await snapshot(trees)
    await #expect(throws: RepositoryError.self) {
      try await repository.restore(RestoreRequest(snapshot: id, target: scratch("out")))
    }
  }

  @Test("a folder that somebody swaps for a link while we restore leads nowhere")
  func raced() async throws {
    let names = (0..<60).map { "f\(100 + $0)" }
    let id = try await snapshot([
      { [file] _ in names.map { file($0).encoded() } },
      { [folder] ids in (0..<8).map { folder("d\($0)", ids[0]).encoded() } },
    ])
    let out = scratch("out")
    let isOver = Mutex(false)
    let outside = scratch("outside")
    let racer = Thread {
      while !isOver.withLock({ $0 }) {
        for number in 0..<8 {
          let (path, aside) = ("\(out)/d\(number)", "\(out)/aside\(number)")
          // Safety: the paths are C strings for the length of each call.
          guard unsafe rename(path, aside) == 0 else { continue }
          _ = unsafe symlink(outside, path)
          _ = unsafe unlink(path)
          _ = unsafe rename(aside, path)
        }
      }
    }
    racer.start()
    for round in 0..<15 {
      var request = RestoreRequest(snapshot: id, target: out)
      request.mode = round % 2 == 0 ? .overwrite : .inPlace
      request.deletesOthers = round % 3 == 0
      _ = try? await repository.restore(request)
    }
    isOver.withLock { $0 = true }
    while racer.isExecuting { await Task.yield() }
    #expect(try Shell.run("ls -A '\(scratch("outside"))'") == "")
  }

  @Test("what is deleted is inside, and links are removed rather than followed")
  func deleting() async throws {
    let id = try await snapshot([{ [file] _ in [file("f").encoded()] }])
    try Shell.run(
      """
      cd '\(scratch.path)'; echo precious > outside/p; mkdir -p out/x/y out/lost+found
      ln -s ../../../outside out/x/y/link; ln -s ../outside out/link; echo old > out/f
      """)
    var request = RestoreRequest(snapshot: id, target: scratch("out"))
    request.mode = .inPlace
    request.deletesOthers = true
    let summary = try await repository.restore(request)
    #expect(summary.deleted == 2)
    #expect(
      try Shell.run("ls -A '\(scratch("out"))'; cat '\(scratch("outside"))/p'")
        == "f\nlost+found\nprecious\n")
  }
}
