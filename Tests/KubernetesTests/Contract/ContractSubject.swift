import ClusterModel
import Documents
import Kubernetes
import Ports
import Testing

/// What every implementation of ``ClusterAccess`` is asked, and the names it may use.
struct ContractSubject {
  let cluster: any ClusterAccess
  /// A namespace of the test's own.
  let namespace: String

  /// Makes a namespace, runs the check in it, removes it.
  static func run(
    _ name: String, _ check: (ContractSubject) async throws -> Void
  ) async throws {
    let cluster = try #require(ClusterTrait.client)
    let subject = ContractSubject(cluster: cluster, namespace: "contract-\(name)")
    let reference = ObjectReference(.namespace, name: subject.namespace)
    _ = try await cluster.create(
      [
        "apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(subject.namespace)],
      ], as: .namespace)
    let result: Result<Void, any Error>
    do { result = .success(try await check(subject)) } catch { result = .failure(error) }
    _ = try await cluster.delete(reference, uid: nil)
    try result.get()
  }

  func configMap(_ name: String, _ data: [String: JSONValue] = [:], app: String = "shop")
    -> JSONValue
  {
    [
      "apiVersion": "v1", "kind": "ConfigMap",
      "metadata": [
        "name": .string(name), "namespace": .string(namespace), "labels": ["app": .string(app)],
      ],
      "data": .object(data),
    ]
  }

  func reference(_ name: String) -> ObjectReference {
    ObjectReference(.configMap, namespace: namespace, name: name)
  }

  /// A pod whose one container runs `script`, once it is ready.
  func runningPod(_ name: String, script: String = "sleep 600") async throws -> ContainerReference {
    _ = try await cluster.create(
      [
        "apiVersion": "v1", "kind": "Pod",
        "metadata": ["name": .string(name), "namespace": .string(namespace)],
        "spec": [
          "terminationGracePeriodSeconds": 0,
          "containers": [
            [
              "name": "main", "image": .string(ClusterTrait.image),
              "command": ["sh", "-c", .string(script)],
            ]
          ],
        ],
      ], as: .pod)
    let pod = ObjectReference(.pod, namespace: namespace, name: name)
    let end = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < end {
      let object = try await cluster.get(pod)
      let conditions = object?["status"]?["conditions"]?.arrayValue ?? []
      if conditions.contains(where: { $0["type"] == "Ready" && $0["status"] == "True" }) {
        return ContainerReference(namespace: namespace, pod: name)
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw ClusterError(.timedOut, "Pod \(name) is not ready after a minute")
  }
}

/// The reason of the error that `call` fails with; `nil` where it succeeds.
func reason<Value>(
  of call: () async throws(ClusterError) -> Value
) async -> ClusterError.Reason? {
  do throws(ClusterError) {
    _ = try await call()
    return nil
  } catch {
    return error.reason
  }
}
