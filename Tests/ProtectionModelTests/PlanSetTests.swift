import Diagnostics
import Documents
import ProtectionModel
import Testing

@Suite("Plan sets") struct PlanSetTests {
  static let here = SourceSpan(file: "plan.yaml")

  static func policy(
    _ name: String, extends parent: String? = nil, _ settings: PolicySettings
  ) -> ProtectionPolicy {
    ProtectionPolicy(
      metadata: Metadata(name: name), source: here, extends: parent, settings: settings)
  }

  static func plan(policy: String, overrides: PolicySettings = PolicySettings()) -> ProtectionPlan {
    ProtectionPlan(
      metadata: Metadata(name: "pg", namespace: "shop"), source: here, policyRef: policy,
      select: WorkloadSelection(claims: ["data"]), overrides: overrides)
  }

  @Test("a policy takes what it does not say from the one it extends, a plan overrides both")
  func merging() throws {
    let base = PolicySettings(
      objectives: Objectives(rpo: .seconds(60), rto: .seconds(120)),
      copies: [CopyTarget(name: "primary", repositoryRef: "vault", lock: .seconds(10))],
      retention: RetentionPolicy(hourly: 24, daily: 7))
    let gold = PolicySettings(
      objectives: Objectives(rpo: .seconds(30)),
      copies: [
        CopyTarget(name: "offsite", repositoryRef: "far"),
        CopyTarget(name: "primary", lock: .seconds(20)),
      ],
      retention: RetentionPolicy(daily: 14))
    let set = PlanSet(policies: [
      Self.policy("gold", extends: "base", gold), Self.policy("base", base),
    ])
    let override = PolicySettings(require: Requirement(consistency: .volume))
    let policy = try #require(set.policy(for: Self.plan(policy: "gold", overrides: override)))
    #expect(policy.metadata.name == "gold")
    #expect(policy.settings.objectives == Objectives(rpo: .seconds(30), rto: .seconds(120)))
    #expect(policy.settings.retention == RetentionPolicy(hourly: 24, daily: 14))
    #expect(policy.settings.require.consistency == .volume)
    #expect(policy.settings.schedule.timezone == "UTC")
    #expect(
      policy.settings.copies == [
        CopyTarget(name: "primary", repositoryRef: "vault", lock: .seconds(20)),
        CopyTarget(name: "offsite", repositoryRef: "far"),
      ])
  }

  @Test("a missing policy, and one that extends itself, have no effective form")
  func cycles() {
    let set = PlanSet(policies: [
      Self.policy("a", extends: "b", PolicySettings()),
      Self.policy("b", extends: "a", PolicySettings()),
      Self.policy("c", extends: "nowhere", PolicySettings()),
    ])
    for name in ["a", "b", "c", "d"] { #expect(set.policy(for: Self.plan(policy: name)) == nil) }
  }

  @Test("parameters fill every place of a blueprint, a command whole")
  func parameters() throws {
    let blueprint = HookBlueprint(
      metadata: Metadata(name: "mode"), source: Self.here,
      params: [
        HookParameter(name: "on", kind: .command, isRequired: true),
        HookParameter(name: "user", kind: .string, defaultValue: .text("root")),
      ],
      quiesce: .freeze(
        FreezeThaw(
          freeze: ExecHook(exec: ["$(params.on)"], timeout: .seconds(1)),
          thaw: Thaw(
            exec: ExecHook(
              exec: ["su", "$(params.user)", "-c", "echo $(date) $HOME $(params.user)"],
              timeout: .seconds(1))))))
    let set = PlanSet(blueprints: [blueprint])
    #expect(set.blueprint(for: HookUse(blueprint: "mode")) == nil)
    let use = HookUse(blueprint: "mode", params: ["on": .command(["app", "hold", "on"])])
    guard case .freeze(let freeze) = try #require(set.blueprint(for: use)).quiesce else {
      Issue.record("The blueprint changed its kind")
      return
    }
    #expect(freeze.freeze.exec == ["app", "hold", "on"])
    #expect(freeze.thaw.exec.exec == ["su", "root", "-c", "echo $(date) $HOME root"])
  }

  @Test("lookups find each object by its key among many")
  func lookups() {
    let names = (0..<50).map { "r\($0 * 37 % 50)" }
    let set = PlanSet(
      repositories: names.map {
        Repository(
          metadata: Metadata(name: $0), source: Self.here, locationRef: "disk",
          encryption: Repository.Encryption(
            password: SecretKeyReference(namespace: "a", name: $0, key: "k")))
      })
    for name in names { #expect(set.repository(named: name)?.metadata.name == name) }
    #expect(set.repository(named: "r50") == nil)
    #expect(set.count == 50)
  }
}
