import Foundation
import ObjectStores
import RepositoryFormat
import Testing

@testable import RepositoryEngine

/// What somebody who knows the password can do, and what a buggy writer does.
@Suite("A hostile writer gives a named error") struct HostileWriterTests {
  /// Check finds something; restoring fails with an error; a backup beside it succeeds or fails
  /// with an error. Nothing crashes or goes on for ever.
  private func expectRefusal(
    _ shop: Workshop, _ snapshot: ObjectID, naming object: String,
    restores: Bool = false
  ) async throws {
    for data: CheckRequest.Data in [.none, .all] {
      let report = try await shop.check(data)
      #expect(report.problems.contains { $0.object.contains(object) }, "\(object): \(report)")
    }
    let scratch = try Scratch()
    if !restores {
      await #expect(throws: RepositoryError.self) {
        try await shop.repository.restore(
          RestoreRequest(snapshot: snapshot, target: scratch("out")))
      }
    }
    try Shell.run("mkdir '\(scratch("source"))'; echo x > '\(scratch("source"))/f'")
    let request = BackupRequest(
      path: scratch("source"), layout: .contents(as: "/data"), hostname: "h", parent: snapshot)
    do { _ = try await shop.repository.backup(request) } catch {}
    _ = try await shop.repairSnapshots()
  }

  @Test("a tree under the name of another: it would contain itself")
  func loop() async throws {
    let shop = try await Workshop()
    // No tree holds its own digest, so the index must lie: the blob `id` is a folder of itself.
    let id = Digest.hash([1])
    let tree = Tree(nodes: [Workshop.folder("self", id)]).encoded()
    try await shop.add([(tree, tree, 0)], kind: .tree) { pack, bytes in
      pack.blobs[0].id = id
      let codec = BlobCodec(key: shop.repository.masterKey)
      let header = codec.sealer.seal(PackHeader.encode(pack.blobs))
      bytes = Array(bytes[..<Int(pack.blobs[0].length)]) + header
      bytes.append(littleEndian: UInt32(header.count))
    }
    let snapshot = try await shop.addSnapshot(of: id)
    try await expectRefusal(shop, snapshot, naming: "tree blob \(id)")
  }

  @Test("trees nested deeper than any volume's")
  func deep() async throws {
    let shop = try await Workshop()
    var trees = [Tree(nodes: []).encoded()]
    for _ in 0..<RestorePlanner.depthMax + 10 {
      let id = Digest.hash(trees[trees.count - 1])
      trees.append(Tree(nodes: [Workshop.folder("d", id)]).encoded())
    }
    let ids = try await shop.add(trees: trees)
    let snapshot = try await shop.addSnapshot(of: ids[ids.count - 1])
    let report = try await shop.check(.none)
    #expect(report.problems.map(\.object) == ["tree blob \(ids[10])"], "\(report)")
    let scratch = try Scratch()
    await #expect(throws: RepositoryError.self) {
      try await shop.repository.restore(RestoreRequest(snapshot: snapshot, target: scratch("out")))
    }
    #expect(try await shop.repairSnapshots().lostCount == 1)
  }

  @Test("trees that contain each other a trillion times over are each visited once")
  func wide() async throws {
    let shop = try await Workshop()
    var trees = [Tree(nodes: []).encoded()]
    for _ in 0..<12 {
      let id = Digest.hash(trees[trees.count - 1])
      let nodes = (10..<100).map { Workshop.folder("\($0)", id) }
      trees.append(Tree(nodes: nodes).encoded())
    }
    let ids = try await shop.add(trees: trees)
    try await shop.addSnapshot(of: ids[ids.count - 1])
    let report = try await shop.check()
    #expect(report.isClean && report.trees == trees.count, "\(report)")
    #expect(try await shop.repairSnapshots().intact == 1)
  }

  @Test("an index of absurd places and lengths")
  func absurdIndex() async throws {
    for change in [
      { $0.offset = .max - $0.length }, { $0.offset = 1 << 31 },
      {
        $0.offset = 0
        $0.length = .max - 1
      }, { $0.uncompressedLength = .max },
      { $0.length = 32 }, { $0.length = 33 }, { $0.uncompressedLength = 1 },
    ] as [(inout PackedBlob) -> Void] {
      let shop = try await Workshop()
      let tree = Tree(nodes: []).encoded()
      let id = try await shop.add([(tree, tree, 0)], kind: .tree) { pack, _ in
        change(&pack.blobs[0])
      }[0]
      let snapshot = try await shop.addSnapshot(of: id)
      try await expectRefusal(shop, snapshot, naming: "data/")
    }
  }

  @Test("a pack whose header lies about its length or its blobs")
  func lyingHeader() async throws {
    let tree = Tree(nodes: []).encoded()
    for field in [0, 1, 32, 33, 1 << 20, 16 << 20, .max] as [UInt32] {
      let shop = try await Workshop()
      let id = try await shop.add([(tree, tree, 0)], kind: .tree) { _, bytes in
        bytes.removeLast(4)
        bytes.append(littleEndian: field)
      }[0]
      try await shop.addSnapshot(of: id)
      for data: CheckRequest.Data in [.none, .all] {
        let report = try await shop.check(data)
        #expect(report.problems.count == 1, "\(field): \(report)")
        #expect(report.problems.allSatisfy { $0.object.hasPrefix("data/") })
      }
      let repair = try await shop.repairIndex()
      #expect(repair.packsSalvaged.count == 1 && repair.lostCount == 0, "\(repair)")
      #expect(try await shop.check().isClean)
    }
  }

  @Test("frames that expand without end, and blobs of another length than they say")
  func bombs() async throws {
    let buffer = ByteBuffer(capacity: 1)
    let plain = [UInt8](repeating: 0x20, count: 200 << 20)
    let count = unsafe plain.withUnsafeBytes {
      unsafe Compressor(level: 1).compress($0, into: buffer)
    }
    let bomb = unsafe Array(buffer.prefix(count))
    for length in [1, 1000, 60 << 20, 200 << 20, 2 << 30, .max] as [UInt32] {
      let shop = try await Workshop()
      let id = try await shop.add([(plain, bomb, length)], kind: .tree)[0]
      let snapshot = try await shop.addSnapshot(of: id)
      try await expectRefusal(shop, snapshot, naming: "tree blob \(id)")
    }
    let shop = try await Workshop()
    var node = TreeNode(name: [0x61], kind: .file)
    node.content = try await shop.add([(plain, bomb, UInt32(plain.count))], kind: .data)
    let tree = try await shop.add(trees: [Tree(nodes: [node]).encoded()])[0]
    let snapshot = try await shop.addSnapshot(of: tree)
    let report = try await shop.check()
    #expect(report.problems.contains { $0.object == "data blob \(node.content[0])" }, "\(report)")
    let scratch = try Scratch()
    await #expect(throws: RepositoryError.self) {
      try await shop.repository.restore(RestoreRequest(snapshot: snapshot, target: scratch("out")))
    }
  }

  @Test("JSON nested a hundred thousand deep in every kind of object")
  func deepJSON() async throws {
    let nested = Array(repeating: UInt8(ascii: "["), count: 100_000)
    let object = Array("{\"a\":".utf8) + nested
    for kind in [ObjectKind.index, .snapshot] {
      for json in [nested, object] {
        let shop = try await Workshop()
        _ = try await shop.fill()
        let id = try await shop.repository.writeFile(kind, json)
        let report = try await shop.check()
        #expect(report.problems.map(\.object) == [ObjectName(kind, id).description])
        await #expect(throws: RepositoryError.self) {
          _ = try await shop.repository.loadIndex()
          _ = try await shop.repository.snapshots()
        }
      }
    }
    for json in [nested, object, Array("{\"nodes\":".utf8) + nested] {
      let shop = try await Workshop()
      let id = try await shop.add(trees: [json])[0]
      let snapshot = try await shop.addSnapshot(of: id)
      try await expectRefusal(shop, snapshot, naming: "tree blob \(id)")
    }
  }

  @Test("names that lead elsewhere are told by check")
  func names() async throws {
    let shop = try await Workshop()
    for name in ["..", "a/b", "."] {
      let node = TreeNode(name: Array(name.utf8), kind: .file)
      let id = try await shop.add(trees: [Tree(nodes: [node]).encoded()])[0]
      let snapshot = try await shop.addSnapshot(of: id)
      try await expectRefusal(shop, snapshot, naming: "tree blob \(id)")
    }
  }
}
