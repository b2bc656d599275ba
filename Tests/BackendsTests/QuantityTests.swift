import ClusterModel
import Documents
import Planning
import Testing

@testable import Backends

@Suite("Quantities") struct QuantityTests {
  @Test(
    "sizes are read as Kubernetes writes them",
    arguments: [
      ("0", 0), ("1073741824", 1_073_741_824), ("20Gi", 21_474_836_480), ("500M", 500_000_000),
      ("1.5Gi", 1_610_612_736), ("12e6", 12_000_000), ("12E6", 12_000_000), ("1k", 1000),
      ("1500m", 2), ("9007199254740993", 9_007_199_254_740_993), ("1Ei", 1 << 60),
    ] as [(String, Int64)])
  func reading(text: String, bytes: Int64) {
    #expect(Quantity.bytes(text) == bytes)
  }

  @Test(
    "what is no size is none",
    arguments: [
      "", "Gi", "1.2.3", "-1", "1gb", "1 Gi", "٣Gi", "99999999999999999999", "9Ei", "1e99", "1e-3",
      "NaN", "inf", "0x10",
    ])
  func hostile(text: String) {
    #expect(Quantity.bytes(text) == nil)
  }

  @Test(
    "sizes are written in the largest unit that leaves no fraction",
    arguments: [
      (2 << 30, "2Gi"), (1 << 30, "1Gi"), (1536 << 20, "1536Mi"), (1 << 10, "1Ki"),
      (1 << 50, "1Pi"),
      (1000, "1000"), (1_000_000_000, "1000000000"), (0, "0"), ((1 << 30) + 1, "1073741825"),
    ] as [(Int64, String)])
  func writing(bytes: Int64, text: String) {
    #expect(Quantity.text(bytes) == text)
    #expect(Quantity.bytes(text) == bytes)
  }
}

@Suite("Labels of what a run makes") struct LabelTests {
  @Test("an object of this run is its own, whichever node made it; of others, never")
  func ownership() async throws {
    let scene = try await Scene()
    let step = Step(
      node: Scene.node(SnapshotTests.cut), context: scene.context(), clock: scene.backend.clock,
      addresses: [])
    func object(_ labels: [String: String]) -> JSONValue {
      ["metadata": ["labels": JSONValue(strings: labels)]]
    }
    let manager = ["app.kubernetes.io/managed-by": "oadp-plan"]
    let run = ["oadp-plan.dev/run": "20261122T020000Z-5f3a09c1"]
    let elsewhere = ["oadp-plan.dev/node": "another"]
    #expect(step.isOwn(object(manager.merging(run) { $1 }.merging(elsewhere) { $1 })))
    #expect(!step.isOwn(object(manager)))
    #expect(!step.isOwn(object(run)))
    #expect(!step.isOwn(object(manager.merging(["oadp-plan.dev/run": "other"]) { $1 })))
    #expect(!step.isOwn([:]))
  }

  @Test("the plan of a node is the beginning of its address")
  func plan() async throws {
    let scene = try await Scene()
    for address in ["shop/pg@20261122T020000Z/data:cut", "shop/pg:ensure", "shop/pg/data:cut"] {
      let step = Step(
        node: Scene.node(SnapshotTests.cut, address), context: scene.context(),
        clock: scene.backend.clock, addresses: [])
      #expect(step.plan.description == "shop/pg", "\(address)")
    }
  }
}
