import Glibc
import RepositoryFormat

/// A block volume, or an image of one, as the only file of a snapshot.
struct BlockVolume {
  let file: OpenFile
  let size: Int
  let isSparse: Bool
  let node: TreeNode

  /// - Throws: `ENOTBLK` for what is neither a block device nor a regular file.
  init(path: String, name: String) throws(SystemFailure) {
    // Without O_NONBLOCK a pipe would keep us waiting; it is refused below.
    file = try OpenFile(Array(path.utf8), in: nil, O_RDONLY | O_NONBLOCK)
    let status = try file.status()
    switch status.st_mode & S_IFMT {
    case S_IFREG:
      size = Int(status.st_size)
      isSparse = Int(status.st_blocks) * 512 < size
    case S_IFBLK:
      size = try file.deviceSize()
      isSparse = false  // a device does not tell its holes; its zeros are cut like them
    default: throw SystemFailure(code: ENOTBLK)
    }
    // The kernel reads twice as far ahead; a failure only costs speed.
    _ = posix_fadvise(file.number, 0, 0, POSIX_FADV_SEQUENTIAL)
    node = Self.node(named: name)
  }

  /// A device file's own owner and times say nothing about the volume's contents, and differ from
  /// node to node: without them equal contents make equal trees.
  private static func node(named name: String) -> TreeNode {
    var node = TreeNode(name: Array(name.utf8), kind: .file)
    node.mode = FileMode(unix: S_IFREG | 0o600)
    node.links = 1
    return node
  }

  static func isName(_ name: String) -> Bool {
    TreeNode(name: Array(name.utf8), kind: .file).hasSafeName
  }
}

extension OpenFile {
  /// Bytes of a block device.
  func deviceSize() throws(SystemFailure) -> Int {
    let end = lseek(number, 0, SEEK_END)
    guard end >= 0 else { throw SystemFailure() }
    return Int(end)
  }
}

extension BackupRun {
  /// Takes up a block volume: its chunks are the run's only jobs.
  func begin(_ volume: BlockVolume, parent: ObjectID?) async {
    let codec = BlobCodec(key: repository.masterKey)
    do throws(RepositoryError) {
      let former = try await formerTree(parent, with: codec)?.node(named: volume.node.name)
      let directory = OpenDirectory(
        file: volume.file, path: "/", names: [volume.node.name], node: nil, parent: nil,
        former: nil, formerID: nil)
      let open = OpenChunkedFile(
        file: volume.file, path: request.path, node: volume.node, former: former,
        size: volume.size, isSparse: volume.isSparse, place: (directory, 0),
        formerChunks: formerChunks(former, of: volume))
      schedule.add(open)
    } catch {
      fail(error)
    }
  }

  /// What may be taken from the parent; where that is nothing though blocks are listed, the
  /// summary says why.
  private func formerChunks(_ former: TreeNode?, of volume: BlockVolume) -> FormerChunks? {
    guard let changed = request.changedBlocks else { return nil }
    let reason: String
    if request.readsEverything {
      reason = "everything was to be read"
    } else if request.parent == nil {
      reason = "no parent snapshot was named that the changed blocks are relative to"
    } else if let former, former.kind == .file {
      if let chunks = FormerChunks(former, size: volume.size, changed: changed, index: index) {
        return chunks
      }
      reason = "the repository lacks a part of the parent's content"
    } else {
      reason = "the parent snapshot holds no such volume"
    }
    tally.readInFull("the changed blocks were not used: \(reason)")
    return nil
  }
}

/// The chunks of a volume as the parent has them, and where the volume differs by now.
///
/// A chunk's end depends on its own bytes alone. So a chunk that begins where one of the parent's
/// does, and none of whose bytes changed, is the parent's; behind a change chunks are cut anew
/// until a cut falls on one of the parent's.
struct FormerChunks: Sendable {
  private let ids: [ObjectID]
  private let ends: [Int]
  private let changed: [Range<UInt64>]
  /// How many chunks from the start may be used at all.
  private let usable: Int
  private var nextChunk = 0
  private var nextChange = 0

  /// - Returns: `nil` where the index does not have all of the parent's chunks.
  init?(_ former: TreeNode, size: Int, changed: ChangedBlocks, index: BlobIndex) {
    var ends: [Int] = []
    ends.reserveCapacity(former.content.count)
    var end = 0
    for id in former.content {
      guard let (_, blob) = index.find(id, .data), blob.plainLength > 0 else { return nil }
      end += blob.plainLength
      ends.append(end)
    }
    guard UInt64(end) == former.size else { return nil }
    ids = former.content
    self.ends = ends
    self.changed = changed.ranges
    // The last chunk ends with the volume, not at a cut: of a volume that grew it goes on.
    let last = end == size ? ends.count : max(0, ends.count - 1)
    usable = min(last, ends.firstIndex { $0 > size } ?? last)
  }

  /// The parent's chunk at `offset` if it is unchanged. Offsets must ascend from call to call.
  ///
  /// - Complexity: O(*chunks* + *changes*) for all calls together.
  mutating func take(at offset: Int) -> (id: ObjectID, length: Int)? {
    var start = nextChunk == 0 ? 0 : ends[nextChunk - 1]
    while nextChunk < usable, start < offset {
      start = ends[nextChunk]
      nextChunk += 1
    }
    guard nextChunk < usable, start == offset else { return nil }
    while nextChange < changed.count, changed[nextChange].upperBound <= UInt64(offset) {
      nextChange += 1
    }
    let end = ends[nextChunk]
    guard nextChange == changed.count || changed[nextChange].lowerBound >= UInt64(end) else {
      return nil
    }
    defer { nextChunk += 1 }
    return (ids[nextChunk], end - offset)
  }
}
