import ClusterModel
import Diagnostics
import Documents
import ProtectionModel

/// Decides what one restore plan needs now.
struct RestorePlanner {
  let context: PlanningContext
  let plan: RestorePlan

  struct Result {
    var verdict: PlanVerdict
    var changes: [Change] = []
    var work: RestoreWork?
  }

  var key: PlanKey { plan.planKey }
  var target: String { plan.target.namespace }

  func plan(_ bag: inout DiagnosticBag) -> Result {
    var result = Result(
      verdict: PlanVerdict(
        plan: key, kind: RestorePlan.kind.rawValue, source: SourcePlace(plan.source)))
    var own = DiagnosticBag()
    defer { bag.add(own) }
    result.verdict.state = .failed
    guard let (repository, choice) = choose(&own) else { return result }
    let point = choice.point.entry.point
    result.verdict.headline = ["from \(plan.origin.planRef)@\(point.name)"]
    if choice.lossSeconds > 0, case .asOf = plan.origin.point {
      result.verdict.headline.append(
        "\(HumanText.age(seconds: choice.lossSeconds)) before the time asked for")
    }
    result.verdict.volumes = point.volumes.count
    checkTarget(&own)

    let mark = RestoreMark(plan: key, point: point.name)
    let state = TargetState(context: context, plan: plan, point: point, mark: mark)
    let volumes = RestoredVolumes(context: context, plan: plan, point: point)
      .resolve(state.missing, &own)
    let objects = self.objects(of: point)
    let missingWorkloads = workloads(objects).filter { !exists($0) }
    let isDone = state.missing.isEmpty && missingWorkloads.isEmpty
    var keepers: GitOpsKeepers?
    if let surroundings = context.cluster.surroundings, !isDone, state.foreign.isEmpty {
      RestoreFit(
        context: context, plan: plan, surroundings: surroundings, objects: objects,
        volumes: volumes, moverNamespace: repository.moverNamespace
      ).check(&own)
      keepers = GitOpsKeepers(plan: plan, surroundings: surroundings)
      keepers?.check(&own)
    }
    guard !own.hasErrors else { return result }
    if !state.foreign.isEmpty {
      result.changes = state.foreign.map { blocked($0) }
      result.verdict.state = .changed
      return result
    }
    guard !isDone else {
      result.verdict.state = .unchanged
      result.verdict.notices = ["restored already: its claims carry the mark `\(state.mark)`"]
      return result
    }
    let order = ObjectOrder(objects, order: plan.order)
    let work = RestoreWork(
      plan: key,
      key: RunKey(
        context.cluster.identity.uid, "restore", key.description, point.name,
        context.now.description),
      mark: mark, repository: repository, manifestID: choice.point.entry.manifestID,
      targetNamespace: target, isCopy: point.plan.namespace != target,
      namespaceUID: context.cluster.namespaces[target]?.uid,
      volumes: volumes, earlyObjects: order.early, lateObjects: order.late,
      existing: plan.existing.resources.rawValue, images: plan.map.images, patches: patches,
      pauses: keepers?.pauses ?? [],
      workloads: workloads(objects), hooks: plan.hooks, checks: plan.checks)
    result.changes = RestoreChanges(plan: plan, work: work, point: point).all
    result.verdict.state = .changed
    result.verdict.notices = keepers?.notices ?? []
    result.work = work
    return result
  }

  /// The repository to read from, and the point in it.
  func choose(_ bag: inout DiagnosticBag) -> (RepositoryTarget, PointChoice)? {
    guard let origin = context.desired.origin(of: plan),
      let policy = context.desired.policy(for: origin)
    else {
      bag.add(
        Diagnostic(
          .unresolvedReference,
          "ProtectionPlan `\(plan.origin.planRef)` or its policy is not declared", at: plan.source))
      return nil
    }
    let copies = policy.settings.copies.filter {
      plan.origin.copy == nil || $0.name == plan.origin.copy
    }
    guard !copies.isEmpty else {
      bag.add(
        Diagnostic(
          .unresolvedReference,
          "Policy `\(policy.metadata.name)` has no copy `\(plan.origin.copy ?? "")`",
          at: plan.source))
      return nil
    }
    let source = origin.planKey
    var failure: PointChoice.Failure?
    // Without a wish for one copy, the first that has the point will do.
    var findings = DiagnosticBag()
    for copy in copies {
      guard let name = copy.repositoryRef,
        let repository = context.repository(
          named: name, at: plan.source, isWritten: false, &findings)
      else { continue }
      do {
        let points = context.points.points(of: source, in: name)
        return (
          repository, try PointChoice(plan.origin, among: points, at: context.now)
        )
      } catch {
        failure = failure ?? error
      }
    }
    if let failure {
      bag.add(
        Diagnostic(.pointNotFound, failure.message, at: plan.source, hint: failure.hint))
    } else {
      bag.add(findings)
    }
    return nil
  }

  private func checkTarget(_ bag: inout DiagnosticBag) {
    func refuse(_ code: DiagnosticCode, _ message: String, _ hint: String) {
      bag.add(Diagnostic(code, message, at: plan.source, hint: hint))
    }
    if let name = plan.target.cluster,
      let cluster = context.desired.project?.clusters.first(where: { $0.name == name }),
      let uid = cluster.uid, uid != context.cluster.identity.uid
    {
      refuse(
        .wrongCluster,
        "The restore is for cluster `\(name)`, this is `\(context.cluster.identity.name)` with uid "
          + "`\(context.cluster.identity.uid)`", "choose the context of `\(name)`")
    }
    switch context.cluster.namespaces[target] {
    case nil where !plan.target.createNamespace:
      refuse(
        .restoreTargetUnfit, "Namespace `\(target)` is not in the cluster",
        "create it, or set `createNamespace: true`")
    case let namespace? where namespace.isTerminating:
      refuse(
        .restoreTargetUnfit, "Namespace `\(target)` is being deleted", "wait until it is gone")
    default: break
    }
    if plan.existing.volumes != .fail {
      refuse(
        .notPossibleHere,
        "`existing.volumes: \(plan.existing.volumes.rawValue)` is not done by this backend",
        "delete the claims first, or restore to another namespace")
    }
  }

  private func blocked(_ claim: ObservedClaim) -> Change {
    Change(
      address: "\(key)/\(claim.name)", plan: key, action: .blocked, subject: .volume,
      reason: .requested, source: SourcePlace(plan.source),
      title: "claim \(claim.namespace)/\(claim.name)",
      facts: ["is there already and was not made by this restore; `existing.volumes: Fail`"],
      code: DiagnosticCode.wouldOverwrite.rawValue)
  }

  private func objects(of point: RecoveryPoint) -> [RecoveryPoint.Object] {
    let included = Set(plan.resources.include)
    let excluded = Set(plan.resources.exclude)
    return point.objects.filter { object in
      // The volumes bring their own claims.
      ObjectOrder.stage(of: object.kind) != .volume && !excluded.contains(object.kind)
        && (included.isEmpty || included.contains(object.kind))
    }
  }

  private func workloads(_ objects: [RecoveryPoint.Object]) -> [ObjectReference] {
    let types: [ResourceType] = [.statefulSet, .deployment, .daemonSet]
    return objects.compactMap { object in
      types.first { $0.kind == object.kind && $0.apiVersion == object.apiVersion }
        .map { ObjectReference($0, namespace: target, name: object.name) }
    }.sorted { ($0.type.kind, $0.name) < ($1.type.kind, $1.name) }
  }

  private func exists(_ workload: ObjectReference) -> Bool {
    if workload.type == .daemonSet {
      return !context.cluster.pods(kind: "DaemonSet", workload.name, in: target).isEmpty
    }
    return context.cluster.workload(kind: workload.type.kind, workload.name, in: target) != nil
  }

  private var patches: [RestoreObjects.ObjectPatch] {
    plan.resources.transforms.map {
      RestoreObjects.ObjectPatch(
        kind: $0.kind, name: $0.name, jsonPatch: CanonicalJSON.string($0.jsonPatch))
    }
  }
}

/// What of a recovery point is in the target already.
struct TargetState {
  let mark: String
  /// Volumes whose claim is not there.
  let missing: [RecoveryPoint.Volume]
  /// Claims that are there and did not come from this restore.
  let foreign: [ObservedClaim]

  init(context: PlanningContext, plan: RestorePlan, point: RecoveryPoint, mark: RestoreMark) {
    var missing: [RecoveryPoint.Volume] = []
    var foreign: [ObservedClaim] = []
    var found = mark.description
    for volume in point.volumes.sorted(by: { $0.name < $1.name }) {
      guard let claim = context.cluster.claim(volume.claim, in: plan.target.namespace) else {
        missing.append(volume)
        continue
      }
      let earlier = claim.restoredFrom.flatMap { RestoreMark($0) }
      // `latest` is done once: points that were made since do not ask for another restore.
      let isLatest = plan.origin.point == .latest
      if let earlier, earlier.plan == mark.plan, isLatest || earlier.point == mark.point {
        found = earlier.description
      } else {
        foreign.append(claim)
      }
    }
    self.missing = missing
    self.foreign = foreign
    self.mark = found
  }
}
