import Documents
import SimulatedCluster
import Testing

@Suite("Workloads") struct WorkloadTests {
  static let pods = "/api/v1/namespaces/shop/pods"
  static let sets = "/apis/apps/v1/namespaces/shop/statefulsets"
  static let deployments = "/apis/apps/v1/namespaces/shop/deployments"
  static let jobs = "/apis/batch/v1/namespaces/shop/jobs"

  private func names(_ test: inout TestCluster, _ path: String) -> [String] {
    test.get(path).items().compactMap { $0["metadata", "name"]?.stringValue }
  }

  private static let claims: JSONValue = [
    "volumeClaimTemplates": [
      [
        "metadata": ["name": "data"],
        "spec": [
          "accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": "1Gi"]],
        ],
      ]
    ]
  ]

  @Test("a StatefulSet starts its pods one after another, each with its claim")
  func ordered() {
    var test = TestCluster()
    test.namespace("shop")
    test.post(
      Self.sets, TestCluster.workload("StatefulSet", "db", replicas: 2, extra: Self.claims))
    test.settle()
    #expect(names(&test, Self.pods) == ["db-0"])
    test.pass(.seconds(1))
    #expect(names(&test, Self.pods) == ["db-0", "db-1"])
    test.pass(.seconds(1))
    #expect(names(&test, VolumeTests.claims) == ["data-db-0", "data-db-1"])
    let set = test.get(Self.sets + "/db").body
    #expect(set["status", "readyReplicas"] == 2)
    #expect(set["status", "currentRevision"] == set["status", "updateRevision"])
  }

  @Test("a StatefulSet scaled to nothing loses the highest pod first and keeps its claims")
  func scaleDown() {
    var test = TestCluster()
    test.node.stopDelay = .seconds(1)
    test.namespace("shop")
    test.post(
      Self.sets, TestCluster.workload("StatefulSet", "db", replicas: 2, extra: Self.claims))
    test.settle()
    for _ in 0..<3 { test.pass(.seconds(1)) }
    _ = test.merge(Self.sets + "/db/scale", ["spec": ["replicas": 0]])
    test.settle()
    let marked = test.get(Self.pods).items().filter {
      $0["metadata", "deletionTimestamp"] != nil
    }
    #expect(marked.compactMap { $0["metadata", "name"] } == ["db-1"])
    for _ in 0..<3 { test.pass(.seconds(1)) }
    #expect(names(&test, Self.pods) == [])
    #expect(names(&test, VolumeTests.claims) == ["data-db-0", "data-db-1"])
  }

  @Test("a new template rolls through a StatefulSet from the highest ordinal down")
  func rollingUpdate() {
    var test = TestCluster()
    test.namespace("shop")
    test.post(Self.sets, TestCluster.workload("StatefulSet", "db", replicas: 2))
    for _ in 0..<3 { test.pass(.seconds(1)) }
    _ = test.request(
      "PATCH", Self.sets + "/db",
      ["spec": ["template": ["spec": ["containers": [["name": "main", "image": "shop:2"]]]]]],
      type: "application/strategic-merge-patch+json")
    test.settle()
    func images() -> [JSONValue?] {
      test.get(Self.pods).items().map { $0["spec", "containers"]?[0]?["image"] }
    }
    #expect(images() == ["shop:1", "shop:2"])
    test.pass(.seconds(1))
    test.pass(.seconds(1))
    #expect(images() == ["shop:2", "shop:2"])
  }

  @Test("a Deployment rolls to its new template without losing availability")
  func deployment() {
    var test = TestCluster()
    test.namespace("shop")
    test.post(Self.deployments, TestCluster.workload("Deployment", "web", replicas: 2))
    test.settle()
    test.pass(.seconds(1))
    #expect(test.get(Self.deployments + "/web").body["status", "availableReplicas"] == 2)
    _ = test.request(
      "PATCH", Self.deployments + "/web",
      ["spec": ["template": ["spec": ["containers": [["name": "main", "image": "shop:2"]]]]]],
      type: "application/strategic-merge-patch+json")
    var least: Int64 = 2
    for _ in 0..<5 {
      test.settle()
      let status = test.get(Self.deployments + "/web").body["status"] ?? [:]
      least = min(least, status["availableReplicas"]?.intValue ?? 0)
      test.pass(.seconds(1))
    }
    #expect(least == 2)
    let web = test.get(Self.deployments + "/web").body
    #expect(web["status", "updatedReplicas"] == 2)
    #expect(web["status", "replicas"] == 2)
    #expect(web["metadata", "annotations"]?["deployment.kubernetes.io/revision"] == "2")
    let images = test.get(Self.pods).items().map { $0["spec", "containers"]?[0]?["image"] }
    #expect(images == ["shop:2", "shop:2"])
  }

  static func job(_ name: String, _ extra: JSONValue = [:]) -> JSONValue {
    var spec: JSONValue = [
      "template": [
        "spec": [
          "restartPolicy": "Never", "containers": [["name": "main", "image": "mover:1"]],
        ]
      ]
    ]
    for (member, value) in extra.objectValue ?? [:] { spec[member] = value }
    return [
      "apiVersion": "batch/v1", "kind": "Job", "metadata": ["name": .string(name)], "spec": spec,
    ]
  }

  private func conditions(_ job: JSONValue) -> [String] {
    (job["status", "conditions"]?.arrayValue ?? []).filter { $0["status"] == "True" }
      .compactMap { condition in
        "\(condition["type"]!.stringValue!) \(condition["reason"]?.stringValue ?? "")"
      }
  }

  @Test("a Job is complete when its pod has succeeded")
  func completion() {
    var test = TestCluster()
    test.namespace("shop")
    test.post(Self.jobs, Self.job("copy"))
    test.settle()
    #expect(test.get(Self.jobs + "/copy").body["status", "active"] == 1)
    test.pass(.seconds(1))
    let job = test.get(Self.jobs + "/copy").body
    #expect(
      conditions(job) == [
        "SuccessCriteriaMet CompletionsReached", "Complete CompletionsReached",
      ])
    #expect(job["status", "succeeded"] == 1)
    #expect(job["status", "completionTime"] == "2026-11-22T02:00:01Z")
  }

  @Test("a Job fails when its pods failed more often than it may")
  func backoff() {
    var test = TestCluster()
    test.node.fate = { _ in .ends(after: .zero, exitCode: 1) }
    test.namespace("shop")
    test.post(Self.jobs, Self.job("copy", ["backoffLimit": 1]))
    for _ in 0..<40 { test.pass(.seconds(1)) }
    let job = test.get(Self.jobs + "/copy").body
    #expect(
      conditions(job) == ["FailureTarget BackoffLimitExceeded", "Failed BackoffLimitExceeded"])
    #expect(job["status", "failed"] == 2)
  }

  @Test("a Job that runs too long fails and its pod goes")
  func deadline() {
    var test = TestCluster()
    test.node.fate = { _ in .runs }
    test.namespace("shop")
    test.post(Self.jobs, Self.job("copy", ["activeDeadlineSeconds": 10]))
    test.settle()
    test.pass(.seconds(10))
    #expect(
      conditions(test.get(Self.jobs + "/copy").body).last == "Failed DeadlineExceeded")
    #expect(names(&test, Self.pods) == [])
  }

  @Test("a finished Job goes after its time, with its pods")
  func expiry() {
    var test = TestCluster()
    test.namespace("shop")
    test.post(Self.jobs, Self.job("copy", ["ttlSecondsAfterFinished": 5]))
    test.settle()
    test.pass(.seconds(1))
    #expect(names(&test, Self.jobs) == ["copy"])
    test.pass(.seconds(5))
    #expect(names(&test, Self.jobs) == [])
    #expect(names(&test, Self.pods) == [])
  }

  @Test("a pod that asks for more than the node has stays pending")
  func capacity() {
    var test = TestCluster()
    test.namespace("shop")
    var pod = TestCluster.pod("big")
    pod["spec", "containers"] = [
      ["name": "main", "image": "shop:1", "resources": ["requests": ["memory": "64Gi"]]]
    ]
    test.post(Self.pods, pod)
    test.settle()
    let condition = test.get(Self.pods + "/big").body["status", "conditions"]?[0]
    #expect(condition?["reason"] == "Unschedulable")
    #expect(
      condition?["message"]?.stringValue?.hasPrefix(
        "0/1 nodes are available: 1 Insufficient memory")
        == true)
  }

  @Test("a service knows the ready pods it selects")
  func endpoints() {
    var test = TestCluster()
    test.namespace("shop")
    test.post(Self.sets, TestCluster.workload("StatefulSet", "db"))
    test.post(
      "/api/v1/namespaces/shop/services",
      [
        "apiVersion": "v1", "kind": "Service", "metadata": ["name": "db"],
        "spec": ["selector": ["app": "db"], "ports": [["port": 5432]]],
      ])
    test.settle()
    let path = "/api/v1/namespaces/shop/endpoints/db"
    #expect(test.get(path).body["subsets"]?[0]?["addresses"] == nil)
    test.pass(.seconds(1))
    let subset = test.get(path).body["subsets"]?[0]
    #expect(subset?["addresses"]?[0]?["targetRef"]?["name"] == "db-0")
    #expect(subset?["ports"] == [["port": 5432, "protocol": "TCP"]])
  }

  @Test("a pod on a node goes when the node has stopped it, or at once when forced")
  func graceful() {
    var test = TestCluster()
    test.node.stopDelay = .seconds(3)
    test.namespace("shop")
    for name in ["a", "b"] { test.post(Self.pods, TestCluster.pod(name)) }
    test.pass(.seconds(1))
    let marked = test.delete(Self.pods + "/a")
    #expect(marked.body["metadata", "deletionGracePeriodSeconds"] == 30)
    _ = test.delete(Self.pods + "/b", ["gracePeriodSeconds": 0])
    test.settle()
    #expect(names(&test, Self.pods) == ["a"])
    test.pass(.seconds(3))
    #expect(names(&test, Self.pods) == [])
  }
}
