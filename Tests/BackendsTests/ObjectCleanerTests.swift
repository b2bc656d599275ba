import Documents
import Testing

@testable import Backends

@Suite("Captured objects") struct ObjectCleanerTests {
  @Test("what a server set is not captured")
  func serverFields() {
    let captured: JSONValue = [
      "apiVersion": "v1", "kind": "ConfigMap", "data": ["a": "1"], "status": ["x": 1],
      "metadata": [
        "name": "settings", "namespace": "shop", "uid": "u-1", "resourceVersion": "7",
        "generation": 2, "creationTimestamp": "2026-11-22T02:00:00Z", "managedFields": [[:]],
        "ownerReferences": [["kind": "Shop", "name": "shop"]], "finalizers": ["shop/keep"],
        "labels": ["app": "shop"],
        "annotations": [
          "kubectl.kubernetes.io/last-applied-configuration": "{}", "team": "payments",
        ],
      ],
    ]
    #expect(
      ObjectCleaner.cleaned(captured) == [
        "apiVersion": "v1", "kind": "ConfigMap", "data": ["a": "1"],
        "metadata": [
          "name": "settings", "labels": ["app": "shop"], "annotations": ["team": "payments"],
        ],
      ])
  }

  @Test("an object without annotations of its own is left with none")
  func noAnnotations() {
    let cleaned = ObjectCleaner.cleaned([
      "kind": "Deployment",
      "metadata": ["name": "web", "annotations": ["deployment.kubernetes.io/revision": "3"]],
    ])
    #expect(cleaned == ["kind": "Deployment", "metadata": ["name": "web"]])
  }

  @Test("a Service gives up its address unless it is headless")
  func services() {
    let ordinary = ObjectCleaner.cleaned([
      "kind": "Service", "metadata": ["name": "web"],
      "spec": ["clusterIP": "10.0.0.7", "clusterIPs": ["10.0.0.7"], "ports": [["port": 80]]],
    ])
    #expect(ordinary["spec"] == ["ports": [["port": 80]]])
    let headless = ObjectCleaner.cleaned([
      "kind": "Service", "metadata": ["name": "pg"],
      "spec": ["clusterIP": "None", "clusterIPs": ["None"]],
    ])
    #expect(headless["spec"] == ["clusterIP": "None", "clusterIPs": ["None"]])
  }

  @Test("a Job gives up the selector that holds its old uid")
  func jobs() {
    let cleaned = ObjectCleaner.cleaned([
      "kind": "Job", "metadata": ["name": "report"],
      "spec": [
        "selector": ["matchLabels": ["controller-uid": "u-1"]],
        "template": [
          "metadata": [
            "labels": [
              "app": "report", "controller-uid": "u-1", "job-name": "report",
              "batch.kubernetes.io/controller-uid": "u-1",
              "batch.kubernetes.io/job-name": "report",
            ]
          ]
        ],
      ],
    ])
    #expect(cleaned["spec"] == ["template": ["metadata": ["labels": ["app": "report"]]]])
  }

  @Test(
    "what the cluster makes by itself is left out",
    arguments: [
      ["kind": "ConfigMap", "metadata": ["name": "kube-root-ca.crt"]],
      ["kind": "ConfigMap", "metadata": ["name": "openshift-service-ca.crt"]],
      ["kind": "ServiceAccount", "metadata": ["name": "default"]],
      ["kind": "Secret", "type": "kubernetes.io/service-account-token", "metadata": ["name": "t"]],
      ["kind": "Service", "metadata": ["name": "kubernetes", "namespace": "default"]],
      [
        "kind": "ReplicaSet",
        "metadata": [
          "name": "web-1", "ownerReferences": [["kind": "Deployment", "controller": true]],
        ],
      ],
    ] as [JSONValue])
  func clusterMade(object: JSONValue) {
    #expect(!ObjectCleaner.isCaptured(object))
  }

  @Test(
    "what somebody wrote is captured",
    arguments: [
      ["kind": "ConfigMap", "metadata": ["name": "settings"]],
      ["kind": "ServiceAccount", "metadata": ["name": "pg"]],
      ["kind": "Secret", "type": "Opaque", "metadata": ["name": "db"]],
      ["kind": "Service", "metadata": ["name": "kubernetes", "namespace": "shop"]],
      ["kind": "Secret", "metadata": ["name": "a", "ownerReferences": [["kind": "Shop"]]]],
    ] as [JSONValue])
  func written(object: JSONValue) {
    #expect(ObjectCleaner.isCaptured(object))
  }
}
