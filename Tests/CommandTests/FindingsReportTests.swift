import ClusterModel
import Diagnostics
import Documents
import Planning
import Ports
import Testing

@testable import Commands

@Suite("What the doctor writes") struct FindingsReportTests {
  private static let findings = [
    Finding(.error, .permissionMissing, in: .permissions, "get pods", "No", fix: "grant it"),
    Finding(.error, .permissionMissing, in: .permissions, "list jobs", "No", fix: "grant it"),
    Finding(.note, .cannotTell, in: .repositories, "gold", "Cannot tell: away"),
    Finding(.ok, .staleLock, in: .repositories, "gold-2", "No stale lock"),
  ]

  @Test("findings of an area stand under each other, and what puts several right is said once")
  func text() {
    #expect(
      FindingsReport(Self.findings).text(colour: false) == """
        permissions
          error    OP3111  get pods   No
          error    OP3111  list jobs  No
                   fix: grant it

        repositories
          note     OP3118  gold    Cannot tell: away
          ok       OP3115  gold-2  No stale lock

        2 errors, 0 warnings, 1 note, 1 ok

        """)
  }

  @Test("colour only repeats what words say")
  func colour() {
    let plain = FindingsReport(Self.findings).text(colour: false)
    let painted = FindingsReport(Self.findings).text(colour: true)
    #expect(painted != plain)
    #expect(painted.replacing(/\u{1B}\[[0-9]+m/, with: "") == plain)
  }

  @Test("JSON has a fix only where there is something to do")
  func json() throws {
    let json = FindingsReport(Array(Self.findings[1...2])).json
    #expect(
      try JSONValue(parsing: Array(json.utf8)) == [
        [
          "area": "permissions", "code": "OP3111", "evidence": "No", "fix": "grant it",
          "severity": "error", "subject": "list jobs",
        ],
        [
          "area": "repositories", "code": "OP3118", "evidence": "Cannot tell: away",
          "severity": "note", "subject": "gold",
        ],
      ])
  }
}

@Suite("A cluster whose refusals end nothing") struct ForgivingClusterTests {
  @Test("a list that is refused is empty and remembered; what is not served is just empty")
  func lists() async throws {
    for (reason, refusals) in [
      (.forbidden, ["jobs": "no permission to list jobs"]), (.notFound, [:]),
      (.overloaded, ["jobs": "Nobody expects this"]),
    ] as [(ClusterError.Reason, [String: String])] {
      let cluster = ForgivingCluster(SecretKeeper(refusing: reason))
      #expect(try await cluster.list(.job, namespace: nil, selector: "").items == [])
      #expect(cluster.refusals == refusals)
    }
  }

  @Test("writes are refused as ever")
  func writes() async {
    let cluster = ForgivingCluster(SecretKeeper(refusing: .forbidden))
    await #expect(throws: ClusterError.self) { try await cluster.create([:], as: .job) }
    #expect(cluster.refusals == [:])
  }
}
