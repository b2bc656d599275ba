import RepositoryFormat
import Synchronization

/// Which blobs a set of snapshots needs. Every tree is read once, whoever shares it, in the order
/// of packs: neighbouring trees come with one request.
final class Reach: Sendable {
  /// What hangs on one tree, in numbers of the table.
  struct Branch: Sendable {
    var data: [UInt32] = []
    var trees: [UInt32] = []
  }

  /// For each first copy in the table, whether it is needed.
  struct Marks: Sendable {
    var data: [Bool]
    var trees: [Bool]

    subscript(kind: BlobKind) -> [Bool] { kind == .data ? data : trees }
  }

  private struct State {
    var marks: Marks
    /// Trees found and not yet read, with the snapshot that led there first.
    var frontier: [(tree: Int, snapshot: Int)] = []
    var branches: [UInt32: Branch] = [:]
    var fresh: [BlobKind: [Int]] = [:]
  }

  /// What to remember beside the marks.
  enum Memory {
    case nothing
    /// What each tree holds: 4 bytes a reference.
    case branches
    /// What was marked since ``takeFresh()`` was called.
    case fresh
  }

  private static let stretchMax = 4 << 20

  private let repository: Repository
  private let table: BlobTable
  private let memory: Memory
  private let state: Mutex<State>
  private let snapshots = Mutex<[ObjectID]>([])

  init(_ repository: Repository, table: BlobTable, remembering memory: Memory = .nothing) {
    self.repository = repository
    self.table = table
    self.memory = memory
    state = Mutex(
      State(
        marks: Marks(
          data: Array(repeating: false, count: table.data.count),
          trees: Array(repeating: false, count: table.trees.count))))
  }

  var marks: Marks { state.withLock { $0.marks } }
  var branches: [UInt32: Branch] { state.withLock { $0.branches } }

  /// Numbers of the blobs that were found to be needed since the last call.
  func takeFresh() -> [BlobKind: [Int]] {
    state.withLock { state in
      defer { state.fresh = [:] }
      return state.fresh
    }
  }

  /// Marks everything that these snapshots need and nobody needed before.
  ///
  /// - Returns: how many trees were read.
  /// - Throws: ``RepositoryError/damaged(object:reason:)`` that names the snapshot, for a tree that
  ///   cannot be read or a blob that no index names.
  /// - Complexity: One read for each stretch of trees; O(*n* log *n*) in the references.
  @discardableResult
  func add(
    _ roots: [IdentifiedSnapshot], workers: Int, progress: @escaping @Sendable (Int) -> Void
  ) async throws(RepositoryError) -> Int {
    let first = snapshots.withLock { known in
      known += roots.map(\.id)
      return known.count - roots.count
    }
    for (number, root) in roots.enumerated() {
      try enter(root.snapshot.tree, snapshot: first + number)
    }
    var count = 0
    while true {
      let frontier = state.withLock { state in
        defer { state.frontier = [] }
        return state.frontier
      }
      guard !frontier.isEmpty else { return count }
      try await read(frontier, workers: workers)
      count += frontier.count
      progress(count)
    }
  }

  private func read(
    _ frontier: [(tree: Int, snapshot: Int)], workers: Int
  ) async throws(RepositoryError) {
    let origins = Dictionary(
      frontier.map { ($0.tree, $0.snapshot) }, uniquingKeysWith: { first, _ in first })
    let stretches = Stretch.grouping(
      frontier.map(\.tree), in: table.trees, bytesMax: Self.stretchMax)
    let fetcher = BlobFetcher(repository: repository, table: table, kind: .tree, form: .plain)
    let key = repository.masterKey
    _ = try await Crew.map(
      stretches, workers: workers, tool: { BlobOpener(key: key) },
      {
        (stretch, opener) async throws(RepositoryError) in
        try await fetcher.fetch(
          stretch, with: opener,
          explain: { self.explained($1, snapshot: origins[$0] ?? 0) },
          { (number, tree) async throws(RepositoryError) in
            let snapshot = origins[number] ?? 0
            do throws(RepositoryError) {
              try self.enter(tree, number, snapshot: snapshot)
            } catch {
              throw self.explained(error, snapshot: snapshot)
            }
          })
      })
  }

  private func enter(
    _ tree: VerifiedBlob, _ number: Int, snapshot: Int
  ) throws(RepositoryError) {
    let nodes = try Repository.decoding("tree \(tree.blob.id)") { () throws(FormatError) in
      try Tree(decoding: tree.bytes).nodes
    }
    var branch = Branch()
    for node in nodes {
      for id in node.kind == .file ? node.content : [] {
        guard let number = table.find(id, .data) else { throw missing(id, .data, snapshot) }
        branch.data.append(UInt32(number))
      }
      if node.kind == .directory, let id = node.subtree {
        guard let number = table.find(id, .tree) else { throw missing(id, .tree, snapshot) }
        branch.trees.append(UInt32(number))
      }
    }
    state.withLock { [branch] state in
      for number in branch.data where !state.marks.data[Int(number)] {
        state.marks.data[Int(number)] = true
        if memory == .fresh { state.fresh[.data, default: []].append(Int(number)) }
      }
      for number in branch.trees { enter(Int(number), snapshot, &state) }
      if memory == .branches { state.branches[UInt32(number)] = branch }
    }
  }

  private func enter(_ root: ObjectID, snapshot: Int) throws(RepositoryError) {
    guard let number = table.find(root, .tree) else { throw missing(root, .tree, snapshot) }
    state.withLock { enter(number, snapshot, &$0) }
  }

  private func enter(_ tree: Int, _ snapshot: Int, _ state: inout State) {
    guard !state.marks.trees[tree] else { return }
    state.marks.trees[tree] = true
    state.frontier.append((tree, snapshot))
    if memory == .fresh { state.fresh[.tree, default: []].append(tree) }
  }

  private func missing(_ id: ObjectID, _ kind: BlobKind, _ snapshot: Int) -> RepositoryError {
    .damaged(
      object: "snapshot \(name(of: snapshot))",
      reason: "It needs \(kind.name) blob \(id), of which no index knows a pack")
  }

  private func explained(_ error: RepositoryError, snapshot: Int) -> RepositoryError {
    guard case .damaged(let object, let reason) = error, !object.hasPrefix("snapshot ") else {
      return error
    }
    return .damaged(
      object: object, reason: "\(reason); snapshot \(name(of: snapshot)) needs it")
  }

  private func name(of snapshot: Int) -> ObjectID {
    snapshots.withLock { snapshot < $0.count ? $0[snapshot] : .zero }
  }
}
