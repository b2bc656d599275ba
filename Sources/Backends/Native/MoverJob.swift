import ClusterModel
import Documents
import Planning

/// A Job that runs this program's mover on one claim.
///
/// It runs in the namespace of the repository's password, which it mounts, as it does the
/// credentials of an object store: no Secret is copied, and none passes through an argument or the
/// environment.
struct MoverJob {
  static let volumePath = "/volume"
  static let secretPath = "/etc/oadp-plan/repository"
  private static let credentialsPath = "/etc/oadp-plan/credentials"
  private static let authoritiesPath = "/etc/oadp-plan/authorities"

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
    let parts = parts
    let command =
      ["oadp-plan", "mover", arguments[0], "--repository", repository.location]
      + parts.flatMap(\.words) + storeWords + arguments.dropFirst()
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

  /// A volume of the pod, where it is mounted, and how the mover is told.
  private struct Part {
    var volume: JSONValue
    var mount: JSONValue
    var words: [String] = []

    /// - Parameter source: The volume's own member: `["secret": …]`.
    init(
      _ name: String, _ source: JSONValue, at path: String, isReadOnly: Bool = true,
      words: [String] = []
    ) {
      volume = source
      volume["name"] = .string(name)
      mount = ["name": .string(name), "mountPath": .string(path), "readOnly": .bool(isReadOnly)]
      self.words = words
    }

    /// One key of a Secret, or all of them.
    static func secret(_ name: String, key: String? = nil) -> JSONValue {
      var secret: JSONValue = ["secretName": .string(name)]
      if let key { secret["items"] = [["key": .string(key), "path": .string(key)]] }
      return ["secret": secret]
    }
  }

  private var storeWords: [String] {
    guard let access = repository.access else { return [] }
    let region = access.region.map { ["--region", $0] } ?? []
    return region + (access.isPathStyle ? ["--path-style"] : [])
  }

  private var parts: [Part] {
    let password = repository.password
    var parts = [
      Part(
        "volume",
        [
          "persistentVolumeClaim": [
            "claimName": .string(claim.name), "readOnly": .bool(isReadOnly),
          ]
        ], at: Self.volumePath, isReadOnly: isReadOnly),
      Part(
        "password", Part.secret(password.name, key: password.key), at: Self.secretPath,
        words: ["--password-file", "\(Self.secretPath)/\(password.key)"]),
    ]
    if repository.location.hasPrefix("/") {
      // The mover finds a directory under the same path as the runner, wherever the node has it.
      let path = repository.hostPath ?? repository.location
      parts.append(
        Part(
          "repository", ["hostPath": ["path": .string(path), "type": "DirectoryOrCreate"]],
          at: repository.location, isReadOnly: false))
    }
    guard let access = repository.access else { return parts }
    if let secret = access.credentialsSecret {
      parts.append(
        Part(
          "credentials", Part.secret(secret), at: Self.credentialsPath,
          words: ["--credentials", Self.credentialsPath]))
    }
    if let secret = access.authoritiesSecret, let key = access.authoritiesKey {
      parts.append(
        Part(
          "authorities", Part.secret(secret, key: key), at: Self.authoritiesPath,
          words: ["--cacert", "\(Self.authoritiesPath)/\(key)"]))
    }
    return parts
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
