import ClusterModel
import Documents
import Planning
import ProtectionModel
import Testing

@Suite("Limits of work") struct LimitTests {
  static let concurrency = Project.Concurrency(
    apps: 2, movers: 3, perNode: 1, perRepository: 2, perSnapshotDriver: 4, perStorageClass: 5,
    perNamespace: 6, bandwidth: ByteSize(bytes: 400 << 20))

  @Test("every node names the limits that it counts against")
  func slots() throws {
    let graph = try ChangeSet(desired: Shop.plans(), observed: Shop.observed(), at: Shop.now)
      .graph()
    let lines = graph.nodes.map { "\($0.address): \($0.slots.joined(separator: " "))" }
    for line in [
      "repository/restic-gold:ensure: repository:restic-gold",
      "shop/pg:open: application:shop/pg",
      "shop/pg/data:cut: driver:rbd.csi class:rbd namespace:shop "
        + "application:shop/pg",
      "shop/pg/data:copy: mover repository:restic-gold class:rbd namespace:shop "
        + "application:shop/pg",
      "shop/pg:seal: repository:restic-gold application:shop/pg",
    ] { #expect(lines.contains(line), "\(lines)") }
  }

  @Test("a plan file keeps the project's limits")
  func saved() throws {
    var file = try PlanFileTests.file()
    file = PlanFile(
      report: file.report, graph: file.graph, limits: WorkLimits(Self.concurrency),
      createdAt: file.createdAt, tool: file.tool, source: file.source)
    let read = try PlanFile(reading: file.bytes)
    #expect(read == file)
    #expect(read.limits?.bytesPerSecond == 400 << 20 && read.limits?.perNamespace == 6)
  }

  @Test("a plan file of before there were limits is still read")
  func former() throws {
    let bytes = try PlanFileTests.resealed { json in
      json["limits"] = nil
      json["formatVersion"] = "1.0"
    }
    #expect(try PlanFile(reading: bytes).limits == nil)
  }

  @Test("a plan file that lets nothing run is refused, whoever sealed it")
  func impossible() throws {
    let bytes = try PlanFileTests.resealed { $0["limits"] = ["movers": 0] }
    #expect(throws: PlanFileError.self) { try PlanFile(reading: bytes) }
  }
}
