import ClusterModel
public import Documents
public import Planning

/// Manifests that let a cluster start this program by its own clock: plans in a ConfigMap, and a
/// CronJob for each schedule.
public struct ScheduledRuns: Sendable {
  /// What one ConfigMap may hold: the API server takes 1 MiB, names and fields included.
  public static let planBytesMax = 1_000_000
  private static let name = "oadp-plan"
  private static let plansPath = "/plans"
  private static let statePath = "/var/lib/oadp-plan"

  private let image: String
  private let account: (namespace: String, name: String)
  private let files: [(path: String, text: String)]
  private let repositories: [RepositoryTarget]

  /// - Parameters:
  ///   - image: This program's; movers run it, too.
  ///   - account: Runs the plans, in its namespace.
  ///   - files: The plans, by their path in the project.
  ///   - repositories: Those that the plans use.
  public init(
    image: String, account: (namespace: String, name: String),
    files: [(path: String, text: String)], repositories: [RepositoryTarget]
  ) {
    self.image = image
    self.account = account
    self.files = files
    self.repositories = repositories
  }

  public func manifests(for schedules: [PlanSchedule]) -> [JSONValue] {
    [plans] + schedules.map(cronJob)
  }

  /// Keys of a ConfigMap hold no `/`; the pod's volume gives each file its path back.
  private var keys: [(key: String, path: String)] {
    files.enumerated().map { index, file in
      let plain = file.path.map {
        $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") ? $0 : "-"
      }
      return ("\(index)-\(String(plain.suffix(200)))", file.path)
    }
  }

  private var plans: JSONValue {
    var data: [String: JSONValue] = [:]
    for (file, key) in zip(files, keys) { data[key.key] = .string(file.text) }
    return [
      "apiVersion": "v1", "kind": "ConfigMap",
      "metadata": metadata("\(Self.name)-plans", in: account.namespace), "data": .object(data),
    ]
  }

  private func cronJob(_ schedule: PlanSchedule) -> JSONValue {
    let (pod, namespace) =
      switch schedule.work {
      case .apply(let plans): (runner(of: plans.map(\.description)), account.namespace)
      case .maintain(let repository): (maintenance(of: repository), repository.moverNamespace)
      }
    var spec: JSONValue = [
      "schedule": .string(schedule.cron), "timeZone": .string(schedule.timezone),
      // The next start finishes what an earlier one could not, and locks keep them apart; two at
      // once would only wait for each other.
      "concurrencyPolicy": "Forbid", "successfulJobsHistoryLimit": 3,
      "failedJobsHistoryLimit": 3,
      "jobTemplate": [
        "spec": [
          "backoffLimit": 2, "podFailurePolicy": Self.failurePolicy, "template": ["spec": pod],
        ]
      ],
    ]
    if let late = schedule.startWithin {
      spec["startingDeadlineSeconds"] = .integer(late.components.seconds)
    }
    return [
      "apiVersion": "batch/v1", "kind": "CronJob",
      "metadata": metadata(Self.shortened("\(Self.name)-\(schedule.name)"), in: namespace),
      "spec": spec,
    ]
  }

  /// What a second try in the same minute cannot mend: a bad plan, a refusal, a failed preflight,
  /// an unconfirmed unquiesce that a person has to see. An evicted pod is no try at all.
  private static let failurePolicy: JSONValue = [
    "rules": [
      ["action": "Ignore", "onPodConditions": [["type": "DisruptionTarget", "status": "True"]]],
      [
        "action": "FailJob",
        "onExitCodes": [
          "containerName": "oadp-plan", "operator": "In",
          "values": [5, 10, 11, 13, 14, 15, 16, 64],
        ],
      ],
    ]
  ]

  private func runner(of plans: [String]) -> JSONValue {
    let items = keys.map { key -> JSONValue in
      ["key": .string(key.key), "path": .string(key.path)]
    }
    var parts = [
      PodPart(
        "plans",
        ["configMap": ["name": .string("\(Self.name)-plans"), "items": .array(items)]],
        at: Self.plansPath),
      PodPart("state", ["emptyDir": [:]], at: Self.statePath, isReadOnly: false),
    ]
    let directories = repositories.compactMap(\.directory).enumerated().map { index, part in
      var part = part
      part.volume["name"] = .string("repository-\(index)")
      part.mount["name"] = part.volume["name"]
      return part
    }
    parts += directories
    var pod = self.pod(
      [
        "apply", Self.plansPath, "--auto-approve", "--state", Self.statePath, "--mover-image",
        image,
      ]
        + plans.flatMap { ["--target", $0] }, parts, isRoot: !directories.isEmpty)
    pod["serviceAccountName"] = .string(account.name)
    return pod
  }

  private func maintenance(of repository: RepositoryTarget) -> JSONValue {
    var pod = self.pod(
      ["repo", "maintain"] + repository.words, repository.parts,
      isRoot: repository.directory != nil)
    pod["automountServiceAccountToken"] = false
    return pod
  }

  /// - Parameter isRoot: Directories on nodes belong to root.
  private func pod(_ arguments: [String], _ parts: [PodPart], isRoot: Bool) -> JSONValue {
    let temporary = PodPart("tmp", ["emptyDir": [:]], at: "/tmp", isReadOnly: false)
    let parts = parts + [temporary]
    var context: JSONValue = ["seccompProfile": ["type": "RuntimeDefault"]]
    context["runAsUser"] = isRoot ? 0 : 65532
    if !isRoot {
      context["runAsNonRoot"] = true
      context["fsGroup"] = 65532
    }
    return [
      "restartPolicy": "Never",
      // A run that is told to stop lets every application go first.
      "terminationGracePeriodSeconds": 120, "securityContext": context,
      "containers": [
        [
          "name": "oadp-plan", "image": .string(image), "imagePullPolicy": "IfNotPresent",
          "command": JSONValue(strings: ["oadp-plan"] + arguments),
          "securityContext": [
            "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true,
            "capabilities": ["drop": ["ALL"]],
          ],
          "volumeMounts": .array(parts.map(\.mount)),
        ]
      ],
      "volumes": .array(parts.map(\.volume)),
    ]
  }

  private func metadata(_ name: String, in namespace: String) -> JSONValue {
    [
      "name": .string(name), "namespace": .string(namespace),
      "labels": ["app.kubernetes.io/name": .string(Self.name)],
    ]
  }

  /// A CronJob's name leaves room for what its Jobs' names have besides: at most 52 characters.
  private static func shortened(_ name: String) -> String {
    guard name.utf8.count > 52 else { return name }
    return name.prefix(43) + "-" + SHA256.hex(Array(name.utf8)).prefix(8)
  }
}
