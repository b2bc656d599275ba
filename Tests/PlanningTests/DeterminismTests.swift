import ClusterModel
import Documents
import Planning
import ProtectionModel
import Testing

@Suite("Determinism") struct DeterminismTests {
  /// A generator with a seed: a failure can be repeated.
  struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var word = state
      word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
      word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
      return word ^ word >> 31
    }
  }

  static func bytes(shuffledBy seed: UInt64) throws -> [UInt8] {
    var random = Seeded(state: seed)
    var observed = Shop.observed(
      catalog: .present(
        ["2026-11-19T23:00:00Z", "2026-11-21T23:00:00Z", "2026-11-22T01:00:00Z"]
          .map { Shop.point($0) }.shuffled(using: &random)))
    observed.cluster.claims += ["a", "b", "c"].map { Shop.claim($0, in: "legacy") }
    observed.cluster.claims.shuffle(using: &random)
    observed.cluster.namespaces.shuffle(using: &random)
    let changes = ChangeSet(desired: try Shop.plans(), observed: observed, at: Shop.now)
    let file = PlanFile(
      report: changes.report, graph: try changes.graph(), createdAt: Shop.now,
      tool: PlanFile.Tool(version: "0"), source: PlanFile.Source(dirty: false, files: []))
    return file.bytes + Array(TextDiff(file.report).text.utf8)
      + Array(MarkdownDiff(file.report, graph: file.graph).text.utf8)
  }

  @Test("the same world in another order gives the same bytes")
  func shuffled() throws {
    let first = try Self.bytes(shuffledBy: 1)
    for seed in 2...40 as ClosedRange<UInt64> {
      #expect(try Self.bytes(shuffledBy: seed) == first, "seed \(seed)")
    }
  }
}
