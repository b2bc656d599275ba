import ClusterModel
import Diagnostics
import Documents
import Planning
import ProtectionModel
import Testing

@Suite("Whether a target takes a restore") struct RestoreFitTests {
  static let widget = ResourceType(
    group: "acme.example", plural: "widgets", kind: "Widget")

  /// A target that serves everything and limits nothing.
  static let free = ObservedSurroundings(types: [.statefulSet, .secret, .claim, widget])

  static func changes(
    _ restore: RestorePlan = Shop.restore(), objects: [RecoveryPoint.Object] = [],
    claims: [ObservedClaim] = [], hasWorkload: Bool = false,
    _ change: (inout ObservedSurroundings) -> Void
  ) throws -> ChangeSet {
    var entry = Shop.point("2026-11-22T01:00:00Z")
    entry.point.objects += objects
    var observed = Shop.observed(
      claims: claims, catalog: .present([entry]), hasWorkload: hasWorkload)
    var surroundings = free
    change(&surroundings)
    observed.cluster.surroundings = surroundings
    return ChangeSet(
      desired: try Shop.plans(restores: [restore]), observed: observed, at: Shop.now,
      options: RestoreGraphTests.options)
  }

  static func findings(_ changes: ChangeSet) -> [String] {
    changes.diagnostics.map { "\($0.severity) \($0.code.rawValue): \($0.message)" }
  }

  static func object(_ apiVersion: String, _ kind: String, _ name: String) -> RecoveryPoint.Object {
    RecoveryPoint.Object(
      apiVersion: apiVersion, kind: kind, name: name, path: "objects/\(kind)/\(name).json")
  }

  @Test("a target that lacks nothing is told nothing")
  func fits() throws {
    let changes = try Self.changes { _ in }
    #expect(Self.findings(changes) == [])
    #expect(!(try changes.graph().nodes.isEmpty))
  }

  @Test("a kind that is not served, or in another version only, is told before anything is changed")
  func kinds() throws {
    let objects = [
      Self.object("acme.example/v1", "Widget", "b"), Self.object("acme.example/v1", "Widget", "a"),
      Self.object("acme.example/v1", "Gadget", "g"),
    ]
    let changes = try Self.changes(objects: objects) { surroundings in
      surroundings.types.removeAll { $0.kind == "Widget" }
      surroundings.types.append(
        ResourceType(group: "acme.example", version: "v2", plural: "widgets", kind: "Widget"))
    }
    #expect(
      Self.findings(changes) == [
        "error OP3030: The cluster does not serve 1 captured object of kind `Gadget` in "
          + "`acme.example/v1`",
        "error OP3030: The cluster serves `Widget` only as `acme.example/v2`, not 2 captured "
          + "objects of kind `Widget` in `acme.example/v1`",
      ])
    #expect(
      changes.diagnostics.last?.notes.map(\.message) == ["It is about `a` and `b`"])
    #expect(try changes.graph().nodes.isEmpty)
  }

  @Test("a kind that the restore leaves out need not be served")
  func excluded() throws {
    var plan = Shop.restore()
    plan.resources.exclude = ["Gadget"]
    let changes = try Self.changes(
      plan, objects: [Self.object("acme.example/v1", "Gadget", "g")]
    ) { _ in }
    #expect(Self.findings(changes) == [])
  }

  @Test("a kind whose version a transform changes is asked for in the new one")
  func transformed() throws {
    var plan = Shop.restore()
    plan.resources.transforms = [
      RestoreResources.Transform(
        kind: "Widget",
        jsonPatch: [["op": "replace", "path": "/apiVersion", "value": "acme.example/v1"]])
    ]
    let changes = try Self.changes(
      plan, objects: [Self.object("acme.example/v1beta1", "Widget", "w")]
    ) { _ in }
    #expect(Self.findings(changes) == [])
  }

  static let quotas = [
    ObservedQuota(
      namespace: "shop", name: "storage",
      hard: [
        "persistentvolumeclaims": 2, "requests.storage": 30 << 30,
        "rbd.storageclass.storage.k8s.io/requests.storage": 22 << 30,
      ], used: ["persistentvolumeclaims": 1, "requests.storage": 10 << 30]),
    ObservedQuota(
      namespace: "oadp-plan", name: "movers", hard: ["count/persistentvolumeclaims": 1], used: [:]),
    ObservedQuota(
      namespace: "legacy", name: "other", hard: ["persistentvolumeclaims": 0], used: [:]),
  ]

  @Test("every quota that the claims exceed is told at once, the movers' namespace among them")
  func claimQuotas() throws {
    let changes = try Self.changes { $0.quotas = Self.quotas }
    #expect(
      Self.findings(changes) == [
        "error OP3031: The restore exceeds `persistentvolumeclaims` of ResourceQuota "
          + "`shop/storage`: it needs 2, 1 of 2 are used",
        "error OP3031: The restore exceeds `requests.storage` of ResourceQuota `shop/storage`: "
          + "it needs 22 GiB, 10 GiB of 30 GiB are used",
        "error OP3031: The restore exceeds `count/persistentvolumeclaims` of ResourceQuota "
          + "`oadp-plan/movers`: it needs 2, 0 of 1 are used",
      ])
  }

  @Test(
    "objects that may be there already make a warning, more than there may ever be an error",
    arguments: [(3, 3, "warning"), (0, 0, "error")])
  func objectQuotas(hard: Int64, used: Int64, severity: String) throws {
    let changes = try Self.changes {
      $0.quotas = [
        ObservedQuota(
          namespace: "shop", name: "objects", hard: ["count/statefulsets.apps": hard],
          used: ["count/statefulsets.apps": used])
      ]
    }
    #expect(Self.findings(changes).map { $0.prefix { $0 != ":" } } == ["\(severity) OP3031"])
    #expect(try changes.graph().nodes.isEmpty == (severity == "error"))
  }

  @Test("a claim larger or smaller than a LimitRange allows")
  func claimLimits() throws {
    let changes = try Self.changes {
      $0.claimLimits = [
        ObservedClaimLimit(
          namespace: "shop", name: "sizes", bytesMin: 5 << 30, bytesMax: 10 << 30),
        ObservedClaimLimit(namespace: "legacy", name: "none", bytesMin: nil, bytesMax: 0),
      ]
    }
    #expect(
      Self.findings(changes) == [
        "error OP3032: Volume `data` asks for 20 GiB, more than the 10 GiB that LimitRange "
          + "`shop/sizes` allows",
        "error OP3032: Volume `wal` asks for 2 GiB, less than the 5 GiB that LimitRange "
          + "`shop/sizes` allows",
      ])
  }

  @Test("a webhook that nobody answers is told where it judges what is restored")
  func webhooks() throws {
    func webhook(_ name: String, _ groups: [String], _ plurals: [String]) -> ObservedWebhook {
      ObservedWebhook(
        configuration: "ValidatingWebhookConfiguration policy", name: name,
        service: "policy/hook", groups: groups, plurals: plurals)
    }
    let changes = try Self.changes {
      $0.deadWebhooks = [
        webhook("all.policy", ["*"], ["*"]), webhook("pods.policy", [""], ["pods"]),
      ]
    }
    #expect(
      Self.findings(changes) == [
        "warning OP3033: Webhook `all.policy` of ValidatingWebhookConfiguration policy asks "
          + "Service `policy/hook`, which is not there: it may refuse `PersistentVolumeClaim`, "
          + "`Secret` and `StatefulSet`"
      ])
    #expect(!(try changes.graph().nodes.isEmpty))
  }

  @Test("a restore that has been done is told nothing of what it would exceed")
  func done() throws {
    let mark = "shop/pg-back@20261122T010000Z"
    let changes = try Self.changes(
      claims: [
        Shop.claim("data-postgres-0", restoredFrom: mark),
        Shop.claim("wal-postgres-0", restoredFrom: mark),
      ], hasWorkload: true
    ) { $0.quotas = Self.quotas }
    #expect(Self.findings(changes) == [])
    #expect(!changes.report.hasChanges)
  }
}
