import ClusterModel
import Diagnostics
import ProtectionModel

/// The GitOps objects that keep the target as it is in git, and would work against a restore.
struct GitOpsKeepers {
  let plan: RestorePlan
  let surroundings: ObservedSurroundings

  private var target: String { plan.target.namespace }

  /// Those that act by themselves and that nobody has paused.
  var active: [ObservedGitOps] {
    let tracks = surroundings.tracks.filter { $0.namespace == target }
    return surroundings.gitOps.filter { keeper in
      keeper.isAutomatic && !keeper.isHeld
        && (keeper.targets.contains(target)
          || tracks.contains { $0.names(keeper.reference) })
    }
  }

  /// What the plan wants to be paused.
  var pauses: [ObjectReference] {
    plan.safety.pauseGitOps == .never ? [] : active.map(\.reference)
  }

  var notices: [String] {
    guard plan.safety.pauseGitOps == .never else { return [] }
    return active.map {
      "\($0.reference.keeperText) is not paused and may undo the restore; `pauseGitOps: Never`"
    }
  }

  /// What keeps the target and cannot be paused from here.
  func check(_ bag: inout DiagnosticBag) {
    guard plan.safety.pauseGitOps != .never else { return }
    let severity: Severity = plan.safety.pauseGitOps == .require ? .error : .warning
    func add(_ message: String, _ hint: String) {
      bag.add(
        Diagnostic(.gitOpsOutOfReach, message, at: plan.source, severity: severity, hint: hint))
    }
    for keeper in active {
      guard let generator = keeper.generator else { continue }
      add(
        "\(keeper.reference.keeperText) is made by \(generator), which may undo its pause",
        "pause it there, or let the ApplicationSet preserve the annotation "
          + "`argocd.argoproj.io/skip-reconcile`")
    }
    let strangers = surroundings.tracks.filter { track in
      track.namespace == target && track.isCertain
        && !surroundings.gitOps.contains { track.names($0.reference) }
    }
    for track in strangers {
      let owner = (track.ownerNamespace.map { "\($0)/" } ?? "") + track.owner
      add(
        "Objects in `\(target)` are kept by \(track.kind) `\(owner)`, which is not in this "
          + "cluster", "pause it where it is, or it works against the restore")
    }
  }
}

extension ObjectReference {
  /// `Argo CD Application argocd/shop`
  var keeperText: String { "\(type.keeperName) \(namespace ?? "")/\(name)" }
}
