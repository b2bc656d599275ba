import ClusterModel
public import Diagnostics
public import Documents
public import ProtectionModel

/// The difference between what is declared and what is there, at one instant.
///
/// Time alone makes differences here: a recovery point grows older than its objective. The same
/// plans, observation and instant always give the same change set.
public struct ChangeSet: Sendable {
  /// What is shown, saved and compared.
  public let report: ChangeReport
  /// What is wrong with the plans or with the world that they meet; a plan with an error has no
  /// changes, the others have theirs.
  public let diagnostics: [Diagnostic]
  let protections: [ProtectionWork]
  let restorations: [RestoreWork]

  /// - Complexity: O(*n* log *n*) in the number of plans, claims, pods and recovery points.
  public init(
    desired: PlanSet, observed: Observation, at now: Timestamp,
    options: PlanningOptions = PlanningOptions()
  ) {
    let context = PlanningContext(desired: desired, observed: observed, at: now, options: options)
    var bag = DiagnosticBag()
    var draft = ReportDraft()
    if ClusterGuard(context).allows(&bag) {
      draft.protect(context, &bag)
      draft.restore(context, &bag)
      draft.capDeletions(context)
      draft.cover(context, &bag)
    }
    protections = draft.protections
    restorations = draft.restorations
    diagnostics = bag.diagnostics
    report = ChangeReport(
      evaluatedAt: now, cluster: observed.cluster.identity, summary: draft.summary,
      plans: draft.verdicts, changes: draft.changes, coverage: draft.coverage)
  }

  public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}

/// Refuses to plan for another cluster than the project's.
struct ClusterGuard {
  let context: PlanningContext

  init(_ context: PlanningContext) { self.context = context }

  func allows(_ bag: inout DiagnosticBag) -> Bool {
    let clusters = context.desired.project?.clusters ?? []
    let uid = context.cluster.identity.uid
    // A cluster that is declared without its uid can be any.
    guard let project = context.desired.project, !clusters.isEmpty,
      clusters.allSatisfy({ $0.uid != nil }), !clusters.contains(where: { $0.uid == uid })
    else { return true }
    let names = HumanText.list(clusters.map { "`\($0.name)`" })
    bag.add(
      Diagnostic(
        .wrongCluster,
        "Cluster `\(context.cluster.identity.name)` with uid `\(uid)` is none of the project's: "
          + names, at: project.source, hint: "choose another context, or declare this cluster"))
    return false
  }
}
