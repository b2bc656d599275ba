import Ports
import Synchronization

/// The journal of a process on its own disk.
final class SimulatedJournal: JournalWriter {
  private let process: SimulatedProcess
  private let disk: SimulatedDisk

  init(_ process: SimulatedProcess, _ disk: SimulatedDisk) {
    self.process = process
    self.disk = disk
  }

  func append(_ lines: [[UInt8]]) async throws(JournalError) {
    guard !process.isDead else { throw JournalError(.unwritable, "The process is dead") }
    if let max = process.troubles.writesMax, process.writesMade >= max {
      throw JournalError(.unwritable, "No space left on device")
    }
    let bytes = Array(lines.joined())
    guard process.diesWithWrite() else {
      disk.append(bytes)
      // Who sleeps by the clock sleeps at its next call.
      if process.troubles.sleepingWrite != nil { try? await process.standStill() }
      return
    }
    switch process.troubles.tear {
    case .nothing: break
    case .part: disk.append(Array(bytes.dropLast(max(1, (lines.last?.count ?? 2) / 2))))
    case .all: disk.append(bytes)
    }
    process.die()
    throw JournalError(.unwritable, "The process is dead")
  }
}

/// What survives a process: the bytes of its journal.
final class SimulatedDisk: Sendable {
  private let state = Mutex<[UInt8]>([])

  var bytes: [UInt8] { state.withLock { $0 } }

  func append(_ bytes: [UInt8]) { state.withLock { $0 += bytes } }

  func truncate(to count: Int) { state.withLock { $0.removeLast($0.count - count) } }

  func replace(with bytes: [UInt8]) { state.withLock { $0 = bytes } }
}

/// A machine that runners are started on: its disk, and the token of the run's folder there.
struct SimulatedMachine: Sendable {
  let name: String
  let disk = SimulatedDisk()

  var token: String { "token-of-\(name)" }
}
