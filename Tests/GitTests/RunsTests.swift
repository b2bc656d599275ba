import Foundation
import Testing

@testable import Git

@Suite("Recording runs") struct RecordingTests {
  private let reference = GitRepository.runsReference

  @Test("git itself shows a recorded run, and finds nothing wrong with it")
  func shownByGit() throws {
    let sandbox = try Sandbox.repository(files: ["a": "a"])
    let repository = try GitRepository.open(at: sandbox.root)
    let commit = try repository.record(.sample(1))
    try repository.record(.sample(2))
    #expect(
      try sandbox.git("log", "--format=%an <%ae> %ct %s", reference) == """
        Ada <ada@example.org> 1700000002 apply shop: succeeded
        Ada <ada@example.org> 1700000001 apply shop: succeeded
        """)
    #expect(
      try sandbox.git("ls-tree", "-r", "--name-only", reference) == "plan.json\nruns/run-2.json")
    #expect(try sandbox.git("show", "\(reference)~1:runs/run-1.json") == #"{"run":1}"#)
    #expect(try sandbox.git("rev-parse", "\(reference)~1") == commit.description)
    #expect(
      try sandbox.git("log", "-1", "--format=%(trailers)", reference)
        == "Run: run-2\nPlan-Digest: sha256:abc\n")
    #expect(try sandbox.git("fsck", "--strict", "--no-dangling") == "")
  }

  @Test("branches, index and working tree stay as they are")
  func untouched() throws {
    let sandbox = try Sandbox.repository(files: ["a": "a"])
    try sandbox.write("b", to: "a")
    try sandbox.write("c", to: "staged")
    try sandbox.git("add", "staged")
    func state() throws -> [String] {
      [
        try sandbox.git("status", "--porcelain"), try sandbox.git("rev-parse", "HEAD"),
        try sandbox.git("branch", "--all"), try sandbox.git("reflog"),
        try sandbox.bytes(of: ".git/index").base64EncodedString(),
      ]
    }
    let before = try state()
    try GitRepository.open(at: sandbox.root).record(.sample())
    #expect(try state() == before)
  }

  @Test("an empty, a bare and a linked repository each keep runs")
  func kinds() throws {
    let empty = try Sandbox.repository()
    try GitRepository.open(at: empty.root).record(.sample())
    #expect(try empty.git("rev-list", "--count", reference) == "1")
    #expect(try GitRepository.open(at: empty.root).head().commit == nil)

    try empty.git("init", "--quiet", "--bare", "bare.git")
    try GitRepository.open(at: empty.path("bare.git")).record(.sample())
    #expect(try empty.git(in: "bare.git", "rev-list", "--count", reference) == "1")

    let sandbox = try Sandbox.repository(files: ["a": "a"])
    try sandbox.git("worktree", "add", "--quiet", "-b", "other", "tree")
    try GitRepository.open(at: sandbox.path("tree")).record(.sample())
    #expect(try GitRepository.open(at: sandbox.root).runs(limit: 9).runs.count == 1)
    #expect(try sandbox.git("fsck", "--strict", "--no-dangling") == "")
  }

  @Test("the same record again adds nothing")
  func repeated() throws {
    let sandbox = try Sandbox.repository()
    let repository = try GitRepository.open(at: sandbox.root)
    let first = try repository.record(.sample(1))
    #expect(try repository.record(.sample(1)) == first)
    #expect(try repository.record(.sample(2)) != first)
    #expect(try sandbox.git("rev-list", "--count", reference) == "2")
  }

  @Test("without a configured user, program, login and host sign")
  func fallbackIdentity() throws {
    let sandbox = try Sandbox()
    try sandbox.git("init", "--quiet")
    let name = try sandbox.git("config", "--default", "oadp-plan", "user.name")
    try GitRepository.open(at: sandbox.root).record(.sample())
    let committer = try sandbox.git("log", "-1", "--format=%cn <%ce>", reference)
    #expect(committer.hasPrefix("\(name) <"))
    #expect(committer.contains("@"))
  }

  @Test("writers that race take turns, and no run is lost")
  func racing() async throws {
    let sandbox = try Sandbox.repository(files: ["a": "a"])
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<4 {
        group.addTask {
          let repository = try GitRepository.open(at: sandbox.root)
          for number in 0..<8 { try repository.record(.sample(writer * 100 + number)) }
        }
      }
      try await group.waitForAll()
    }
    let history = try GitRepository.open(at: sandbox.root).runs(limit: 100)
    #expect(history.skipped == [])
    #expect(Set(history.runs.map(\.runID)).count == 32)
    #expect(try sandbox.git("rev-list", "--count", "--min-parents=1", reference) == "31")
    #expect(try sandbox.git("fsck", "--strict", "--no-dangling") == "")
  }

  @Test("a lock that never comes free is named")
  func locked() throws {
    let sandbox = try Sandbox.repository()
    try sandbox.write("", to: ".git/\(reference).lock")
    let repository = try GitRepository.open(at: sandbox.root)
    let error = gitError { () throws(GitError) in
      try repository.record(.sample(), attemptsMax: 3)
    }
    let lock = sandbox.path(".git/\(reference).lock")
    #expect(error == .locked(reference: reference, lockFile: lock, attempts: 3))
    #expect(error?.hint == "if no other run is active, remove `\(lock)`")
  }

  @Test(
    "a name that would leave its folder is refused",
    arguments: ["", "..", "a/b", ".git", "a\nb", "ü", String(repeating: "a", count: 129)])
  func names(name: String) throws {
    let sandbox = try Sandbox.repository()
    let repository = try GitRepository.open(at: sandbox.root)
    var record = RunRecord.sample()
    record.runID = name
    #expect(
      gitError { () throws(GitError) in try repository.record(record) } == .invalidName(name))
    record = .sample()
    record.attachments[0].name = name
    #expect(
      gitError { () throws(GitError) in try repository.record(record) } == .invalidName(name))
  }

  @Test("a summary or value of many lines cannot forge a trailer")
  func hostileText() throws {
    let sandbox = try Sandbox.repository()
    let repository = try GitRepository.open(at: sandbox.root)
    var record = RunRecord.sample(summary: "one\n\nRun: forged\u{0}\u{1B}[31m")
    record.trailers = [RunTrailer("Run", "real\nResult: forged")]
    try repository.record(record)
    let run = try #require(try repository.runs(limit: 1).runs.first)
    #expect(run.summary == "one  Run: forged  [31m")
    #expect(run.trailers == [RunTrailer("Run", "real Result: forged")])
  }
}

@Suite("Reading runs back") struct HistoryTests {
  private let reference = GitRepository.runsReference

  @Test("nothing recorded is an empty history")
  func empty() throws {
    let sandbox = try Sandbox.repository()
    let repository = try GitRepository.open(at: sandbox.root)
    #expect(try repository.runs(limit: 10) == RunHistory(runs: [], skipped: []))
  }

  @Test("the newest come first, up to the limit, with all that was recorded")
  func newestFirst() throws {
    let sandbox = try Sandbox.repository()
    let repository = try GitRepository.open(at: sandbox.root)
    for number in 1...5 { try repository.record(.sample(number)) }
    let history = try repository.runs(limit: 2)
    #expect(history.runs.map(\.runID) == ["run-5", "run-4"])
    let run = history.runs[0]
    #expect(run.secondsSinceEpoch == 1_700_000_005)
    #expect(run.committer == "Ada <ada@example.org>")
    #expect(run.summary == "apply shop: succeeded")
    #expect(run[trailer: "Plan-Digest"] == "sha256:abc")
    #expect(run[trailer: "Other"] == nil)
    #expect(run.document == Array(#"{"run":5}"#.utf8))
    #expect(try repository.attachment("plan.json", of: run) == Array("{}".utf8))
    #expect(try repository.attachment("runs", of: run) == nil)
    #expect(try repository.attachment("other.json", of: run) == nil)
    #expect(try repository.runs(limit: 0).runs == [])
  }

  @Test("packed references and objects read the same, and take more runs")
  func packed() throws {
    let sandbox = try Sandbox.repository()
    for number in 1...3 { try GitRepository.open(at: sandbox.root).record(.sample(number)) }
    try sandbox.git("gc", "--quiet", "--prune=now")
    let repository = try GitRepository.open(at: sandbox.root)
    try repository.record(.sample(4))
    #expect(
      try repository.runs(limit: 9).runs.map(\.runID) == ["run-4", "run-3", "run-2", "run-1"])
  }

  @Test("a foreign commit on the chain is named and passed over")
  func foreign() throws {
    let sandbox = try Sandbox.repository(files: ["a": "a", "runs/x.txt": "x"])
    let repository = try GitRepository.open(at: sandbox.root)
    try repository.record(.sample(1))
    let foreign = try sandbox.git("commit-tree", "-p", reference, "-m", "hello", "HEAD^{tree}")
    try sandbox.git("update-ref", reference, foreign)
    try repository.record(.sample(2))
    let history = try repository.runs(limit: 9)
    #expect(history.runs.map(\.runID) == ["run-2", "run-1"])
    #expect(history.skipped.map(\.commit.description) == [foreign])
    #expect(history.skipped.map(\.reason) == ["`runs/x.txt` is not named as a run"])
  }

  @Test("a missing document costs its own run only")
  func missingDocument() throws {
    let sandbox = try Sandbox.repository()
    for number in 1...3 { try GitRepository.open(at: sandbox.root).record(.sample(number)) }
    try sandbox.remove(objectPath(sandbox.git("rev-parse", "\(reference)~1:runs/run-2.json")))
    let history = try GitRepository.open(at: sandbox.root).runs(limit: 9)
    #expect(history.runs.map(\.runID) == ["run-3", "run-1"])
    #expect(history.skipped.count == 1)
  }

  @Test("a missing commit ends the history and says so")
  func missingCommit() throws {
    let sandbox = try Sandbox.repository()
    for number in 1...3 { try GitRepository.open(at: sandbox.root).record(.sample(number)) }
    let missing = try sandbox.git("rev-parse", "\(reference)~1")
    try sandbox.remove(objectPath(missing))
    let history = try GitRepository.open(at: sandbox.root).runs(limit: 9)
    #expect(history.runs.map(\.runID) == ["run-3"])
    #expect(history.skipped.map(\.commit.description) == [missing])
    #expect(history.skipped[0].reason.hasPrefix("Git could not read commit `\(missing)`: "))
  }

  @Test("a reference that names no commit is passed over too")
  func notACommit() throws {
    let sandbox = try Sandbox.repository(files: ["a": "a"])
    let blob = try sandbox.git("rev-parse", "HEAD:a")
    try sandbox.git("update-ref", reference, blob)
    let history = try GitRepository.open(at: sandbox.root).runs(limit: 9)
    #expect(history.runs == [])
    #expect(history.skipped.map(\.commit.description) == [blob])
  }

  private func objectPath(_ id: String) -> String {
    ".git/objects/\(id.prefix(2))/\(id.dropFirst(2))"
  }
}
