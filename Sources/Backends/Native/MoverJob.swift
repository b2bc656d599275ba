import ClusterModel
import Documents
import Planning

/// A Job that runs this program's mover on one claim.
///
/// It runs in the namespace of the repository's password, which it mounts: no Secret is copied,
/// and no password passes through an argument or the environment.
struct MoverJob {
  static let volumePath = "/volume"
  static let secretPath = "/etc/oadp-plan/repository"

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
    let password = "\(Self.secretPath)/\(repository.password.key)"
    let command =
      ["oadp-plan", "mover", arguments[0]]
      + ["--repository", repository.location, "--password-file", password]
      + arguments.dropFirst()
    var mounts: [JSONValue] = [
      [
        "name": "volume", "mountPath": .string(Self.volumePath), "readOnly": .bool(isReadOnly),
      ],
      ["name": "password", "mountPath": .string(Self.secretPath), "readOnly": true],
    ]
    var volumes: [JSONValue] = [
      [
        "name": "volume",
        "persistentVolumeClaim": [
          "claimName": .string(claim.name), "readOnly": .bool(isReadOnly),
        ],
      ],
      [
        "name": "password",
        "secret": [
          "secretName": .string(repository.password.name),
          "items": [
            [
              "key": .string(repository.password.key), "path": .string(repository.password.key),
            ]
          ],
        ],
      ],
    ]
    if repository.location.hasPrefix("/") {
      // A directory repository is one that nodes and runner see under the same path.
      mounts.append(["name": "repository", "mountPath": .string(repository.location)])
      volumes.append([
        "name": "repository",
        "hostPath": ["path": .string(repository.location), "type": "DirectoryOrCreate"],
      ])
    }
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
                "command": JSONValue(strings: command), "volumeMounts": .array(mounts),
              ]
            ],
            "volumes": .array(volumes),
          ],
        ],
      ],
    ]
    if !excludedNodes.isEmpty {
      job.set(["spec", "template", "spec", "affinity"], to: Self.keepingOff(excludedNodes))
    }
    return job
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
