import Execution
import ObjectStores
import Ports
import RepositoryEngine

/// Runs in `oadp-plan/runs/<run>/` of a repository: `plan`, one file for each segment of the
/// journal, named by the number of its first line, and `closed` with the outcome once the run is
/// over.
///
/// `closed` is there before anything is removed, and looked for after each new segment: so a runner
/// that was fenced off learns it even when the segments in its way are gone.
extension EngineStore: RunMirror {
  private static let planBytesMax = 256 << 20
  private static let segmentBytesMax = 64 << 20
  private static let outcomeBytesMax = 16 << 20
  /// How many closed runs a repository remembers: as long as one of them may still be open on some
  /// machine, that machine must be able to learn that it is not.
  private static let closedRunsMax = 500

  func openRuns(in address: RepositoryAddress) async throws(StoreError) -> [String] {
    guard let repository = try await repository(address) else { return [] }
    return try await mirroring(address) { () async throws(RepositoryError) in
      var runs: [String] = []
      for name in try await repository.names(in: MirrorNames.runs) where RunID(name) != nil {
        let names = try await repository.names(in: MirrorNames(name).folder)
        if names.contains(MirrorNames.segment(0)), !names.contains(MirrorNames.closed) {
          runs.append(name)
        }
      }
      return runs.sorted()
    }
  }

  func mirroredRun(
    _ run: String, in address: RepositoryAddress
  ) async throws(StoreError) -> MirroredRun? {
    guard let repository = try await repository(address) else { return nil }
    let names = MirrorNames(run)
    return try await mirroring(address) { () async throws(RepositoryError) in
      let present = try await repository.names(in: names.folder)
      var segments: [JournalSegment] = []
      for name in present {
        guard let first = MirrorNames.firstLine(of: name) else { continue }
        // It is gone only where the run was closed meanwhile.
        guard let segment = try await segment(first, names, repository) else { break }
        segments.append(segment)
      }
      let outcome = try await repository.readSealedFile(
        names.file(MirrorNames.closed), bytesMax: Self.outcomeBytesMax)
      if let outcome { return .closed(outcome: outcome) }
      guard segments.first?.first == 0,
        let plan = try await repository.readSealedFile(
          names.file(MirrorNames.plan), bytesMax: Self.planBytesMax)
      else { return nil }
      return .open(plan: plan, segments: segments)
    }
  }

  func begin(
    _ run: String, plan: [UInt8], in address: RepositoryAddress
  ) async throws(StoreError) {
    let repository = try await existing(address)
    _ = try await mirroring(address) { () async throws(RepositoryError) in
      try await repository.createSealedFile(MirrorNames(run).file(MirrorNames.plan), plan)
    }
  }

  func append(
    _ segment: JournalSegment, to run: String, in address: RepositoryAddress
  ) async throws(StoreError) -> SegmentFate {
    let repository = try await existing(address)
    let names = MirrorNames(run)
    return try await mirroring(address) { () async throws(RepositoryError) in
      let isNew = try await repository.createSealedFile(
        names.file(MirrorNames.segment(segment.first)), segment.sealedForm)
      if try await repository.hasFile(names.file(MirrorNames.closed)) {
        if isNew {
          try await repository.deleteFile(names.file(MirrorNames.segment(segment.first)))
        }
        return .closed
      }
      if isNew { return .stored }
      return try await self.segment(segment.first, names, repository).map(SegmentFate.taken)
        ?? .closed
    }
  }

  func close(
    _ run: String, outcome: [UInt8], in address: RepositoryAddress
  ) async throws(StoreError) {
    guard let repository = try await repository(address) else { return }
    let names = MirrorNames(run)
    try await mirroring(address) { () async throws(RepositoryError) in
      let present = try await repository.names(in: names.folder)
      guard !present.isEmpty else { return }
      _ = try await repository.createSealedFile(names.file(MirrorNames.closed), outcome)
      // The plan goes last: without a journal it is no run.
      for name in present.filter({ MirrorNames.firstLine(of: $0) != nil }).reversed()
        + [MirrorNames.plan]
      {
        try await repository.deleteFile(names.file(name))
      }
      try await forgetOldest(repository)
    }
  }

  private func forgetOldest(_ repository: Repository) async throws(RepositoryError) {
    let runs = try await repository.names(in: MirrorNames.runs).filter { RunID($0) != nil }
    for run in runs.sorted().dropLast(Self.closedRunsMax) {
      let names = MirrorNames(run)
      guard try await repository.names(in: names.folder) == [MirrorNames.closed] else { continue }
      try await repository.deleteFile(names.file(MirrorNames.closed))
    }
  }

  private func segment(
    _ first: Int, _ names: MirrorNames, _ repository: Repository
  ) async throws(RepositoryError) -> JournalSegment? {
    let name = names.file(MirrorNames.segment(first))
    let bytes = try await repository.readSealedFile(name, bytesMax: Self.segmentBytesMax)
    guard let bytes else { return nil }
    guard let segment = JournalSegment(first: first, sealedForm: bytes) else {
      throw .damaged(object: name.description, reason: "It is no segment of a journal")
    }
    return segment
  }

  private func mirroring<Answer>(
    _ address: RepositoryAddress, _ body: () async throws(RepositoryError) -> Answer
  ) async throws(StoreError) -> Answer {
    do { return try await body() } catch { throw StoreError(error, address) }
  }
}

/// What a run's files are called.
private struct MirrorNames {
  static let plan = "plan"
  static let closed = "closed"
  static let runs = name("oadp-plan/runs")

  let run: String

  init(_ run: String) { self.run = run }

  var folder: FileName { Self.name("oadp-plan/runs/\(run)") }

  func file(_ name: String) -> FileName { Self.name("oadp-plan/runs/\(run)/\(name)") }

  static func segment(_ first: Int) -> String {
    let digits = String(first)
    return String(repeating: "0", count: max(0, 10 - digits.count)) + digits
  }

  static func firstLine(of name: String) -> Int? {
    guard name.utf8.count >= 10, name.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    return Int(name)
  }

  private static func name(_ path: String) -> FileName {
    guard let name = FileName(path) else { preconditionFailure("`\(path)` is no file's name") }
    return name
  }
}

extension JournalSegment {
  /// The writer in a line of its own, then the journal's lines.
  fileprivate var sealedForm: [UInt8] { Array(writer.utf8) + [0x0A] + bytes }

  fileprivate init?(first: Int, sealedForm: [UInt8]) {
    guard let end = sealedForm.firstIndex(of: 0x0A) else { return nil }
    self.init(
      first: first, writer: String(decoding: sealedForm[..<end], as: UTF8.self),
      bytes: Array(sealedForm[(end + 1)...]))
  }
}
