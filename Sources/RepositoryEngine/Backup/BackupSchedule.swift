import Synchronization

/// Hands out work, depth first, so that few directories are open at once.
final class BackupSchedule: Sendable {
  enum Job {
    case entry(OpenDirectory, slot: Int)
    /// Cut and store the file's next chunk; nobody else cuts it until `release`.
    case chunk(OpenChunkedFile)
  }

  fileprivate struct State {
    /// Directories with entries not handed out yet; the last one is deepest.
    var directories: [(directory: OpenDirectory, next: Int)] = []
    var files: [(file: OpenChunkedFile, isTaken: Bool)] = []
    /// Jobs handed out and not finished: they may bring more.
    var active = 0
    var hasFailed = false
    var waiting: [CheckedContinuation<Void, Never>] = []
    /// Counts changes that a waiting worker may have missed.
    var generation = 0
  }

  fileprivate enum Offer {
    case job(Job)
    case wait(generation: Int)
    case over
  }

  private let state = Mutex(State())
  private let filesMax: Int

  init(workers: Int) { filesMax = 2 * workers }

  /// The next job; waits for one while others are at work. `nil` when all is done or given up.
  func next() async -> Job? {
    while true {
      switch state.withLock({ $0.take(filesMax: filesMax) }) {
      case .job(let job): return job
      case .over:
        change { _ in }
        return nil
      case .wait(let generation):
        await withCheckedContinuation { continuation in
          let mayGoOn = state.withLock { state in
            guard state.generation == generation else { return true }
            state.waiting.append(continuation)
            return false
          }
          if mayGoOn { continuation.resume() }
        }
      }
    }
  }

  /// A job handed out is done; what it brought has been added before.
  func finished() { change { $0.active -= 1 } }

  func add(_ directory: OpenDirectory) { change { $0.directories.append((directory, 0)) } }

  func add(_ file: OpenChunkedFile) { change { $0.files.append((file, false)) } }

  /// Lets others cut the file on, or forgets it at its end.
  func release(_ file: OpenChunkedFile, isAtEnd: Bool) {
    change { state in
      guard let index = state.files.firstIndex(where: { $0.file === file }) else { return }
      if isAtEnd { state.files.remove(at: index) } else { state.files[index].isTaken = false }
    }
  }

  /// Ends everybody's work.
  func giveUp() { change { $0.hasFailed = true } }

  private func change(_ body: (inout State) -> Void) {
    let waiting = state.withLock { state in
      body(&state)
      state.generation += 1
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }
}

extension BackupSchedule.State {
  fileprivate mutating func take(filesMax: Int) -> BackupSchedule.Offer {
    if hasFailed { return .over }
    if let index = files.firstIndex(where: { !$0.isTaken }) {
      files[index].isTaken = true
      active += 1
      return .job(.chunk(files[index].file))
    }
    while files.count < filesMax, let (directory, slot) = directories.last {
      guard slot < directory.names.count else {
        directories.removeLast()
        continue
      }
      directories[directories.count - 1].next += 1
      active += 1
      return .job(.entry(directory, slot: slot))
    }
    return active == 0 ? .over : .wait(generation: generation)
  }
}
