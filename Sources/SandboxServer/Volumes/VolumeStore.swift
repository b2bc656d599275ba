import Glibc
import SimulatedCluster

/// The storage behind the cluster: a volume is a directory, and so is a snapshot.
///
/// Every operation may be repeated: a directory gets its final name only when it is whole.
struct VolumeStore: Sendable {
  let volumes: String
  let snapshots: String

  /// - Parameter directory: The state directory.
  init(directory: String) throws(SystemError) {
    volumes = directory + "/volumes"
    snapshots = directory + "/snapshots"
    try Files.makeDirectories(volumes, mode: 0o700)
    try Files.makeDirectories(snapshots, mode: 0o700)
    // What a killed server had begun is begun again.
    for folder in [volumes, snapshots] {
      for name in try Files.names(in: folder) where name.hasPrefix(".") {
        try Files.removeTree("\(folder)/\(name)")
      }
    }
  }

  func path(ofVolume handle: String) -> String { "\(volumes)/\(handle)" }

  /// Does what the cluster asks of its storage, on a thread of its own.
  func perform(_ effect: Effect) async -> EffectOutcome {
    do {
      return try await onOwnThread { try outcome(of: effect) }
    } catch {
      return .failed(message: "\(error)", isFinal: false)
    }
  }

  private func outcome(of effect: Effect) throws -> EffectOutcome {
    switch effect {
    case .createVolume(_, let handle, let bytes, let source):
      guard Self.isName(handle) else { return .unusable(handle) }
      switch source {
      case .empty: try create(handle)
      case .snapshot(let origin):
        guard Self.isName(origin), Files.exists("\(snapshots)/\(origin)") else {
          return .failed(message: "Snapshot `\(origin)` does not exist", isFinal: true)
        }
        _ = try copy("\(snapshots)/\(origin)", to: handle, in: volumes)
      case .volume(let origin):
        guard Self.isName(origin), Files.exists(path(ofVolume: origin)) else {
          return .failed(message: "Volume `\(origin)` does not exist", isFinal: true)
        }
        _ = try copy(path(ofVolume: origin), to: handle, in: volumes)
      }
      return .done(bytes: bytes)
    case .deleteVolume(_, let handle):
      guard Self.isName(handle) else { return .unusable(handle) }
      try remove(handle, in: volumes)
      return .done(bytes: nil)
    case .cutSnapshot(_, let snapshot, let volume):
      guard Self.isName(snapshot) else { return .unusable(snapshot) }
      guard Self.isName(volume), Files.exists(path(ofVolume: volume)) else {
        return .failed(message: "Volume `\(volume)` does not exist", isFinal: true)
      }
      return .done(bytes: try copy(path(ofVolume: volume), to: snapshot, in: snapshots))
    case .cutGroup(_, _, let cuts):
      // One after the other: as with a single cut, what must hold between files their writer holds.
      for cut in cuts {
        guard Self.isName(cut.snapshotHandle) else { return .unusable(cut.snapshotHandle) }
        guard Self.isName(cut.volumeHandle), Files.exists(path(ofVolume: cut.volumeHandle)) else {
          return .failed(message: "Volume `\(cut.volumeHandle)` does not exist", isFinal: true)
        }
        _ = try copy(path(ofVolume: cut.volumeHandle), to: cut.snapshotHandle, in: snapshots)
      }
      return .done(bytes: nil)
    case .deleteSnapshot(_, let handle):
      guard Self.isName(handle) else { return .unusable(handle) }
      try remove(handle, in: snapshots)
      return .done(bytes: nil)
    }
  }

  /// Handles come from objects that users may write: one must not lead out of its folder.
  private static func isName(_ handle: String) -> Bool {
    !handle.isEmpty && handle.utf8.count <= 200 && !handle.hasPrefix(".") && !handle.contains("/")
  }

  private func create(_ handle: String) throws(SystemError) {
    let path = path(ofVolume: handle)
    try Files.makeDirectories(path, mode: 0o777)
    // A fresh filesystem's root belongs to its user alone; in the sandbox that is always the one
    // user every container runs as.
    try Files.setMode(path, 0o755)
  }

  /// - Returns: The bytes of its files; `nil` where the copy was there already.
  private func copy(_ from: String, to name: String, in folder: String) throws -> Int64? {
    let target = "\(folder)/\(name)"
    if Files.exists(target) { return nil }
    let temporary = "\(folder)/.\(name).new"
    try Files.removeTree(temporary)
    var copier = TreeCopier()
    try copier.copy(from, to: temporary)
    try Files.move(temporary, to: target)
    return copier.bytes
  }

  /// Takes the name away first, so that half of a volume is never found.
  private func remove(_ name: String, in folder: String) throws(SystemError) {
    let target = "\(folder)/\(name)"
    let temporary = "\(folder)/.\(name).old"
    if Files.exists(target) {
      try Files.removeTree(temporary)
      try Files.move(target, to: temporary)
    }
    try Files.removeTree(temporary)
  }
}

extension EffectOutcome {
  fileprivate static func unusable(_ handle: String) -> EffectOutcome {
    .failed(message: "Handle `\(handle)` is no name of this storage", isFinal: true)
  }
}
