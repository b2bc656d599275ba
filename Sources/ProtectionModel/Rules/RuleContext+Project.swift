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
  }

  /// Whether the project gives schedules a zone; a project with mistakes may still say so.
  var hasDefaultTimezone: Bool {
    declared.only(.project)?["spec"]?["timezone"] != nil
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
