import ObjectStores
import RepositoryFormat

/// Everything below a tree, flat: directories and files are numbers, blobs are ordered by pack.
struct RestorePlan: Sendable {
  struct Directory: Sendable {
    /// `-1` for the target itself.
    var parent: Int
    var node: TreeNode
  }

  struct Entry: Sendable {
    var directory: Int
    var node: TreeNode
  }

  struct File: Sendable {
    var directory: Int
    var node: TreeNode
    var size: Int
    /// How many pieces have to be written before the file is complete.
    var pieces: Int
  }

  struct HardLink: Sendable {
    var directory: Int
    var name: [UInt8]
    var file: Int
  }

  /// A blob's place in a file.
  struct Piece: Sendable {
    var pack: UInt32
    var blobOffset: UInt32
    var file: Int32
    var fileOffset: Int
    var id: ObjectID
  }

  /// A stretch of zeros that is not fetched.
  struct Hole: Sendable {
    var file: Int32
    var range: Range<Int>
  }

  var directories: [Directory] = []
  var files: [File] = []
  var others: [Entry] = []
  var hardLinks: [HardLink] = []
  var pieces: [Piece] = []
  /// In the order of their files and offsets, as long as they can be.
  var holes: [Hole] = []

  /// Lengths of all files.
  var bytes: UInt64 { files.reduce(0) { $0 + UInt64($1.size) } }
}

/// Walks a tree and makes the plan.
struct RestorePlanner {
  /// Trees can contain each other many times over: a small repository must not describe more
  /// entries than any volume has.
  static let entriesMax = 100_000_000
  static let depthMax = 4096

  private struct LinkKey: Hashable {
    var device: UInt64
    var inode: UInt64
  }

  let repository: Repository
  let index: BlobIndex
  let codec: BlobCodec
  private(set) var plan = RestorePlan()
  private var linked: [LinkKey: Int] = [:]
  private var entries = 0

  init(_ repository: Repository, index: BlobIndex, codec: BlobCodec) {
    self.repository = repository
    self.index = index
    self.codec = codec
  }

  /// Adds everything below a tree, level by level.
  mutating func add(tree root: ObjectID) async throws(RepositoryError) {
    var trees = [(id: root, directory: -1, depth: 0)]
    var next = 0
    while next < trees.count {
      let (id, directory, depth) = trees[next]
      next += 1
      guard depth < Self.depthMax else {
        throw .damaged(object: "tree \(id)", reason: "It lies deeper than \(Self.depthMax) levels")
      }
      for node in try await repository.readTree(id, in: index, with: codec).nodes {
        try count(node, in: id)
        if node.kind == .directory, let subtree = node.subtree {
          plan.directories.append(.init(parent: directory, node: node))
          trees.append((subtree, plan.directories.count - 1, depth + 1))
        } else {
          try add(node, to: directory)
        }
      }
    }
    orderPieces()
  }

  /// Plans one file alone, without a name of its own.
  mutating func add(file node: TreeNode) throws(RepositoryError) {
    try addFile(node, to: -1)
    orderPieces()
  }

  private mutating func count(_ node: TreeNode, in tree: ObjectID) throws(RepositoryError) {
    entries += 1
    guard entries <= Self.entriesMax else {
      throw .damaged(object: "tree \(tree)", reason: "More than \(Self.entriesMax) entries")
    }
    guard node.hasSafeName else {
      throw .damaged(
        object: "tree \(tree)", reason: "`\(node.displayName)` is no name for a file")
    }
  }

  private mutating func add(_ node: TreeNode, to directory: Int) throws(RepositoryError) {
    switch node.kind {
    case .file:
      let key = LinkKey(device: node.deviceID, inode: node.inode)
      if node.links > 1, let first = linked[key], plan.files[first].node.content == node.content {
        plan.hardLinks.append(.init(directory: directory, name: node.name, file: first))
      } else {
        if node.links > 1 { linked[key] = plan.files.count }
        try addFile(node, to: directory)
      }
    case .symlink, .dev, .chardev, .fifo:
      plan.others.append(.init(directory: directory, node: node))
    case .socket, .irregular, .directory: break  // nothing that could be made again
    }
  }

  /// Chunks of nothing but zeros are not fetched: the file keeps a hole there.
  private mutating func addFile(_ node: TreeNode, to directory: Int) throws(RepositoryError) {
    guard plan.files.count < Int32.max else { throw .tooLarge("More than 2³¹ files") }
    let number = Int32(plan.files.count)
    var size = 0
    var count = 0
    for id in node.content {
      if id == ZeroChunk.id {
        addHole(number, size..<size + ZeroChunk.length)
        size += ZeroChunk.length
        continue
      }
      guard let (_, blob) = index.find(id, .data), let location = index.location(id, .data) else {
        throw .damaged(
          object: "data blob \(id)",
          reason: "No index names a pack that holds it; `\(node.displayName)` needs it")
      }
      plan.pieces.append(
        .init(
          pack: location.pack, blobOffset: location.offset, file: number, fileOffset: size, id: id))
      size += blob.plainLength
      count += 1
    }
    plan.files.append(.init(directory: directory, node: node, size: size, pieces: count))
  }

  private mutating func addHole(_ file: Int32, _ range: Range<Int>) {
    if let last = plan.holes.last, last.file == file, last.range.upperBound == range.lowerBound {
      plan.holes[plan.holes.count - 1].range = last.range.lowerBound..<range.upperBound
    } else {
      plan.holes.append(.init(file: file, range: range))
    }
  }

  /// Packs in the order in which files first need them, so that few files are open at once.
  private mutating func orderPieces() {
    var rank: [UInt32: Int] = [:]
    for piece in plan.pieces where rank[piece.pack] == nil { rank[piece.pack] = rank.count }
    plan.pieces.sort { left, right in
      (rank[left.pack, default: 0], left.blobOffset, left.file, left.fileOffset)
        < (rank[right.pack, default: 0], right.blobOffset, right.file, right.fileOffset)
    }
  }
}
