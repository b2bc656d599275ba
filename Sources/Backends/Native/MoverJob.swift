import ClusterModel
import Documents
import Planning

/// A Job that runs this program's mover on one claim.
///
/// It runs in the namespace of the repository's password, which it mounts, as it does the
/// credentials of an object store.
struct MoverJob {
  static let volumePath = "/volume"

  let name: String
  let repository: RepositoryTarget
  let claim: ObjectReference
  let isReadOnly: Bool
  let image: String
  /// The mover's words after `oadp-plan mover`: `["backup", "--json", …]`.
  let arguments: [String]
  let timeoutSeconds: Int
  /// Host names of nodes to keep off.
  var excludedNodes: [String] = []

  var reference: ObjectReference {
    ObjectReference(.job, namespace: repository.moverNamespace, name: name)
  }

  func object(labels: [String: String]) -> JSONValue {
    let parts = [volumePart] + repository.parts
    let command =
      ["oadp-plan", "mover", arguments[0]] + repository.words + arguments.dropFirst()
    var job: JSONValue = [
      "apiVersion": "batch/v1", "kind": "Job",
      "metadata": [
        "name": .string(name), "namespace": .string(repository.moverNamespace),
        "labels": JSONValue(strings: labels),
      ],
      "spec": [
        "backoffLimit": 0, "activeDeadlineSeconds": .integer(Int64(timeoutSeconds)),
        "template": [
          "metadata": ["labels": JSONValue(strings: labels)],
          "spec": [
            "restartPolicy": "Never", "automountServiceAccountToken": false,
            "securityContext": ["runAsUser": 0, "runAsGroup": 0],
            "containers": [
              [
                "name": "mover", "image": .string(image), "imagePullPolicy": "IfNotPresent",
                "command": JSONValue(strings: command),
                "volumeMounts": .array(parts.map(\.mount)),
              ]
            ],
            "volumes": .array(parts.map(\.volume)),
          ],
        ],
      ],
    ]
    if !excludedNodes.isEmpty {
      job.set(["spec", "template", "spec", "affinity"], to: Self.keepingOff(excludedNodes))
    }
    return job
  }

  private var volumePart: PodPart {
    PodPart(
      "volume",
      [
        "persistentVolumeClaim": [
          "claimName": .string(claim.name), "readOnly": .bool(isReadOnly),
        ]
      ], at: Self.volumePath, isReadOnly: isReadOnly)
  }

  private static func keepingOff(_ nodes: [String]) -> JSONValue {
    [
      "nodeAffinity": [
        "requiredDuringSchedulingIgnoredDuringExecution": [
          "nodeSelectorTerms": [
            [
              "matchExpressions": [
                [
                  "key": "kubernetes.io/hostname", "operator": "NotIn",
                  "values": JSONValue(strings: nodes),
                ]
              ]
            ]
          ]
        ]
      ]
    ]
  }
}
