import ClusterModel
import Diagnostics
import Documents
import ProtectionModel

/// A report in the making.
struct ReportDraft {
  var verdicts: [PlanVerdict] = []
  var changes: [Change] = []
  var coverage: [CoverageEntry] = []
  var protections: [ProtectionWork] = []
  var restorations: [RestoreWork] = []
  /// Claims that some plan protects, as `namespace/name`.
  private var covered: Set<String> = []

  mutating func protect(_ context: PlanningContext, _ bag: inout DiagnosticBag) {
    let denied = context.denyWindow(&bag)
    for plan in context.desired.protectionPlans {
      let isWanted = context.options.includes(plan.planKey)
      // Without targets every plan counts for coverage; with them only the wanted are looked at.
      guard isWanted else { continue }
      let planner = ProtectionPlanner(context: context, plan: plan, denied: denied)
      let result = planner.plan(&bag)
      verdicts.append(result.verdict)
      changes += result.changes
      covered.formUnion(result.claims)
      if let work = result.work { protections.append(work) }
    }
  }

  mutating func restore(_ context: PlanningContext, _ bag: inout DiagnosticBag) {
    guard case .only(let wanted) = context.options.restores else { return }
    for plan in context.desired.restorePlans where wanted.contains(plan.planKey) {
      let result = RestorePlanner(context: context, plan: plan).plan(&bag)
      verdicts.append(result.verdict)
      changes += result.changes
      if let work = result.work { restorations.append(work) }
    }
  }

  /// Above the project's limit no deletion happens at all: a mistyped retention must not be acted
  /// upon in part.
  mutating func capDeletions(_ context: PlanningContext) {
    guard let project = context.desired.project, let most = project.guardrails.maxDeletesPerRun,
      changes.count(where: { $0.action == .delete }) > most
    else { return }
    let count = changes.count { $0.action == .delete }
    for index in changes.indices where changes[index].action == .delete {
      changes[index].action = .blocked
      changes[index].code = DiagnosticCode.tooManyDeletions.rawValue
      changes[index].facts = [
        "one of \(count) to expire; `maxDeletesPerRun` is \(most) "
          + "(\(SourcePlace(project.source)))"
      ]
    }
    for index in protections.indices { protections[index].expiries = [] }
  }

  mutating func cover(_ context: PlanningContext, _ bag: inout DiagnosticBag) {
    guard context.options.targets == nil else { return }
    coverage = CoverageCheck(context: context).uncovered(besides: covered)
    guard let project = context.desired.project, project.coverage.uncoveredVolumes == .fail
    else { return }
    for entry in coverage {
      bag.add(
        Diagnostic(
          .uncoveredVolume, "Claim `\(entry.claim)` is not covered by any plan",
          at: project.source, hint: "select it in a plan, or ignore it under `coverage`"))
    }
  }

  var summary: Summary {
    var summary = Summary()
    for change in changes {
      switch change.action {
      case .create: summary.create += change.count
      case .update: summary.update += change.count
      case .delete: summary.delete += change.count
      case .run: summary.run += change.count
      case .blocked: summary.blocked += change.count
      }
      summary.run += change.steps.count { $0.symbol == ">" }
    }
    summary.unchanged = verdicts.count { $0.state == .unchanged }
    summary.failed = verdicts.count { $0.state == .failed }
    summary.uncovered = coverage.count
    for point in protections.compactMap(\.point) {
      summary.estimate.bytesMax += point.volumes.reduce(0) { $0 + $1.claim.bytes }
      summary.estimate.freezeSecondsMax = max(
        summary.estimate.freezeSecondsMax, point.hooks.map(\.freezeSeconds).max() ?? 0)
    }
    for restore in restorations {
      summary.estimate.bytesMax += restore.volumes.reduce(0) { $0 + $1.bytes }
    }
    return summary
  }
}
