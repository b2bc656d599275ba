import ClusterModel
import Diagnostics
import Documents
import Planning
import ProtectionModel

/// A large project: as many applications, each with its claims, its plan and a history of hourly
/// points of all of its claims, the newest an hour old.
struct SyntheticProject {
  /// Protection plans, each in a namespace of its own.
  let plans: Int
  /// For each plan.
  let claims: Int
  /// For each plan.
  let points: Int
  /// How many of them the retention keeps; the others expire with the diff that is measured.
  let kept: Int

  static let now = Timestamp("2026-11-22T02:00:00Z")!
  private static let cluster = ClusterIdentity(
    name: "prod-eu1", uid: "3f9c1c1e-5b0a-4a39-8a47-6a1f2f7a9d10", serverVersion: "v1.36.2")
  private static let place: SourceSpan = {
    let start = SourcePosition(line: 1, column: 1, byte: 0)
    return SourceSpan(file: "plans.yaml", start: start, end: start)
  }()

  private var namespaces: [String] {
    (0..<plans).map { number in
      let digits = String(number)
      return "team-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }
  }

  func desired() throws -> PlanSet {
    PlanSet(
      project: Project(metadata: Metadata(name: "prod"), source: Self.place),
      storageLocations: [
        StorageLocation(
          metadata: Metadata(name: "disk"), source: Self.place,
          store: .local(StorageLocation.Local(path: "/srv/backup")))
      ],
      repositories: [
        Repository(
          metadata: Metadata(name: "gold"), source: Self.place, locationRef: "disk",
          encryption: Repository.Encryption(
            password: ProtectionModel.SecretKeyReference(
              namespace: "oadp-plan", name: "gold", key: "password")))
      ],
      blueprints: [],
      policies: [
        ProtectionPolicy(
          metadata: Metadata(name: "gold"), source: Self.place,
          settings: PolicySettings(
            objectives: Objectives(rpo: .seconds(3600)),
            schedule: ScheduleSettings(cron: try CronSchedule("0 * * * *")),
            copies: [CopyTarget(name: "primary", repositoryRef: "gold")],
            retention: RetentionPolicy(hourly: kept)))
      ],
      protectionPlans: namespaces.map { namespace in
        ProtectionPlan(
          metadata: Metadata(name: "app", namespace: namespace), source: Self.place,
          policyRef: "gold", select: WorkloadSelection(claims: ["data-*"]),
          resources: ResourceCapture(include: ["Secret", "StatefulSet"]))
      },
      restorePlans: [])
  }

  func observed() -> Observation {
    let names = namespaces
    return Observation(
      cluster: ObservedCluster(
        identity: Self.cluster, observedAt: "2026-11-22T02:00:07Z",
        namespaces: (names + ["oadp-plan"]).map {
          ObservedNamespace(name: $0, uid: "uid-\($0)", labels: [:], isTerminating: false)
        },
        claims: names.flatMap { namespace in
          (0..<claims).map { claim("data-\($0)", in: namespace) }
        },
        storageClasses: [
          ObservedStorageClass(
            name: "rbd", provisioner: "rbd.csi", isDefault: true, isBoundOnFirstUse: false)
        ],
        snapshotClasses: [
          ObservedSnapshotClass(
            name: "rbd-snap", driver: "rbd.csi", isDefault: true, deletionPolicy: "Delete",
            labels: [:])
        ]),
      catalogs: [
        RepositoryCatalog(
          repository: "gold",
          state: .present(
            names.flatMap { namespace in
              let volumes = (0..<claims).map(volume)
              return (1...points).map { point(of: namespace, hoursOld: $0, volumes) }
            }))
      ])
  }

  private func claim(_ name: String, in namespace: String) -> ObservedClaim {
    ObservedClaim(
      namespace: namespace, name: name, uid: "uid-\(namespace)-\(name)", labels: [:],
      phase: "Bound", volumeName: "pv-\(namespace)-\(name)", driver: "rbd.csi",
      storageClass: "rbd", accessModes: ["ReadWriteOnce"], volumeMode: "Filesystem",
      bytes: 20 << 30, createdAt: "2026-11-01T00:00:00Z")
  }

  private func point(
    of namespace: String, hoursOld hours: Int, _ volumes: [RecoveryPoint.Volume]
  ) -> CatalogEntry {
    let cutAt = Self.now - .seconds(3600 * hours)
    let time = cutAt.description
    return CatalogEntry(
      point: RecoveryPoint(
        plan: PlanKey(namespace: namespace, name: "app"), name: cutAt.compact, slot: time,
        cutAt: time, sealedAt: time, consistency: "Volume", quiescedSeconds: 0,
        cluster: Self.cluster, run: "\(cutAt.compact)-00000000", volumes: volumes, objects: [],
        objectsCapturedAt: time, artifacts: []),
      manifestID: "manifest-\(namespace)-\(cutAt.compact)")
  }

  private func volume(_ number: Int) -> RecoveryPoint.Volume {
    RecoveryPoint.Volume(
      name: "data-\(number)", claim: "data-\(number)", snapshotID: "snapshot-\(number)",
      cutAt: "2026-11-22T01:00:01Z", bytes: 20 << 30, bytesProcessed: 1 << 30, bytesAdded: 1 << 20,
      files: 7, storageClass: "rbd", accessModes: ["ReadWriteOnce"], volumeMode: "Filesystem")
  }
}
