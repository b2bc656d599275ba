import ClusterModel
import Diagnostics
import Documents

/// Compares what plans ask with what a cluster and its stores say of themselves.
///
/// Everything is looked at, whatever else is wrong, and what is fine is told as well.
public struct Prerequisites {
  let demand: PlanDemand
  let facts: ClusterFacts
  var findings: [Finding] = []

  /// - Returns: The findings in the order of their areas, worst first within each.
  /// - Complexity: O(*n* *m*) in the number of claims and namespaces that the plans use.
  public static func findings(of demand: PlanDemand, in facts: ClusterFacts) -> [Finding] {
    var checks = Prerequisites(demand: demand, facts: facts)
    checks.checkServer()
    checks.checkClock()
    checks.checkDrivers()
    checks.checkSnapshotClasses()
    checks.checkStorageClasses()
    checks.checkSnapshotController()
    checks.checkPlans()
    checks.checkNamespaces()
    checks.checkQuotas()
    checks.checkClaimSizes()
    checks.checkPermissions()
    checks.checkSecrets()
    checks.checkStores()
    return Array(Set(checks.findings)).sorted()
  }

  mutating func add(
    _ severity: Finding.Severity, _ code: DiagnosticCode, in area: Finding.Area, _ subject: String,
    _ evidence: String, fix: String? = nil
  ) {
    findings.append(Finding(severity, code, in: area, subject, evidence, fix: fix))
  }

  /// The value, or a note that it cannot be told.
  mutating func look<Value>(
    at known: Known<Value>, in area: Finding.Area, _ subject: String
  ) -> Value? {
    switch known {
    case .known(let value): return value
    case .unknown(let reason):
      add(.note, .cannotTell, in: area, subject, "Cannot tell: \(reason)")
      return nil
    }
  }
}

// MARK: Plans

extension Prerequisites {
  /// What planning itself finds wrong, and what it selects.
  mutating func checkPlans() {
    var failed: Set<String> = []
    for (plan, diagnostic) in demand.diagnostics {
      var severity = Finding.Severity(diagnostic.severity)
      switch diagnostic.code {
      // Before the first run there is nothing to restore.
      case .pointNotFound, .repositoryUnusable: severity = .note
      default: break
      }
      let more = "`oadp-plan explain \(diagnostic.code.rawValue)` says more"
      add(
        severity, diagnostic.code, in: .plans, plan, diagnostic.message,
        fix: diagnostic.hint ?? (severity == .error ? more : nil))
      if severity == .error { failed.insert(plan) }
    }
    for (plan, claims) in demand.selected where !failed.contains(plan.description) {
      add(
        .ok, .nothingSelected, in: .plans, plan.description,
        "Protects \(HumanText.count(claims, "claim"))")
    }
    for (plan, volumes) in demand.restorable where !failed.contains(plan.description) {
      add(
        .ok, .pointNotFound, in: .plans, plan.description,
        "Restores \(HumanText.count(volumes, "volume")) from a point that is there")
    }
    for (list, reason) in facts.refusals {
      add(.note, .cannotTell, in: .plans, list, "Cannot tell: \(reason)")
    }
  }
}

extension Finding.Severity {
  init(_ severity: Diagnostics.Severity) {
    switch severity {
    case .error: self = .error
    case .warning: self = .warning
    case .note: self = .note
    }
  }
}

// MARK: Permissions

extension Prerequisites {
  mutating func checkPermissions() {
    guard let answers = look(at: facts.permissions, in: .permissions, "permissions") else { return }
    for permission in answers.missing {
      add(
        .error, .permissionMissing, in: .permissions, permission.description,
        "The cluster answers that you may not",
        fix: "grant it: `oadp-plan rbac generate` writes the Roles")
    }
    guard answers.missing.isEmpty else { return }
    add(
      .ok, .permissionMissing, in: .permissions, "permissions",
      "All \(HumanText.count(answers.asked, "permission")) that runs need are granted")
  }
}
