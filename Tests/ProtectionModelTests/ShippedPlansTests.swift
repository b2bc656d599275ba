import Diagnostics
import ProtectionModel
import Testing

@Suite("Shipped plans") struct ShippedPlansTests {
  @Test(
    "everything in plans/ and examples/ is valid without a warning",
    arguments: ["plans", "examples"])
  func isValid(folder: String) throws {
    let loaded = load(try RepositoryFiles.sources(in: folder))
    #expect(loaded.report.rendered(as: .lines) == "")
    #expect(loaded.plans.count == loaded.report.objectCount)
  }

  @Test(
    "each example is valid with what they have in common",
    arguments: [
      "1-postgres-hot", "2-postgres-fsfreeze", "3-cephfs-shared", "4-rbd-and-cephfs",
      "5-kafka-group",
    ])
  func isSelfContained(example: String) throws {
    let common = try RepositoryFiles.sources(in: "examples/common")
    let loaded = load(common + (try RepositoryFiles.sources(in: "examples/\(example)")))
    #expect(loaded.report.rendered(as: .lines) == "")
    #expect(loaded.plans.protectionPlans.count == 1)
  }

  @Test("the demo's plans say what they are for")
  func demo() throws {
    let plans = load(try RepositoryFiles.sources(in: "plans")).plans
    let plan = try #require(plans.protectionPlan(ObjectKey(namespace: "shop", name: "pg")))
    let policy = try #require(plans.policy(for: plan))
    #expect(policy.settings.objectives.rpo == .seconds(3600))
    #expect(policy.settings.schedule.timezone == "UTC")
    #expect(policy.settings.require.consistency == .application)
    let blueprint = try #require(plans.blueprint(for: plan.hooks[0]))
    guard case .session(let session) = blueprint.quiesce else {
      Issue.record("`postgres-hot` is no session")
      return
    }
    #expect(
      session.command
        == ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", "postgres"])
    #expect(session.steps.map(\.name) == ["begin", "end"])
    #expect(session.steps.map(\.isGuard) == [false, true])
    #expect(
      blueprint.cuts.map(\.moment) == [.between("begin", "end"), .after("end")])
    let restore = try #require(plans.restorePlan(ObjectKey(namespace: "shop", name: "pg-restore")))
    #expect(plans.origin(of: restore) == plan)
  }
}
