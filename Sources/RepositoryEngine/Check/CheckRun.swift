import ObjectStores
import RepositoryFormat
import Synchronization

/// One check, once the index is known: workers take packs first, then trees.
///
/// Packs come first so that the walk through the snapshots can tell which files the damage hurts.
final class CheckRun: Sendable {
  let repository: Repository
  let request: CheckRequest
  let index: CheckedIndex
  let findings: CheckFindings
  let progress: @Sendable (CheckProgress) -> Void

  init(
    _ repository: Repository, _ request: CheckRequest, index: CheckedIndex,
    findings: CheckFindings, progress: @escaping @Sendable (CheckProgress) -> Void
  ) {
    self.repository = repository
    self.request = request
    self.index = index
    self.findings = findings
    self.progress = progress
  }

  /// More tasks than threads where the store is some way off: some of them wait for it.
  private var tasks: Int { max(1, request.workers) + repository.store.transfersAtOnce - 1 }

  /// Runs `body` in every worker at once.
  func inWorkers(_ body: @escaping @Sendable (BlobCodec) async -> Void) async {
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<tasks {
        group.addTask { await body(BlobCodec(key: self.repository.masterKey)) }
      }
    }
  }

  /// The packs to be read whole.
  func chosen() -> Set<Int> {
    let stored = index.packs.indices.filter { index.packs[$0].bytesStored != nil }
    let bytes = stored.reduce(0.0) { $0 + Double(index.packs[$1].bytesStored ?? 0) }
    func sample(_ part: Double) -> Set<Int> {
      let count = Int((Double(stored.count) * min(1, part)).rounded(.down))
      return Set(stored.shuffled().prefix(max(1, count)))
    }
    switch request.data {
    case .none: return []
    case .all: return Set(stored)
    case .percent(let percent): return sample(percent / 100)
    case .bytes(let wanted): return sample(Double(wanted) / max(1, bytes))
    case .slice(let slice, let of):
      return Set(stored.filter { Int(index.packs[$0].id.bytes[0]) % of == slice - 1 })
    }
  }
}

/// Numbers handed out one by one to several workers.
final class SharedList<Element: Sendable>: Sendable {
  private let elements: [Element]
  private let next = Mutex(0)

  init(_ elements: [Element]) { self.elements = elements }

  func take() -> Element? {
    let number = next.withLock { next in
      defer { next += 1 }
      return next
    }
    return number < elements.count ? elements[number] : nil
  }
}
