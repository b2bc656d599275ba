import ClusterModel
import Diagnostics
import Documents
import Planning
import ProtectionModel

/// A shop with one PostgreSQL on two volumes, its plans, and the cluster that it runs in.
enum Shop {
  static let now = Timestamp("2026-11-22T02:00:00Z")!
  static let cluster = ClusterIdentity(
    name: "prod-eu1", uid: "3f9c1c1e", serverVersion: "v1.36.2")
  static let pg = PlanKey(namespace: "shop", name: "pg")

  static func place(_ file: String, _ line: Int = 1) -> SourceSpan {
    let start = SourcePosition(line: line, column: 1, byte: 0)
    return SourceSpan(file: file, start: start, end: start)
  }

  // MARK: plans

  static func plans(
    retention: RetentionPolicy = RetentionPolicy(hourly: 2, daily: 1), hooks: [HookUse]? = nil,
    restores: [RestorePlan] = [], project: Project? = nil,
    store: StorageLocation.Store = .local(StorageLocation.Local(path: "/srv/backup"))
  ) throws -> PlanSet {
    PlanSet(
      project: project ?? Project(metadata: Metadata(name: "prod"), source: place("project.yaml")),
      storageLocations: [
        StorageLocation(
          metadata: Metadata(name: "disk"), source: place("disk.yaml"),
          store: store)
      ],
      repositories: [
        Repository(
          metadata: Metadata(name: "restic-gold"), source: place("gold.yaml"), locationRef: "disk",
          encryption: Repository.Encryption(
            password: ProtectionModel.SecretKeyReference(
              namespace: "oadp-plan", name: "restic-gold", key: "password")))
      ],
      blueprints: [postgresHot, fsfreeze],
      policies: [
        ProtectionPolicy(
          metadata: Metadata(name: "gold"), source: place("policies/gold.yaml", 8),
          settings: PolicySettings(
            objectives: Objectives(rpo: .seconds(3600)),
            schedule: ScheduleSettings(cron: try CronSchedule("0 * * * *")),
            copies: [CopyTarget(name: "primary", repositoryRef: "restic-gold")],
            retention: retention))
      ],
      protectionPlans: [
        ProtectionPlan(
          metadata: Metadata(name: "pg", namespace: "shop"), source: place("plans/shop/pg.yaml"),
          policyRef: "gold",
          select: WorkloadSelection(workloads: [.init(kind: .statefulSet, name: "postgres")]),
          volumes: [
            VolumeSelection(name: "data", claim: "data-postgres-*", snapshotClass: "rbd-snap"),
            VolumeSelection(name: "wal", claim: "wal-postgres-*"),
          ],
          hooks: hooks ?? [HookUse(blueprint: "postgres-hot")],
          resources: ResourceCapture(include: ["Secret", "StatefulSet"]))
      ],
      restorePlans: restores)
  }

  static let postgresHot = HookBlueprint(
    metadata: Metadata(name: "postgres-hot"), source: place("hooks.yaml"),
    target: HookTarget(
      container: "postgres",
      pick: .primary(probe: HookTarget.PrimaryProbe(exec: ["psql"], equals: "t"))),
    quiesce: .session(
      HookSession(
        command: ["psql", "-XAtq"], maxOpen: .seconds(600),
        steps: [
          SessionStep(
            name: "begin", send: "SELECT pg_backup_start('x');\n", expect: "START .*",
            timeout: .seconds(60)),
          SessionStep(
            name: "end", isGuard: true, send: "SELECT pg_backup_stop();\n", expect: "LABEL (.*)",
            timeout: .seconds(30),
            capture: SessionStep.Capture(group: 1, decode: .base64, artifact: "backup_label")),
        ])),
    cuts: [
      CutRule(volumes: ["data"], moment: .between("begin", "end")),
      CutRule(volumes: ["wal"], moment: .after("end")),
    ],
    consistency: .application,
    restore: [
      RestoreArtifact(
        name: "label", artifact: "backup_label", volume: "data", path: "pgdata/backup_label")
    ])

  static let fsfreeze = HookBlueprint(
    metadata: Metadata(name: "fsfreeze"), source: place("hooks.yaml", 40),
    target: HookTarget(container: "postgres", pick: .allMounting),
    quiesce: .freeze(
      FreezeThaw(
        freeze: ExecHook(exec: ["fsfreeze", "-f", "/data"], timeout: .seconds(5)),
        thaw: Thaw(
          exec: ExecHook(exec: ["fsfreeze", "-u", "/data"], timeout: .seconds(5)),
          isIdempotent: true, tolerate: ["Invalid argument"],
          retry: Thaw.Retry(every: .seconds(1), total: .seconds(120))),
        maxFreeze: .seconds(30))),
    consistency: .volume)

  static func restore(
    point: RestoreOrigin.Point = .latest, existing: ExistingObjects = ExistingObjects()
  ) -> RestorePlan {
    RestorePlan(
      metadata: Metadata(name: "pg-back", namespace: "shop"),
      source: place("restores/pg-back.yaml"),
      origin: RestoreOrigin(planRef: ObjectKey(namespace: "shop", name: "pg"), point: point),
      target: RestoreTarget(namespace: "shop", createNamespace: true), existing: existing,
      checks: [
        RestoreCheck(
          name: "rows", target: ExecTarget(kind: .statefulSet, name: "postgres"),
          command: ["psql", "-XAtqc", "select count(*) > 0 from orders"], expect: "t",
          timeout: .seconds(300))
      ])
  }

  static let restoreKey = PlanKey(namespace: "shop", name: "pg-back")

  // MARK: the world

  static func claim(
    _ name: String, in namespace: String = "shop", gibibytes: Int64 = 20, phase: String = "Bound",
    restoredFrom: String? = nil
  ) -> ObservedClaim {
    ObservedClaim(
      namespace: namespace, name: name, uid: "uid-\(name)", labels: [:], phase: phase,
      volumeName: "pv-\(name)", driver: "rbd.csi", storageClass: "rbd",
      accessModes: ["ReadWriteOnce"], volumeMode: "Filesystem", bytes: gibibytes << 30,
      createdAt: "2026-11-01T00:00:00Z", restoredFrom: restoredFrom)
  }

  static func observed(
    claims: [ObservedClaim]? = nil, catalog: RepositoryCatalog.State = .missing,
    hasWorkload: Bool = true
  ) -> Observation {
    Observation(
      cluster: ObservedCluster(
        identity: cluster, observedAt: "2026-11-22T02:00:07Z",
        namespaces: ["shop", "oadp-plan", "legacy"].map {
          ObservedNamespace(name: $0, uid: "uid-\($0)", labels: [:], isTerminating: false)
        },
        claims: claims ?? [claim("data-postgres-0"), claim("wal-postgres-0", gibibytes: 2)],
        workloads: hasWorkload
          ? [
            ObservedWorkload(
              kind: "StatefulSet", namespace: "shop", name: "postgres", uid: "uid-sts", labels: [:],
              replicas: 1, podLabels: ["app": "postgres"])
          ] : [],
        pods: hasWorkload
          ? [
            ObservedPod(
              namespace: "shop", name: "postgres-0", uid: "uid-pod", labels: ["app": "postgres"],
              phase: "Running", isReady: true, containers: ["postgres"],
              claims: ["data-postgres-0", "wal-postgres-0"], owner: "StatefulSet/postgres")
          ] : [],
        storageClasses: [
          ObservedStorageClass(
            name: "rbd", provisioner: "rbd.csi", isDefault: true, isBoundOnFirstUse: false)
        ],
        snapshotClasses: [
          ObservedSnapshotClass(
            name: "rbd-snap", driver: "rbd.csi", isDefault: true, deletionPolicy: "Delete",
            labels: [:])
        ]),
      catalogs: [RepositoryCatalog(repository: "restic-gold", state: catalog)])
  }

  /// A sealed point, cut at `time` for the slot of the same time.
  static func point(
    _ time: String, slot: String?? = .none, consistency: String = "Application",
    artifacts: [String] = ["backup_label"], cluster: ClusterIdentity = cluster
  ) -> CatalogEntry {
    let cutAt = Timestamp(time)!
    return CatalogEntry(
      point: RecoveryPoint(
        plan: pg, name: cutAt.compact, slot: slot ?? time, cutAt: time, sealedAt: time,
        consistency: consistency, quiescedSeconds: 1, cluster: cluster, run: "r",
        volumes: [
          volume("data", claim: "data-postgres-0", gibibytes: 20),
          volume("wal", claim: "wal-postgres-0", gibibytes: 2),
        ],
        objects: [
          RecoveryPoint.Object(
            apiVersion: "apps/v1", kind: "StatefulSet", name: "postgres",
            path: "objects/StatefulSet/postgres.json"),
          RecoveryPoint.Object(
            apiVersion: "v1", kind: "Secret", name: "pg", path: "objects/Secret/pg.json"),
        ],
        objectsCapturedAt: time,
        artifacts: artifacts.map { RecoveryPoint.Artifact(name: $0, path: "artifacts/\($0)") }),
      manifestID: "m-\(cutAt.compact)")
  }

  private static func volume(
    _ name: String, claim: String, gibibytes: Int64
  ) -> RecoveryPoint.Volume {
    RecoveryPoint.Volume(
      name: name, claim: claim, snapshotID: "s-\(name)", cutAt: "2026-11-22T01:00:01Z",
      bytes: gibibytes << 30, bytesProcessed: 1 << 30, bytesAdded: 1 << 20, files: 7,
      storageClass: "rbd", accessModes: ["ReadWriteOnce"], volumeMode: "Filesystem")
  }
}

extension ChangeSet {
  func graph() throws -> ExecutionGraph {
    try ExecutionGraphBuilder(passes: .standard).build(self)
  }
}

extension ExecutionGraph {
  /// `shop/pg:begin -> shop/pg/data:cut`, guards with `~>`, sorted.
  var arrows: [String] {
    edges.map {
      "\(self[$0.from].address) \($0.kind == .guard ? "~>" : "->") \(self[$0.to].address)"
    }
    .sorted()
  }

  func node(_ address: String) -> Node? { nodes.first { $0.address == address } }
}
