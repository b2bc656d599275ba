import ClusterModel
import Diagnostics
import Documents
import Planning
import ProtectionModel

/// The plans of a shape, and the world that they are for.
enum Scene {
  static let movers = "movers"
  static let repositories = ["gold", "offsite"]
  /// The longest freeze that plans allow.
  static let freezeMax = Duration.seconds(30)
  /// A secret value: nothing that leaves the cluster may hold it but the encrypted repository.
  static let canary = "Y2FuYXJ5LW9mLXRoZS1zaW11bGF0aW9u"

  static func location(of repository: String) -> String { "/srv/backup/\(repository)" }
  static let restore = PlanKey(namespace: namespace(0), name: "back")
  static func namespace(_ app: Int) -> String { "app\(app)" }
  static func restored(_ app: Int) -> String { "back\(app)" }
  static func claims(of app: Shape.App) -> [String] {
    (0..<app.volumes).map { "v\($0)-db-0" }
  }

  static func plans(_ shape: Shape) throws -> PlanSet {
    let names = repositories.prefix(shape.copies)
    return PlanSet(
      project: Project(
        metadata: Metadata(name: "simulated"), source: place,
        guardrails: Guardrails(maxFreeze: freezeMax)),
      storageLocations: [
        StorageLocation(
          metadata: Metadata(name: "disk"), source: place,
          store: .local(StorageLocation.Local(path: "/srv/backup")))
      ],
      repositories: names.map { name in
        Repository(
          metadata: Metadata(name: name), source: place, locationRef: "disk",
          encryption: Repository.Encryption(
            password: ProtectionModel.SecretKeyReference(
              namespace: movers, name: "password", key: "password")))
      },
      blueprints: [session, freeze],
      policies: [
        ProtectionPolicy(
          metadata: Metadata(name: "daily"), source: place,
          settings: PolicySettings(
            objectives: Objectives(rpo: .seconds(86_400)),
            schedule: ScheduleSettings(cron: try CronSchedule("0 2 * * *")),
            copies: names.map { CopyTarget(name: $0, repositoryRef: $0) },
            retention: RetentionPolicy(last: 2)))
      ],
      protectionPlans: shape.apps.enumerated().map { index, app in
        ProtectionPlan(
          metadata: Metadata(name: "db", namespace: namespace(index)), source: place,
          policyRef: "daily",
          select: WorkloadSelection(workloads: [.init(kind: .statefulSet, name: "db")]),
          volumes: app.isGrouped
            ? claims(of: app).map { VolumeSelection(name: $0, claim: $0, group: "all") } : [],
          groups: app.isGrouped
            ? [VolumeGroup(name: "all", groupClass: "sandbox-groups", expectMembers: app.volumes)]
            : [],
          hooks: app.hook.blueprints.map { HookUse(blueprint: $0) },
          resources: ResourceCapture(include: ["Secret", "StatefulSet"]))
      },
      restorePlans: shape.task == .restore ? [restorePlan(shape)] : [])
  }

  private static func restorePlan(_ shape: Shape) -> RestorePlan {
    let workload = ExecTarget(kind: .statefulSet, name: "db")
    let hooked = ExecTarget(
      kind: .statefulSet, name: "db", container: shape.hookContainer)
    return RestorePlan(
      metadata: Metadata(name: restore.name, namespace: restore.namespace), source: place,
      origin: RestoreOrigin(planRef: ObjectKey(namespace: namespace(0), name: "db")),
      target: RestoreTarget(namespace: restored(0), createNamespace: true),
      hooks: [
        RestoreHook(
          name: "warm", target: hooked, command: ["hook", "warm"], timeout: .seconds(20))
      ],
      checks: [
        RestoreCheck(
          name: "rows", target: workload, command: ["check", "rows"], expect: "t",
          timeout: .seconds(20))
      ])
  }

  private static let place: SourceSpan = {
    let start = SourcePosition(line: 1, column: 1, byte: 0)
    return SourceSpan(file: "plans.yaml", start: start, end: start)
  }()

  private static let session = HookBlueprint(
    metadata: Metadata(name: "session"), source: place,
    target: HookTarget(container: "db", pick: .one),
    quiesce: .session(
      HookSession(
        command: ["psql"], maxOpen: .seconds(600),
        steps: [
          SessionStep(name: "begin", send: "begin", expect: "BEGUN", timeout: .seconds(30)),
          SessionStep(
            name: "end", isGuard: true, send: "end", expect: "ENDED (.*)", timeout: .seconds(30),
            capture: SessionStep.Capture(group: 1, decode: .base64, artifact: "label")),
        ])),
    consistency: .application,
    restore: [RestoreArtifact(name: "label", artifact: "label", volume: "v0-db-0", path: "label")])

  private static let freeze = HookBlueprint(
    metadata: Metadata(name: "freeze"), source: place,
    target: HookTarget(container: "db", pick: .one),
    quiesce: .freeze(
      FreezeThaw(
        freeze: ExecHook(exec: ["freeze"], timeout: .seconds(5)),
        thaw: Thaw(
          exec: ExecHook(exec: ["thaw"], timeout: .seconds(5)), isIdempotent: true,
          tolerate: ["Invalid argument"],
          retry: Thaw.Retry(every: .seconds(1), total: .seconds(60)),
          probe: ExecHook(exec: ["probe"], timeout: .seconds(5))), maxFreeze: freezeMax)),
    consistency: .bracketed)
}

extension Shape.Hook {
  var blueprints: [String] {
    switch self {
    case .none: []
    case .freeze: ["freeze"]
    case .session: ["session"]
    case .both: ["session", "freeze"]
    }
  }
}
