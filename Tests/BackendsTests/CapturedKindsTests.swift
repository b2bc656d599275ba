import Documents
import Testing

@testable import Backends

@Suite("What of an object belongs into a point") struct CapturedKindsTests {
  @Test("a node port that the server picked is given up, one that somebody asked for is kept")
  func nodePorts() {
    func service(_ metadata: JSONValue) -> JSONValue {
      ObjectCleaner.cleaned([
        "kind": "Service", "metadata": metadata,
        "spec": [
          "type": "NodePort", "ports": [["port": 80, "protocol": "TCP", "nodePort": 30080]],
        ],
      ])
    }
    func nodePort(_ metadata: JSONValue) -> JSONValue? {
      service(metadata)["spec", "ports"]?[0]?["nodePort"]
    }
    let fields: JSONValue = [
      "f:spec": ["f:ports": [#"k:{"port":80,"protocol":"TCP"}"#: ["f:nodePort": [:]]]]
    ]
    let others: JSONValue = [
      "f:spec": ["f:ports": [#"k:{"port":80,"protocol":"TCP"}"#: ["f:port": [:]]]]
    ]
    let applied = #"{"spec":{"ports":[{"port":80,"nodePort":30080}]}}"#
    #expect(nodePort(["name": "web"]) == nil)
    #expect(nodePort(["name": "web", "managedFields": [["fieldsV1": others]]]) == nil)
    #expect(nodePort(["name": "web", "managedFields": [["fieldsV1": fields]]]) == 30080)
    #expect(
      nodePort([
        "name": "web",
        "annotations": ["kubectl.kubernetes.io/last-applied-configuration": .string(applied)],
      ]) == 30080)
  }

  @Test("a service account keeps the secrets that a person gave it")
  func serviceAccounts() {
    let cleaned = ObjectCleaner.cleaned([
      "kind": "ServiceAccount", "metadata": ["name": "pg"],
      "secrets": [["name": "pg-token-x1y2z"], ["name": "registry"]],
      "imagePullSecrets": [["name": "pg-dockercfg-ab12c"]],
    ])
    #expect(
      cleaned == [
        "kind": "ServiceAccount", "metadata": ["name": "pg"], "secrets": [["name": "registry"]],
      ])
  }

  @Test("a token that a person made for an account is made anew, without the old token")
  func tokens() {
    let secret: JSONValue = [
      "kind": "Secret", "type": "kubernetes.io/service-account-token", "data": ["token": "b2xk"],
      "metadata": [
        "name": "ci",
        "annotations": [
          "kubernetes.io/service-account.name": "pg", "kubernetes.io/service-account.uid": "u-1",
        ],
      ],
    ]
    #expect(ObjectCleaner.isCaptured(secret))
    #expect(
      ObjectCleaner.cleaned(secret) == [
        "kind": "Secret", "type": "kubernetes.io/service-account-token",
        "metadata": [
          "name": "ci", "annotations": ["kubernetes.io/service-account.name": "pg"],
        ],
      ])
  }

  @Test("a Job gives up the uid in its own labels, too")
  func jobs() {
    let cleaned = ObjectCleaner.cleaned([
      "kind": "Job",
      "metadata": ["name": "report", "labels": ["app": "r", "controller-uid": "u-1"]],
    ])
    #expect(cleaned["metadata", "labels"] == ["app": "r"])
  }

  @Test("a pod gives up its node, its priority's number and the injected token")
  func pods() {
    let cleaned = ObjectCleaner.cleaned([
      "kind": "Pod",
      "metadata": [
        "name": "p", "annotations": ["cni.projectcalico.org/podIP": "10.0.0.1", "team": "a"],
      ],
      "spec": [
        "nodeName": "n1", "priority": 0, "preemptionPolicy": "PreemptLowerPriority",
        "serviceAccountName": "pg",
        "volumes": [["name": "data"], ["name": "kube-api-access-x"], ["name": "pg-token-y"]],
        "containers": [
          [
            "name": "main",
            "volumeMounts": [["name": "data"], ["name": "kube-api-access-x"]],
          ], ["name": "side", "volumeMounts": [["name": "pg-token-y"]]],
        ],
      ],
    ])
    #expect(
      cleaned == [
        "kind": "Pod", "metadata": ["name": "p", "annotations": ["team": "a"]],
        "spec": [
          "serviceAccountName": "pg", "volumes": [["name": "data"]],
          "containers": [
            ["name": "main", "volumeMounts": [["name": "data"]]], ["name": "side"],
          ],
        ],
      ])
  }

  @Test("marks of GitOps and Helm stay: they know their own by them")
  func tracking() {
    let metadata: JSONValue = [
      "name": "web",
      "labels": [
        "app.kubernetes.io/instance": "shop", "kustomize.toolkit.fluxcd.io/name": "apps",
        "app.kubernetes.io/managed-by": "Helm",
      ],
      "annotations": [
        "argocd.argoproj.io/tracking-id": "shop:/ConfigMap:shop/web",
        "meta.helm.sh/release-name": "shop",
      ],
    ]
    let object: JSONValue = ["kind": "ConfigMap", "metadata": metadata]
    #expect(ObjectCleaner.isCaptured(object))
    #expect(ObjectCleaner.cleaned(object)["metadata"] == metadata)
  }

  private static func owned(_ kind: String, by owner: String, _ more: JSONValue = [:]) -> JSONValue
  {
    var object = more
    object["kind"] = .string(kind)
    object["metadata"] = [
      "name": "x", "ownerReferences": [["kind": .string(owner), "controller": true]],
    ]
    return object
  }

  @Test(
    "what passes, what is done, what is going and what a run made is left out",
    arguments: [
      ["kind": "Event", "metadata": ["name": "x"]], ["kind": "Lease", "metadata": ["name": "x"]],
      ["kind": "EndpointSlice", "metadata": ["name": "x"]],
      [
        "kind": "ConfigMap",
        "metadata": ["name": "x", "deletionTimestamp": "2026-01-01T00:00:00Z"],
      ],
      [
        "kind": "Job", "metadata": ["name": "x"],
        "status": ["conditions": [["type": "Complete", "status": "True"]]],
      ],
      ["kind": "Pod", "metadata": ["name": "x"], "status": ["phase": "Succeeded"]],
      [
        "kind": "Endpoints",
        "metadata": [
          "name": "x",
          "annotations": ["endpoints.kubernetes.io/last-change-trigger-time": "2026"],
        ],
      ],
      ["kind": "Job", "metadata": ["labels": ["app.kubernetes.io/managed-by": "oadp-plan"]]],
      [
        "kind": "Secret", "type": "kubernetes.io/dockercfg",
        "metadata": [
          "name": "pg-dockercfg-1",
          "annotations": ["kubernetes.io/service-account.name": "pg"],
        ],
      ],
      owned("Pod", by: "ReplicaSet"), owned("Secret", by: "SealedSecret"),
    ] as [JSONValue])
  func leftOut(object: JSONValue) {
    #expect(!ObjectCleaner.isCaptured(object))
  }

  @Test(
    "what nothing could make again is captured",
    arguments: [
      owned("Secret", by: "PostgresCluster"),
      ["kind": "Endpoints", "metadata": ["name": "external-db"]],
      ["kind": "Job", "metadata": ["name": "x"], "status": ["active": 1]],
      ["kind": "Widget", "metadata": ["name": "x"]],
    ] as [JSONValue])
  func captured(object: JSONValue) {
    #expect(ObjectCleaner.isCaptured(object))
  }
}
