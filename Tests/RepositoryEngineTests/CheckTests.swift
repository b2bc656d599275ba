import Foundation
import ObjectStores
import RepositoryFormat
import Testing

@testable import RepositoryEngine

/// A repository in memory with the right key at hand: what a buggy or hostile writer has, too.
struct Workshop {
  let store = MemoryStore()
  let repository: Repository

  init() async throws {
    repository = try await Repository.create(in: store, password: Array("pw".utf8))
  }

  /// Three files in two folders; the data blobs share a pack.
  func fill() async throws -> ObjectID {
    try await repository.addSnapshot(
      files: [
        SnapshotFile(path: "a/b", bytes: Array("hello".utf8)),
        SnapshotFile(path: "a/c", bytes: Array(repeating: 7, count: 100_000)),
        SnapshotFile(path: "d", bytes: Array("world".utf8)),
      ], path: "/point", hostname: "h", tags: ["t"])
  }

  func names(_ kinds: ObjectKind...) async throws -> [ObjectName] {
    var names: [ObjectName] = []
    for kind in kinds { names += try await store.list(kind).map(\.name) }
    return names.sorted { $0.digest < $1.digest }
  }

  func bytes(_ name: ObjectName) async throws -> [UInt8] {
    try await store.read(name, bytesMax: 1 << 30)
  }

  func check(_ data: CheckRequest.Data = .all) async throws -> CheckReport {
    try await repository.check(CheckRequest(data: data), timing: Self.alone) { _ in }
  }

  /// Nobody else is there to wait for.
  static let alone = LockTiming(settling: .zero, patience: .zero)
}

@Suite("Check") struct CheckTests {
  @Test("a healthy repository is clean, whatever part of its data is read")
  func clean() async throws {
    let shop = try await Workshop()
    _ = try await shop.fill()
    for data: CheckRequest.Data in [
      .none, .all, .sample(percent: 1), .sample(bytes: 1), .slice(1, of: 1),
    ] {
      let report = try await shop.check(data)
      #expect(report.isClean && report.hints.isEmpty, "\(report)")
      #expect(report.snapshots == 1 && report.trees == 2 && report.packs == 2 && report.blobs == 5)
    }
    #expect(try await shop.check(.all).packsRead == 2)
    #expect(try await shop.check(.sample(percent: 1)).packsRead == 1)
    #expect(try await shop.check(.none).packsRead == 0)
  }

  @Test("slices part the packs: together they read each of them once")
  func slices() async throws {
    let shop = try await Workshop()
    _ = try await shop.fill()
    var read = 0
    for slice in 1...3 { read += try await shop.check(.slice(slice, of: 3)).packsRead }
    #expect(read == 2)
    for data: CheckRequest.Data in [
      .slice(0, of: 3), .slice(4, of: 3), .slice(1, of: 0), .sample(percent: 0),
      .sample(percent: .nan), .sample(percent: 101), .sample(bytes: 0),
    ] {
      await #expect(throws: RepositoryError.self, "\(data)") { try await shop.check(data) }
    }
  }

  private func damages(_ good: [UInt8], _ other: [UInt8]) -> [(String, [UInt8]?)] {
    var damages: [(String, [UInt8]?)] = [
      ("removed", nil), ("emptied", []), ("truncated", Array(good.dropLast())),
      ("halved", Array(good.prefix(good.count / 2))), ("oversized", good + [0]),
      ("grown", good + Array(repeating: 1, count: 5000)), ("swapped", other),
    ]
    for _ in 0..<6 {
      var flipped = good
      let place = Int.random(in: 0..<good.count)
      flipped[place] ^= 1 << UInt8.random(in: 0..<8)
      damages.append(("bit flipped at \(place)", flipped))
    }
    return damages
  }

  @Test("damage to any object is found, named, and blamed on nothing else")
  func damage() async throws {
    let shop = try await Workshop()
    let snapshot = try await shop.fill()
    _ = try await shop.repository.addSnapshot(
      files: [SnapshotFile(path: "e", bytes: [1, 2, 3])], path: "/p", hostname: "h", tags: [])
    for name in try await shop.names(.config, .key, .snapshot, .index, .pack) {
      let good = try await shop.bytes(name)
      let rest = try await shop.names(name.kind).filter { $0 != name }
      var other = Array("nothing".utf8)
      if let neighbour = rest.first { other = try await shop.bytes(neighbour) }
      for (kind, bad) in damages(good, other) {
        // Nothing tells that a snapshot, or a key, was ever there.
        if bad == nil, name.kind == .snapshot || name.kind == .key { continue }
        shop.store.replace(name, with: bad)
        let report = try await shop.check()
        let objects = Set(report.problems.map(\.object))
        if name.kind == .index, bad == nil {
          #expect(objects.contains { $0.contains(" blob ") }, "\(name) \(kind)")
        } else {
          #expect(objects.contains(name.description), "\(name) \(kind): \(report.problems)")
        }
        let blamed = objects.filter { !$0.contains(" blob ") && $0 != name.description }
        #expect(blamed.isEmpty, "\(name) \(kind): \(blamed)")
      }
      shop.store.replace(name, with: good)
    }
    #expect(try await shop.check().isClean)
    _ = snapshot
  }

  @Test("without reading data, lengths and headers of packs are still compared")
  func structure() async throws {
    let shop = try await Workshop()
    _ = try await shop.fill()
    for name in try await shop.names(.pack) {
      let good = try await shop.bytes(name)
      var flipped = good
      flipped[good.count - 20] ^= 1
      for bad in [flipped, Array(good.dropLast()), good + [0], nil] {
        shop.store.replace(name, with: bad)
        let report = try await shop.check(.none)
        #expect(report.problems.contains { $0.object == name.description }, "\(report.problems)")
      }
      shop.store.replace(name, with: good)
    }
  }

  @Test("a damaged blob is named with a file that needs it")
  func paths() async throws {
    let shop = try await Workshop()
    let snapshot = try await shop.fill()
    let id = Digest.hash(Array("hello".utf8))
    let index = try await shop.repository.loadIndex()
    let (pack, blob) = try #require(index.find(id, .data))
    let name = ObjectName(.pack, pack)
    let good = try await shop.bytes(name)
    var bad = good
    bad[Int(blob.offset) + 20] ^= 1
    shop.store.replace(name, with: bad)
    let report = try await shop.check()
    let finding = try #require(report.problems.first { $0.object == "data blob \(id)" })
    #expect(finding.path == "/a/b" && finding.snapshot == snapshot)
    #expect(report.problems.filter { $0.path != nil }.count == 1)
    #expect(report.damagedPacks == [pack])
  }

  @Test("packs in no index and blobs indexed twice are hints, not problems")
  func hints() async throws {
    let shop = try await Workshop()
    _ = try await shop.fill()
    let pack = try #require(try await shop.names(.pack).first)
    let copy = ObjectName(.pack, Digest.hash([1]))
    shop.store.replace(copy, with: try await shop.bytes(pack))
    var report = try await shop.check()
    #expect(report.isClean && report.hints.map(\.object) == [copy.description], "\(report)")
    shop.store.replace(copy, with: nil)
    let index = try await shop.names(.index)[0]
    let id = try #require(ObjectID(index.digest))
    var file = try await shop.repository.indexFile(id)
    _ = try await shop.repository.writeFile(.index, file.encoded())
    report = try await shop.check()
    #expect(report.isClean && report.hintCount == 2, "\(report)")
    file.packs[0].blobs[0].length += 1
    _ = try await shop.repository.writeFile(.index, file.encoded())
    report = try await shop.check()
    #expect(report.problems.contains { $0.object.hasPrefix("data/") }, "\(report)")
  }

  @Test("findings are bounded, and all of them counted")
  func bounded() async throws {
    let shop = try await Workshop()
    let missing = (0..<3000).map { Digest.hash(Array("\($0)".utf8)) }
    var node = TreeNode(name: [0x61], kind: .file)
    node.content = missing
    let tree = try await shop.add(trees: [Tree(nodes: [node]).encoded()])[0]
    try await shop.addSnapshot(of: tree)
    let report = try await shop.check()
    #expect(report.problemCount == 3000)
    #expect(report.problems.count == CheckReport.findingsKeptMax)
  }

  @Test("the index takes less than 64 bytes for each blob at every size")
  func indexMemory() {
    var index = BlobIndex()
    var number: UInt64 = 0
    var worst = 0.0
    while number < 400_000 {
      let blobs = (0..<500).map { _ in
        number += 1
        return PackedBlob(
          id: ObjectID(bigEndianWords: number, 0, 0, 0), kind: number % 9 == 0 ? .tree : .data,
          offset: UInt32(number), length: 40)
      }
      index.add(
        IndexFile(packs: [.init(id: ObjectID(bigEndianWords: 0, number, 0, 0), blobs: blobs)]))
      // Below this the last segment's rest counts more than the rule.
      if number > 50_000 {
        worst = max(worst, Double(index.bytesAllocated) / Double(index.blobCount))
      }
    }
    #expect(worst < 64, "\(worst) bytes")
    #expect(index.blobCount == 400_000)
    for number in [1, 9, 399_999, 400_000] as [UInt64] {
      let id = ObjectID(bigEndianWords: number, 0, 0, 0)
      let kind: BlobKind = number % 9 == 0 ? .tree : .data
      #expect(index.location(id, kind)?.offset == UInt32(number))
      #expect(!index.contains(id, kind == .tree ? .data : .tree))
    }
    #expect(!index.contains(ObjectID(bigEndianWords: 400_001, 0, 0, 0), .data))
  }

  @Test("stock restic and we agree on which repositories are damaged", arguments: [1, 2])
  func asRestic(version: Int) async throws {
    let scratch = try Scratch()
    let (source, repo) = (scratch("source"), scratch("repo"))
    try SourceTree.make(at: source)
    _ = try Shell.restic(repo, "init --repository-version \(version)")
    _ = try Shell.run("cd '\(source)' && restic -r '\(repo)' --no-cache backup .")
    let repository = try await Repository.open(
      store: DirectoryStore(path: repo), password: Array(testPassword.utf8))
    let request = BackupRequest(path: source, layout: .contents(as: "/data"), hostname: "ours")
    _ = try await repository.backup(request)
    #expect(try await repository.check(CheckRequest(data: .all)).isClean)
    #expect(try Shell.restic(repo, "check --read-data").contains("no errors were found"))
    let files = try Shell.run("cd '\(repo)'; find snapshots index data -type f -size +0 | sort")
    let damages = [
      "truncate -s -1 F", "echo x >> F", ": > F",
      "printf '\\x55\\xaa' | dd of=F bs=1 conv=notrunc status=none seek=$(($(stat -c %s F)/2))",
    ]
    for (number, file) in files.split(separator: "\n").enumerated() {
      let path = repo + "/" + file
      let command = damages[(number + version) % 4].replacing("F", with: "'\(path)'")
      try Shell.run("cp '\(path)' '\(scratch("good"))'; chmod u+w '\(path)'; \(command)")
      let report = try await repository.check(
        CheckRequest(data: .all), timing: Workshop.alone
      ) { _ in }
      let digest = String(file.split(separator: "/").last ?? "")
      #expect(report.problems.contains { $0.object.hasSuffix(digest) }, "\(command)")
      let verdict = Result { try Shell.restic(repo, "check --read-data") }
      if case .success = verdict { Issue.record("restic finds nothing: \(command)") }
      try Shell.run("cp --remove-destination '\(scratch("good"))' '\(path)'")
    }
    #expect(try await repository.check(CheckRequest(data: .all)).isClean)
  }
}
