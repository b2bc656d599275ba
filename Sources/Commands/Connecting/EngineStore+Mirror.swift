import Documents
import Execution
import ObjectStores
import Ports
import RepositoryEngine

/// Open runs in `oadp-plan/runs/<run>/` of a repository: `plan`, and one file for each segment of
/// the journal, named by the number of its first line. Runs that are over in
/// `oadp-plan/closed/<run>`: their outcome.
///
/// The latter is there before anything is removed, and looked for after each new segment: so a
/// runner that was fenced off learns it even when the segments in its way are gone.
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
        let names = MirrorNames(name)
        if try await repository.hasFile(names.closed) {
          // Whoever closed it died before everything was removed.
          try await remove(names, repository)
        } else if try await repository.hasFile(names.file(MirrorNames.segment(0))) {
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
        names.closed, bytesMax: Self.outcomeBytesMax)
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
      if try await repository.hasFile(names.closed) {
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
      guard try await !repository.names(in: names.folder).isEmpty else { return }
      _ = try await repository.createSealedFile(names.closed, outcome)
      try await remove(names, repository)
      let closed = try await repository.names(in: MirrorNames.closedRuns)
      for run in closed.filter({ RunID($0) != nil }).sorted().dropLast(Self.closedRunsMax) {
        try await repository.deleteFile(MirrorNames(run).closed)
      }
    }
  }

  /// The outcomes of runs that began after `instant` and are over, newest first.
  func outcomes(
    since instant: Timestamp, in address: RepositoryAddress
  ) async throws(StoreError) -> [(run: RunID, outcome: [UInt8])] {
    guard let repository = try await repository(address) else { return [] }
    return try await mirroring(address) { () async throws(RepositoryError) in
      var outcomes: [(run: RunID, outcome: [UInt8])] = []
      for name in try await repository.names(in: MirrorNames.closedRuns).reversed()
      where name >= instant.compact {
        guard let run = RunID(name) else { continue }
        let outcome = try await repository.readSealedFile(
          MirrorNames(name).closed, bytesMax: Self.outcomeBytesMax)
        if let outcome { outcomes.append((run, outcome)) }
      }
      return outcomes
    }
  }

  /// The plan goes last: without a journal it is no run.
  private func remove(_ names: MirrorNames, _ repository: Repository) async throws(RepositoryError)
  {
    let present = try await repository.names(in: names.folder)
    for name in present.filter({ MirrorNames.firstLine(of: $0) != nil }).reversed()
      + [MirrorNames.plan]
    {
      try await repository.deleteFile(names.file(name))
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
  static let runs = name("oadp-plan/runs")
  static let closedRuns = name("oadp-plan/closed")

  let run: String

  init(_ run: String) { self.run = run }

  var folder: FileName { Self.name("oadp-plan/runs/\(run)") }

  var closed: FileName { Self.name("oadp-plan/closed/\(run)") }

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
