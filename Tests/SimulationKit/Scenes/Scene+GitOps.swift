import ClusterModel
import Documents
import SimulatedCluster

/// GitOps beside a restore: two objects that keep its target, and one that a person has paused.
extension Scene {
  static let application = ResourceType(
    group: "argoproj.io", version: "v1alpha1", plural: "applications", kind: "Application")
  static let kustomization = ResourceType(
    group: "kustomize.toolkit.fluxcd.io", plural: "kustomizations", kind: "Kustomization")
  static let gitOps = "gitops"

  static func definition(_ type: ResourceType) -> JSONValue {
    [
      "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
      "metadata": ["name": .string("\(type.plural).\(type.group)")],
      "spec": [
        "group": .string(type.group), "scope": "Namespaced",
        "names": [
          "plural": .string(type.plural), "singular": .string(type.kind.lowercased()),
          "kind": .string(type.kind), "listKind": .string("\(type.kind)List"),
        ],
        "versions": [
          [
            "name": .string(type.version), "served": true, "storage": true,
            "schema": [
              "openAPIV3Schema": [
                "type": "object", "x-kubernetes-preserve-unknown-fields": true,
              ]
            ],
          ]
        ],
      ],
    ]
  }

  static var keepers: [(type: ResourceType, object: JSONValue)] {
    func object(_ type: ResourceType, _ name: String, _ spec: JSONValue) -> JSONValue {
      [
        "apiVersion": .string(type.apiVersion), "kind": .string(type.kind),
        "metadata": ["name": .string(name), "namespace": .string(gitOps)], "spec": spec,
      ]
    }
    return [
      (
        application,
        object(
          application, "shop",
          [
            "destination": ["name": "in-cluster", "namespace": .string(restored(0))],
            "syncPolicy": ["automated": ["selfHeal": true]],
          ])
      ),
      (
        kustomization,
        object(
          kustomization, "apps", ["targetNamespace": .string(restored(0)), "suspend": false])
      ),
      (
        kustomization,
        object(kustomization, "held", ["targetNamespace": .string(restored(0)), "suspend": true])
      ),
    ]
  }
}

extension WorldState {
  /// What GitOps keeps, reduced to what a pause may touch.
  var keepers: [String: JSONValue] {
    var found: [String: JSONValue] = [:]
    for type in [Scene.application, Scene.kustomization] {
      for object in cluster.objects(type.resourceName, namespace: Scene.gitOps) {
        found["\(type.kind) \(object["metadata", "name"]?.stringValue ?? "")"] = [
          "spec": object["spec"] ?? .null,
          "annotations": object["metadata", "annotations"] ?? [:],
        ]
      }
    }
    return found
  }

  /// Whether something would put the restored namespace back to what git says.
  var isGitOpsActive: Bool {
    keepers.contains { name, keeper in
      name.hasPrefix("Application")
        ? keeper["annotations", "argocd.argoproj.io/skip-reconcile"]?.stringValue != "true"
        : keeper["spec", "suspend"]?.boolValue != true
    }
  }
}
