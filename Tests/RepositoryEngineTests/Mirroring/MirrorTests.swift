import Documents
import Foundation
import ObjectStores
import RepositoryFormat
import Testing

@testable import RepositoryEngine

@Suite("Mirror") struct MirrorTests {
  private func target(of history: SampleHistory) async throws -> Repository {
    try await Repository.create(
      in: MemoryStore(), password: [2], chunkerOf: history.repository)
  }

  @Test("a mirror gives back the same, and a second call copies nothing")
  func idempotent() async throws {
    let history = try await SampleHistory.worn()
    let target = try await target(of: history)
    #expect(target.config.chunkerPolynomial == history.repository.config.chunkerPolynomial)
    #expect(target.config.id != history.repository.config.id)
    let one = try await history.repository.mirror([history.ids[1]], to: target)
    #expect(one.copied.map(\.source) == [history.ids[1]])
    #expect(one.blobsCopied == 2 + 2)
    let rest = try await history.repository.mirror(to: target)
    #expect(rest.copied.count == 3 && rest.skipped == one.copied)
    #expect(rest.blobsCopied == 4 + 2 + 1 + 1)
    let again = try await history.repository.mirror(to: target)
    #expect(again.copied == [] && again.blobsCopied == 0 && again.packsWritten == 0)
    #expect(again.treesRead == 0)
    let copies = try await target.snapshots()
    #expect(copies.compactMap(\.snapshot.original) == history.ids)
    let contents = try await target.readFile(snapshot: copies[2].id, path: "e", limit: 1 << 20)
    #expect(contents == SampleHistory.file("e", 5).bytes)
    #expect(try await target.usage().duplicates.count == 0)
    await #expect(throws: RepositoryError.self) {
      try await history.repository.mirror(to: history.repository)
    }
    await #expect(throws: RepositoryError.self) {
      try await history.repository.mirror([.zero], to: target)
    }
  }

  @Test("a mirroring may be killed anywhere: the other is whole, and the next call ends the work")
  func crash() async throws {
    let history = try await SampleHistory.worn()
    let empty = try await target(of: history)
    let base = try #require(empty.store as? MemoryStore)
    for death in DyingStore.Death.allCases {
      for changes in 1... {
        let store = try await base.copy()
        let dying = DyingStore(store, after: changes, death)
        _ = try? await history.repository.mirror(
          nil, to: empty.reopened(in: dying), workers: 1, timing: .impatient)
        guard !dying.survived else { break }
        try await store.removeLocks()
        #expect(try await problems(history, empty.reopened(in: store)) == [], "\(death) \(changes)")
        let target = empty.reopened(in: store)
        let report = try await history.repository.mirror(nil, to: target, timing: .impatient)
        #expect(report.copied.count + report.skipped.count == 4)
        #expect(try await target.snapshots().count == 4)
        #expect(try await problems(history, target) == [], "\(death) \(changes)")
        var request = MaintenanceRequest()
        request.unusedMax = .bytes(0)
        _ = try await target.maintain(request, timing: .impatient)
        #expect(try await target.usage().unused.count == 0)
      }
    }
  }

  private func problems(
    _ history: SampleHistory, _ target: Repository
  ) async throws -> [String] {
    var problems: [String] = []
    for copy in try await target.snapshots() {
      let original = try #require(copy.snapshot.original)
      for file in history.contents[original] ?? [] {
        let bytes = try await target.readFile(snapshot: copy.id, path: file.path, limit: 1 << 20)
        if bytes != file.bytes { problems.append("\(copy.id.short): \(file.path)") }
      }
    }
    return problems
  }

  @Test("restic takes our copies for its own, and we take restic's", arguments: [1, 2])
  func withRestic(version: Int) async throws {
    let scratch = try Scratch()
    let (source, here, there) = (scratch("source"), scratch("here"), scratch("there"))
    try SourceTree.make(at: source)
    _ = try Shell.restic(here, "init --repository-version \(version)")
    _ = try Shell.run("cd '\(source)' && restic -r '\(here)' --no-cache backup --tag x .")
    let origin = try await Repository.open(
      store: DirectoryStore(path: here), password: Array(testPassword.utf8))
    let mirror = try await Repository.create(
      in: DirectoryStore(path: there), password: Array(testPassword.utf8), chunkerOf: origin)
    #expect(try await origin.mirror(to: mirror).copied.count == 1)
    #expect(try Shell.restic(there, "check --read-data").contains("no errors were found"))
    _ = try Shell.restic(there, "restore latest --target '\(scratch("out"))'")
    #expect(try SourceTree.describe(scratch("out")) == SourceTree.describe(source))
    let copy = "copy --from-repo '\(here)'"
    let environment = ["RESTIC_FROM_PASSWORD": testPassword]
    let talk = try Shell.run("restic -r '\(there)' --no-cache \(copy)", environment)
    #expect(talk.contains("skipping"), "\(talk)")
    _ = try Shell.run("cd '\(source)' && restic -r '\(here)' --no-cache backup --tag y .")
    _ = try Shell.run("restic -r '\(there)' --no-cache \(copy)", environment)
    let report = try await origin.mirror(to: mirror)
    #expect(report.copied.isEmpty && report.skipped.count == 2)
    // And into a repository of format 1, which knows no compression.
    let old = scratch("old")
    _ = try Shell.restic(old, "init --repository-version 1")
    let plain = try await Repository.open(
      store: DirectoryStore(path: old), password: Array(testPassword.utf8))
    #expect(try await mirror.mirror(to: plain).copied.count == 2)
    #expect(try Shell.restic(old, "check --read-data").contains("no errors were found"))
    #expect(try await origin.mirror(to: plain).skipped.count == 2)
  }
}

@Suite("Survey") struct SurveyTests {
  @Test("who made the snapshots is told by what they say of themselves")
  func makers() async throws {
    let repository = try await Repository.create(in: MemoryStore(), password: [1])
    let id = try await repository.addSnapshot(
      files: [], path: "/data", hostname: "volsync", tags: [])
    let template = try await repository.snapshot(id)
    try await repository.forget([id])
    let samples: [(String, String, [String], RepositorySurvey.Maker)] = [
      ("volsync", "/data", [], .volSync), ("volsync", "/data", [], .volSync),
      ("shop", "/data/db", [], .k8up), ("shop", "/shop-postgres.sql", [], .k8up),
      ("velero", "/host_pods/1/volumes/x", ["backup=b"], .velero),
      ("laptop", "/home/me", ["t"], .restic), ("volsync", "/data", ["oadp-plan"], .oadpPlan),
    ]
    for (number, (hostname, path, tags, _)) in samples.enumerated() {
      var snapshot = template
      snapshot.time = Timestamp(secondsSinceEpoch: Int64(1000 + number))
      (snapshot.hostname, snapshot.paths, snapshot.tags) = (hostname, [path], tags)
      snapshot.programVersion = ""
      #expect(RepositorySurvey.Maker(of: snapshot) == samples[number].3, "\(hostname) \(path)")
      _ = try await repository.writeFile(.snapshot, snapshot.encoded())
    }
    let survey = try await repository.survey()
    #expect(survey.snapshotCount == 7)
    #expect(survey.version == 2 && survey.keyCount == 1)
    #expect(survey.hostnames == ["laptop", "shop", "velero", "volsync"])
    #expect(survey.groups.map(\.count) == [3, 1, 1, 1, 1])
    #expect(survey.groups.map(\.maker) == [.oadpPlan, .restic, .velero, .k8up, .k8up])
    #expect(survey.groups[0].oldest.secondsSinceEpoch == 1000)
    #expect(survey.groups[0].newest.snapshot.time.secondsSinceEpoch == 1006)
    #expect(survey.groups[0].tags == ["oadp-plan"])
  }
}
