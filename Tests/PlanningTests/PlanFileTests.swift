import ClusterModel
import Documents
import Planning
import ProtectionModel
import Testing

@Suite("Plan files") struct PlanFileTests {
  static func file() throws -> PlanFile {
    let changes = ChangeSet(desired: try Shop.plans(), observed: Shop.observed(), at: Shop.now)
    return PlanFile(
      report: changes.report, graph: try changes.graph(),
      createdAt: Timestamp("2026-11-22T02:00:07Z")!, tool: PlanFile.Tool(version: "0.1.0"),
      source: PlanFile.Source(
        commit: "8c1d2ee", dirty: false,
        files: [PlanFile.Source.File(path: "plans/shop/pg.yaml", sha256: "ab")]))
  }

  static func edited(_ change: (inout JSONValue) -> Void) throws -> [UInt8] {
    var json = try JSONValue(parsing: try file().bytes)
    change(&json)
    return CanonicalJSON.bytes(json)
  }

  /// Somebody who can compute digests too.
  static func resealed(_ change: (inout JSONValue) -> Void) throws -> [UInt8] {
    var json = try JSONValue(parsing: try file().bytes)
    change(&json)
    json["digest"] = nil
    json["signatures"] = nil
    json["digest"] = .string("sha256:" + SHA256.hex(CanonicalJSON.bytes(json)))
    json["signatures"] = []
    return CanonicalJSON.bytes(json)
  }

  @Test("a plan that is read back is the plan that was written")
  func roundTrip() throws {
    let file = try Self.file()
    #expect(try PlanFile(reading: file.bytes) == file)
    #expect(file.validUntil == Timestamp("2026-11-22T02:30:07Z"))
    #expect(file.digest.hasPrefix("sha256:"))
    #expect(file.digest.count == 71)
  }

  @Test("a plan shows the same diff after reading as before")
  func show() throws {
    let file = try Self.file()
    #expect(
      TextDiff(try PlanFile(reading: file.bytes).report).text == TextDiff(file.report).text)
  }

  @Test("a signature does not change the digest")
  func signed() throws {
    var file = try Self.file()
    file.signatures = [PlanFile.Signature(key: "ci", value: "MEUC")]
    #expect(try PlanFile(reading: file.bytes) == file)
  }

  @Test("any change to a plan is found by its digest, also in members nobody knows")
  func edited() throws {
    let edits: [(inout JSONValue) -> Void] = [
      { $0["validUntil"] = "2036-11-22T02:30:07Z" }, { $0["unknown"] = 1 },
      { $0["cluster", "uid"] = "another" },
    ]
    for edit in edits {
      let error = #expect(throws: PlanFileError.self) {
        try PlanFile(reading: try Self.edited(edit))
      }
      #expect(error?.reason == .digestMismatch)
    }
  }

  @Test("a graph that breaks a promise is not run, however good its digest")
  func unsafeGraph() throws {
    let bytes = try Self.resealed { json in
      let edges = json["graph", "edges"]?.arrayValue ?? []
      json["graph", "edges"] = .array(edges.filter { $0["kind"]?.stringValue != "guard" })
    }
    let error = #expect(throws: PlanFileError.self) { try PlanFile(reading: bytes) }
    #expect(error?.reason == .unsafeGraph)
  }

  @Test(
    "what is no plan file is refused with its reason",
    arguments: [
      ("", "malformed"), ("{", "malformed"), ("[]", "malformed"), ("null", "malformed"),
      (#"{"apiVersion":"oadp-plan.dev/v1alpha1","kind":"Project"}"#, "malformed"),
      (
        #"{"apiVersion":"oadp-plan.dev/v1alpha1","kind":"ExecutionPlan","formatVersion":"2.0"}"#,
        "unsupportedVersion"
      ),
      (
        #"{"apiVersion":"oadp-plan.dev/v1alpha1","kind":"ExecutionPlan","formatVersion":"1.7"}"#,
        "malformed"
      ),
    ])
  func malformed(text: String, reason: String) {
    let error = #expect(throws: PlanFileError.self) { try PlanFile(reading: Array(text.utf8)) }
    #expect(error?.reason.rawValue == reason)
  }

  @Test("a file of nothing but brackets is refused before it is followed down")
  func deep() {
    let error = #expect(throws: PlanFileError.self) {
      try PlanFile(reading: Array(repeating: UInt8(ascii: "["), count: 1 << 20))
    }
    #expect(error?.reason == .malformed)
  }

  @Test("the graph holds no value of a secret, only where it is kept")
  func secrets() throws {
    let graph = try JSONValue(parsing: try Self.file().bytes)["graph", "nodes"]
    #expect(
      graph?[0]?["action", "with", "repository"]?["password"] == [
        "key": "password", "name": "restic-gold", "namespace": "oadp-plan",
      ])
  }
}
