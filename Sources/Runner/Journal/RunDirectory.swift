public import Documents
public import Execution
import Glibc
public import Ports

/// The runs of this machine: `<state>/runs/<run id>/{plan.json, journal.ndjson, outcome.json}`, and
/// `token`, which tells this folder's runners from those of all other folders.
///
/// A run without an outcome is *open*: it is going on, or its runner died, or it was stopped.
public struct RunDirectory: Sendable {
  /// The folder of all runs.
  public let path: String

  /// - Parameter state: The program's own folder; it is made where it is missing.
  public init(state: String) throws(JournalError) {
    path = state + "/runs"
    try Self.makeFolder(state)
    try Self.makeFolder(path)
  }

  /// Begins a run: its plan is stored before its journal is made.
  ///
  /// - Parameters:
  ///   - plan: What is to be run, as the plan file's bytes.
  ///   - token: What the runners of this folder call themselves elsewhere.
  public func begin(
    _ header: JournalHeader, plan: [UInt8], token: String
  ) async throws(JournalError) -> RunJournal {
    try Self.makeFolder(folder(of: header.run))
    try store(plan, as: "plan.json", of: header.run)
    try store(Array(token.utf8), as: "token", of: header.run)
    let (writer, contents) = try FileJournal.open(journalPath(of: header.run))
    guard contents == nil else {
      throw JournalError(.unwritable, "There is a run \(header.run) already")
    }
    return try await RunJournal(beginning: header, writer: writer)
  }

  /// Opens the journal of an open run, to go on with it.
  ///
  /// - Returns: `nil` where the run never began.
  public func resume(_ run: RunID) throws(JournalError) -> OpenRun? {
    let (writer, contents) = try FileJournal.open(journalPath(of: run))
    guard let contents else { return nil }
    try Self.check(contents, of: run, in: writer.path)
    let plan = try OpenFile(folder(of: run) + "/plan.json", flags: O_RDONLY).read(bytesMax: 1 << 30)
    return OpenRun(
      journal: RunJournal(resuming: contents, writer: writer), plan: plan, file: writer)
  }

  /// Takes a run over that began on another machine.
  ///
  /// - Parameter journal: Its journal's bytes, as the mirror has them.
  public func adopt(
    _ run: RunID, plan: [UInt8], journal: [UInt8], token: String
  ) throws(JournalError) -> OpenRun? {
    try Self.makeFolder(folder(of: run))
    try store(plan, as: "plan.json", of: run)
    try store(Array(token.utf8), as: "token", of: run)
    let (writer, _) = try FileJournal.open(journalPath(of: run))
    try writer.replace(with: journal)
    return try reread(writer, run, plan: plan)
  }

  /// Goes on from a mirror that has gone on without this machine. The run's lock is kept.
  public func replace(
    _ run: OpenRun, with journal: [UInt8]
  ) throws(JournalError) -> OpenRun? {
    try run.file.replace(with: journal)
    return try reread(run.file, run.journal.run, plan: run.plan)
  }

  private func reread(
    _ writer: FileJournal, _ run: RunID, plan: [UInt8]
  ) throws(JournalError) -> OpenRun? {
    guard let contents = try writer.contents() else { return nil }
    try Self.check(contents, of: run, in: writer.path)
    return OpenRun(
      journal: RunJournal(resuming: contents, writer: writer), plan: plan, file: writer)
  }

  private static func check(
    _ contents: JournalContents, of run: RunID, in path: String
  ) throws(JournalError) {
    guard contents.header.run == run else {
      throw JournalError(.corrupt, "`\(path)` is the journal of run \(contents.header.run)")
    }
  }

  /// What the runners of a run's folder call themselves; `nil` where it was begun without.
  ///
  /// Who has opened the journal and meets this token elsewhere meets a runner that is dead.
  public func token(of run: RunID) throws(JournalError) -> String? {
    let path = folder(of: run) + "/token"
    guard Self.exists(path) else { return nil }
    return String(
      decoding: try OpenFile(path, flags: O_RDONLY).read(bytesMax: 1 << 10), as: UTF8.self)
  }

  /// Closes a run for good. It is open no more.
  public func close(_ run: RunID, outcome: JSONValue) throws(JournalError) {
    try store(CanonicalJSON.bytes(outcome) + [0x0A], as: "outcome.json", of: run)
  }

  /// The outcome of a run; `nil` where it is open.
  public func outcome(of run: RunID) throws(JournalError) -> JSONValue? {
    let path = folder(of: run) + "/outcome.json"
    guard Self.exists(path) else { return nil }
    let bytes = try OpenFile(path, flags: O_RDONLY).read(bytesMax: 1 << 30)
    do {
      return try JSONValue(parsing: bytes)
    } catch {
      throw JournalError(.corrupt, "`\(path)` is not JSON: \(error)")
    }
  }

  /// All runs, the oldest first.
  public func runs() throws(JournalError) -> [RunID] {
    // Safety: the stream is closed below, and each entry is read before the next call of readdir.
    guard let stream = unsafe opendir(path) else { throw OpenFile.failure("listed", path) }
    defer { unsafe closedir(stream) }
    var runs: [RunID] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if let run = RunID(name) { runs.append(run) }
    }
    return runs.sorted()
  }

  /// Runs without an outcome, the oldest first.
  public func openRuns() throws(JournalError) -> [RunID] {
    try runs().filter { !Self.exists(folder(of: $0) + "/outcome.json") }
  }

  private func folder(of run: RunID) -> String { "\(path)/\(run)" }

  private func journalPath(of run: RunID) -> String { folder(of: run) + "/journal.ndjson" }

  /// Stores a file of a run whole or not at all.
  private func store(_ bytes: [UInt8], as name: String, of run: RunID) throws(JournalError) {
    let path = folder(of: run) + "/" + name
    let file = try OpenFile(path + ".new", flags: O_WRONLY | O_CREAT | O_TRUNC)
    try file.write(bytes)
    try file.synchronize()
    // Safety: rename reads both paths only while it is called.
    guard unsafe rename(path + ".new", path) == 0 else { throw OpenFile.failure("written", path) }
    try file.synchronizeFolder()
  }

  private static func exists(_ path: String) -> Bool {
    // Safety: access reads the path only while it is called.
    unsafe access(path, F_OK) == 0
  }

  private static func makeFolder(_ path: String) throws(JournalError) {
    // Safety: mkdir reads the path only while it is called.
    guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else {
      throw OpenFile.failure("made", path)
    }
  }
}

/// A run that this process has taken up: nobody else on this machine can.
public struct OpenRun: Sendable {
  public let journal: RunJournal
  /// The plan file's bytes.
  public let plan: [UInt8]
  let file: FileJournal

  /// The journal's whole lines.
  public func bytes() throws(JournalError) -> [UInt8] { try file.bytes() }
}
