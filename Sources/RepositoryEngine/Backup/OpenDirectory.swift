import RepositoryFormat
import Synchronization

/// A directory on its way to becoming a tree: entries finish in any order, and the last one to
/// finish finds the tree complete.
final class OpenDirectory: Sendable {
  private struct State {
    /// The JSON of entries that wait for one before them in the order of names.
    var waiting: [Int: [UInt8]?] = [:]
    /// All entries before this one are in the tree: a tree of a million entries has hundreds of
    /// megabytes, and is not held twice.
    var next = 0
    var tree = TreeBuilder()
  }

  let file: OpenFile
  /// For messages.
  let path: String
  let names: [[UInt8]]
  /// The directory's own node; the root of a snapshot has none.
  let node: TreeNode?
  /// Where the finished node goes.
  let parent: (directory: OpenDirectory, slot: Int)?
  /// The same directory in the snapshot compared with, and its tree's id.
  let former: Tree?
  let formerID: ObjectID?
  private let state: Mutex<State>

  init(
    file: OpenFile, path: String, names: [[UInt8]], node: TreeNode?,
    parent: (directory: OpenDirectory, slot: Int)?, former: Tree?, formerID: ObjectID?
  ) {
    self.file = file
    self.path = path
    self.names = names
    self.node = node
    self.parent = parent
    self.former = former
    self.formerID = formerID
    state = Mutex(State())
  }

  func path(of name: [UInt8]) -> String {
    (path == "/" ? "/" : path + "/") + String(decoding: name, as: UTF8.self)
  }

  /// - Parameter node: `nil` leaves the entry out.
  /// - Returns: the tree's bytes if this was the last entry.
  func finish(slot: Int, node: [UInt8]?) -> [UInt8]? {
    state.withLock { state in
      guard slot == state.next else {
        state.waiting[slot] = .some(node)
        return nil
      }
      var node = node
      while true {
        if let node { state.tree.append(node) }
        state.next += 1
        guard let following = state.waiting.removeValue(forKey: state.next) else { break }
        node = following
      }
      guard state.next == names.count else { return nil }
      return state.tree.finish()
    }
  }
}

/// A tree's bytes while they come together.
struct TreeBuilder: Sendable {
  private var bytes = Array("{\"nodes\":[".utf8)
  private var isEmpty = true

  mutating func append(_ node: [UInt8]) {
    if !isEmpty { bytes.append(UInt8(ascii: ",")) }
    isEmpty = false
    bytes += node
  }

  /// The whole tree; the builder gives its memory away.
  mutating func finish() -> [UInt8] {
    bytes += "]}\n".utf8
    defer { bytes = [] }
    return bytes
  }
}

/// A file too large for one blob, cut by one worker at a time while others store its chunks.
final class OpenChunkedFile: Sendable {
  private struct State {
    var content: [ObjectID] = []
    var offset = 0
    var unfinished = 0
    var isRead = false
    /// The stretch of data at or behind `offset` that was found last, in a file with holes.
    var data: Range<Int>?
    var former: FormerChunks?
  }

  struct Chunk {
    var index: Int
    var offset: Int
  }

  let file: OpenFile
  let path: String
  let node: TreeNode
  let former: TreeNode?
  let isSparse: Bool
  let size: Int
  let place: (directory: OpenDirectory, slot: Int)
  private let state: Mutex<State>

  /// - Parameter formerChunks: What need not be read, for a volume whose changes are known.
  init(
    file: OpenFile, path: String, node: TreeNode, former: TreeNode?, size: Int, isSparse: Bool,
    place: (directory: OpenDirectory, slot: Int), formerChunks: FormerChunks? = nil
  ) {
    var state = State()
    state.former = formerChunks
    self.state = Mutex(state)
    self.file = file
    self.path = path
    self.node = node
    self.former = former
    self.size = size
    self.isSparse = isSparse
    self.place = place
  }

  /// Where the next chunk begins, and the data stretch known.
  var cursor: (offset: Int, data: Range<Int>?) { state.withLock { ($0.offset, $0.data) } }

  /// Takes all chunks from the parent that come next and are unchanged; returns their bytes.
  func takeFormer() -> Int {
    state.withLock { state in
      let start = state.offset
      while let (id, length) = state.former?.take(at: state.offset) {
        state.content.append(id)
        state.offset += length
      }
      return state.offset - start
    }
  }

  func remember(data: Range<Int>) { state.withLock { $0.data = data } }

  /// Takes the next `length` bytes as a chunk; zero means that the file has ended.
  func advance(by length: Int) -> Chunk? {
    state.withLock { state in
      guard length > 0 else {
        state.isRead = true
        return nil
      }
      let chunk = Chunk(index: state.content.count, offset: state.offset)
      state.content.append(.zero)
      state.offset += length
      state.unfinished += 1
      return chunk
    }
  }

  /// - Returns: the content and size, if the file is complete with this.
  func finish(_ chunk: Chunk?, _ id: ObjectID) -> (content: [ObjectID], size: Int)? {
    state.withLock { state in
      if let chunk {
        state.content[chunk.index] = id
        state.unfinished -= 1
      }
      guard state.isRead, state.unfinished == 0 else { return nil }
      state.isRead = false  // only one worker may see it complete
      return (state.content, state.offset)
    }
  }
}
