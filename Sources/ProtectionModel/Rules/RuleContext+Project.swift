import Diagnostics
import Documents

extension RuleContext {
  mutating func check(_ project: Project) {
    if let journal = project.journal {
      resolve(
        .storageLocation, ObjectKey(name: journal.locationRef), in: project,
        at: ["spec", "journal", "locationRef", "name"])
    }
    for (index, name) in project.guardrails.expireRequiresConfirm.enumerated() {
      let path: DocumentPath = ["spec", "guardrails", "expire", "requireConfirm", .index(index)]
      resolve(.protectionPolicy, ObjectKey(name: name), in: project, at: path)
    }
    if !project.guardrails.denyWindows.isEmpty, !hasDefaultTimezone {
      report(
        .invalidTimezone, "Windows need a time zone", in: project,
        at: ["spec", "guardrails", "denyWindows"], hint: "set `timezone:` of the project")
    }
  }

  mutating func check(_ repository: Repository) {
    resolve(
      .storageLocation, ObjectKey(name: repository.locationRef), in: repository,
      at: ["spec", "locationRef", "name"])
    if repository.maintenance != nil, !hasDefaultTimezone {
      report(
        .invalidTimezone, "The schedule has no time zone", in: repository,
        at: ["spec", "maintenance", "schedule"], hint: "set `timezone:` of the project")
    }
    checkSecrets(of: repository)
  }

  /// Whether the project gives schedules a zone; a project with mistakes may still say so.
  var hasDefaultTimezone: Bool {
    declared.only(.project)?["spec"]?["timezone"] != nil
  }

  /// Secrets of a place that the movers of a repository there cannot mount: they run in the
  /// namespace of its password, and no Secret is copied.
  mutating func checkSecrets(of repository: Repository) {
    guard let location = plans.storageLocation(named: repository.locationRef) else { return }
    let password = repository.encryption.password
    for (path, namespace) in location.store.secrets
    where namespace ?? password.namespace != password.namespace {
      report(
        .secretOutOfReach,
        "The Secret is not in namespace `\(password.namespace)`, where the movers of "
          + "`\(repository.key)` run", in: location, at: path + ["namespace"],
        notes: [
          Diagnostic.Note(
            "They run where its password is",
            at: span(in: repository, at: ["spec", "encryption", "passwordSecretRef"]))
        ], hint: "keep both Secrets in one namespace")
    }
  }

  /// Passwords that are shared, or lost together with what they protect.
  mutating func checkRepositories() {
    var owners: [SecretKeyReference: Repository] = [:]
    for repository in plans.repositories {
      let path: DocumentPath = ["spec", "encryption", "passwordSecretRef"]
      let password = repository.encryption.password
      if let other = owners[password] {
        report(
          .exposedRepositoryPassword,
          "Repository `\(repository.key)` has the same password as `\(other.key)`",
          in: repository, at: path,
          notes: [Diagnostic.Note("The other one", at: span(in: other, at: path))],
          hint: "give each repository a Secret of its own")
      } else {
        owners[password] = repository
      }
      let users = plansUsing(repository)
      if let plan = users.first(where: { $0.metadata.namespace == password.namespace }) {
        report(
          .exposedRepositoryPassword,
          "The password lies only in namespace `\(password.namespace)`, "
            + "which `\(plan.key)` protects",
          in: repository, at: path + ["namespace"],
          hint: "keep it in a namespace that is not restored from this repository")
      }
      let namespaces = Set(users.compactMap(\.metadata.namespace))
      if repository.dedupScope == .shared, namespaces.count > 1 {
        report(
          .sharedDedupScope,
          "\(namespaces.count) namespaces share the password of `\(repository.key)`",
          in: repository, at: ["spec", "dedupScope"], hint: "use `dedupScope: Namespace`")
      }
    }
  }

  private func plansUsing(_ repository: Repository) -> [ProtectionPlan] {
    plans.protectionPlans.filter { plan in
      plans.policy(for: plan)?.settings.copies
        .contains { $0.repositoryRef == repository.metadata.name } ?? false
    }
  }
}

extension DocumentPath {
  static func + (left: DocumentPath, right: DocumentPath) -> DocumentPath {
    DocumentPath(left.steps + right.steps)
  }
}

extension StorageLocation.Store {
  /// The namespaces of the Secrets that movers mount, by where they are declared.
  fileprivate var secrets: [(path: DocumentPath, namespace: String?)] {
    let credentials: SecretReference?
    let authority: SecretKeyReference?
    switch self {
    case .local: return []
    case .s3(let s3):
      (credentials, authority) = (s3.credentials.secret, s3.certificateAuthority)
    case .rest(let rest): (credentials, authority) = (rest.credentials, rest.certificateAuthority)
    }
    return [
      (["spec", "credentials", "secretRef"], credentials?.namespace),
      (["spec", "tls", "caSecretRef"], authority?.namespace),
    ]
  }
}
