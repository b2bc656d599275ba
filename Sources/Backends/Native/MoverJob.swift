import ClusterModel
import Documents
import Planning

/// A Job that runs this program's mover on one claim.
///
/// It runs in the namespace of the repository's password, which it mounts, as it does the
/// credentials of an object store.
struct MoverJob {
  static let volumePath = "/volume"
  /// Where the pod has a volume without a filesystem, as a device.
  static let devicePath = "/dev/volume"

  let name: String
  let repository: RepositoryTarget
  let claim: ObjectReference
  /// Whether the claim is a device, not a filesystem.
  var isBlock = false
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
    let parts = repository.parts
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
            "containers": [container(command, parts)],
            "volumes": .array([volume] + parts.map(\.volume)),
          ],
        ],
      ],
    ]
    if !excludedNodes.isEmpty {
      job.set(["spec", "template", "spec", "affinity"], to: Self.keepingOff(excludedNodes))
    }
    return job
  }

  private func container(_ command: [String], _ parts: [PodPart]) -> JSONValue {
    let mount: JSONValue = [
      "name": "volume", "mountPath": .string(Self.volumePath), "readOnly": .bool(isReadOnly),
    ]
    var container: JSONValue = [
      "name": "mover", "image": .string(image), "imagePullPolicy": "IfNotPresent",
      "command": JSONValue(strings: command),
      "volumeMounts": .array((isBlock ? [] : [mount]) + parts.map(\.mount)),
    ]
    if isBlock {
      container["volumeDevices"] = [["name": "volume", "devicePath": .string(Self.devicePath)]]
    }
    return container
  }

  private var volume: JSONValue {
    [
      "name": "volume",
      "persistentVolumeClaim": ["claimName": .string(claim.name), "readOnly": .bool(isReadOnly)],
    ]
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
