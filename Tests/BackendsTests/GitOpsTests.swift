import ClusterModel
import Documents
import Planning
import Ports
import Testing

@testable import Backends

@Suite("Pausing GitOps") struct GitOpsTests {
  static let application = ResourceType(
    group: "argoproj.io", version: "v1alpha1", plural: "applications", kind: "Application")
  static let kustomization = ResourceType(
    group: "kustomize.toolkit.fluxcd.io", plural: "kustomizations", kind: "Kustomization")

  static func object(
    _ spec: JSONValue = [:], annotations: [String: String] = [:], status: JSONValue = [:]
  ) -> JSONValue {
    [
      "metadata": [
        "name": "shop", "namespace": "gitops", "resourceVersion": "7",
        "annotations": JSONValue(strings: annotations),
      ], "spec": spec, "status": status,
    ]
  }

  /// RFC 7396, and what a server makes of the version.
  static func merged(_ object: JSONValue, _ patch: JSONValue?) -> JSONValue {
    guard case .object(let changes)? = patch else { return patch ?? object }
    var result = object.objectValue == nil ? .object([:]) : object
    for (key, change) in changes {
      let value: JSONValue? =
        change.isNull ? .none : .some(merged(result[key] ?? .null, change))
      result[key] = value
    }
    return result
  }

  @Test(
    "what was paused is resumed exactly as it was",
    arguments: [
      (kustomization, object()), (kustomization, object(["suspend": false])),
      (application, object(["syncPolicy": ["automated": ["prune": true]]])),
      (application, object(annotations: [GitOpsSwitch.skipReconcile: "false"])),
    ])
  func exact(type: ResourceType, object: JSONValue) throws {
    let gate = GitOpsSwitch(type)
    let paused = Self.merged(object, gate.pausing(object, by: "a"))
    #expect(gate.isOn(paused))
    #expect(gate.pausing(paused, by: "a") == nil)
    #expect(paused["spec", "syncPolicy"] == object["spec", "syncPolicy"])
    #expect(Self.merged(paused, gate.resuming(paused, by: "a")) == object)
  }

  @Test("of two restores the last gives back what was before both", arguments: [true, false])
  func two(isFirstFirst: Bool) {
    let gate = GitOpsSwitch(Self.kustomization)
    let before = Self.object(["suspend": false])
    var object = Self.merged(before, gate.pausing(before, by: "a"))
    object = Self.merged(object, gate.pausing(object, by: "b"))
    object = Self.merged(object, gate.resuming(object, by: isFirstFirst ? "a" : "b"))
    #expect(gate.isOn(object))
    object = Self.merged(object, gate.resuming(object, by: isFirstFirst ? "b" : "a"))
    #expect(object == before)
  }

  @Test("what a person has paused stays paused, and what a person resumes stays resumed")
  func persons() {
    let gate = GitOpsSwitch(Self.kustomization)
    let held = Self.object(["suspend": true])
    #expect(gate.pausing(held, by: "a") == nil)
    #expect(gate.resuming(held, by: "a") == nil)
    let free = Self.object()
    var paused = Self.merged(free, gate.pausing(free, by: "a"))
    paused.set(["spec", "suspend"], to: false)
    #expect(Self.merged(paused, gate.resuming(paused, by: "a")) == Self.object(["suspend": false]))
  }

  @Test(
    "where a keeper's objects are",
    arguments: [
      (
        application,
        object(
          ["destination": ["server": "https://kubernetes.default.svc", "namespace": "shop"]],
          status: ["resources": [["namespace": "shop-jobs"], ["kind": "ClusterRole"]]]),
        ["shop", "shop-jobs"]
      ),
      (
        application,
        object(["destination": ["server": "https://far.example", "namespace": "shop"]]), []
      ),
      (application, object(["destination": ["name": "far", "namespace": "shop"]]), []),
      (kustomization, object(["targetNamespace": "shop"]), ["shop"]),
      (
        kustomization,
        object(
          status: ["inventory": ["entries": [["id": "shop_web_apps_Deployment"], ["id": "_x__y"]]]]
        ),
        ["shop"]
      ),
      (kustomization, object(["targetNamespace": "shop", "kubeConfig": [:]]), []),
      (
        ResourceType(
          group: "helm.toolkit.fluxcd.io", version: "v2", plural: "helmreleases",
          kind: "HelmRelease"), object(), ["gitops"]
      ),
    ])
  func targets(type: ResourceType, object: JSONValue, namespaces: [String]) {
    #expect(SurroundingsObserver.keeper(object, type).targets == namespaces)
  }

  @Test(
    "an Application acts by itself only where it is told to",
    arguments: [
      (object(["syncPolicy": ["automated": [:]]]), true),
      (object(["syncPolicy": ["automated": ["enabled": false]]]), false),
      (object(["syncPolicy": ["syncOptions": ["CreateNamespace=true"]]]), false),
      (object(), false),
    ])
  func automatic(object: JSONValue, expected: Bool) {
    #expect(SurroundingsObserver.keeper(object, Self.application).isAutomatic == expected)
  }

  @Test("a pause of our own does not count as a person's")
  func ownPause() {
    let gate = GitOpsSwitch(Self.kustomization)
    let free = Self.object()
    let paused = Self.merged(free, gate.pausing(free, by: "a"))
    #expect(!SurroundingsObserver.keeper(paused, Self.kustomization).isHeld)
    #expect(SurroundingsObserver.keeper(Self.object(["suspend": true]), Self.kustomization).isHeld)
  }

  @Test(
    "a controller that is at work is waited for, one that tries in vain is not",
    arguments: [
      (["operationState": ["phase": "Running"]], true),
      (["operationState": ["phase": "Succeeded"]], false),
      (
        ["conditions": [["type": "Reconciling", "status": "True", "reason": "Progressing"]]], true
      ),
      (
        [
          "conditions": [
            ["type": "Reconciling", "status": "True", "reason": "ProgressingWithRetry"]
          ]
        ], false
      ), ([:], false),
    ] as [(JSONValue, Bool)])
  func busy(status: JSONValue, expected: Bool) {
    #expect(GitOpsSwitch.isBusy(["status": status]) == expected)
  }

  @Test(
    "an object names its keeper",
    arguments: [
      (
        ["metadata": ["annotations": ["argocd.argoproj.io/tracking-id": "shop:apps/X:a/b"]]],
        ["Application shop true"]
      ),
      (
        ["metadata": ["annotations": ["argocd.argoproj.io/tracking-id": "team_shop:apps/X:a/b"]]],
        ["Application team/shop true"]
      ),
      (
        ["metadata": ["labels": ["app.kubernetes.io/instance": "shop"]]], ["Application shop false"]
      ),
      (
        [
          "metadata": [
            "labels": [
              "kustomize.toolkit.fluxcd.io/name": "apps",
              "kustomize.toolkit.fluxcd.io/namespace": "flux-system",
              "helm.toolkit.fluxcd.io/name": "shop",
            ]
          ]
        ], ["Kustomization flux-system/apps true", "HelmRelease shop true"]
      ),
      (["metadata": ["annotations": ["argocd.argoproj.io/tracking-id": "_:"]]], []),
    ] as [(JSONValue, [String])])
  func tracks(object: JSONValue, expected: [String]) {
    let tracks = SurroundingsObserver.tracks(object).map {
      "\($0.kind) \($0.ownerNamespace.map { "\($0)/" } ?? "")\($0.owner) \($0.isCertain)"
    }
    #expect(tracks == expected)
  }

  @Test("a copy in another namespace is not what GitOps keeps", arguments: ["ConfigMap", "Pod"])
  func copies(kind: String) {
    let copy = GitOpsMarks.removed(from: [
      "kind": .string(kind),
      "metadata": [
        "name": "a",
        "labels": [
          "app": "shop", "app.kubernetes.io/instance": "shop",
          "kustomize.toolkit.fluxcd.io/name": "apps", "helm.toolkit.fluxcd.io/name": "shop",
        ], "annotations": ["argocd.argoproj.io/tracking-id": "shop:/ConfigMap:shop/a"],
      ],
    ])
    #expect(copy["metadata", "annotations"] == nil)
    #expect(copy.labels.count == (kind == "Pod" ? 4 : 1))
    #expect(copy.labels["app"] == "shop")
  }

  @Test("nothing that a run makes carries a mark by which GitOps takes it for its own")
  func ownObjects() {
    let labels = OwnershipLabels.labels(
      run: "r", node: "n", plan: PlanKey(namespace: "shop", name: "pg"))
    #expect(SurroundingsObserver.tracks(["metadata": ["labels": JSONValue(strings: labels)]]) == [])
  }
}
