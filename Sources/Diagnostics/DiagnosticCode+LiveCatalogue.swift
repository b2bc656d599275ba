extension DiagnosticCode {
  /// The findings that only a cluster, a repository or a guardrail can give rise to.
  var liveText: (title: String, explanation: String) {
    switch self {
    case .noSnapshotClass:
      (
        "No snapshot class for a volume's driver",
        """
        A VolumeSnapshotClass is taken by name, else the one labelled \
        `velero.io/csi-volumesnapshot-class`, else the driver's default, else its only one. None \
        fits, or several do.
        """
      )
    case .noSnapshotDriver:
      (
        "A volume that nobody can cut",
        "Only volumes of a CSI driver can be snapshotted; host paths and local volumes cannot."
      )
    case .repositoryUnusable:
      (
        "A repository that cannot be used",
        """
        Without the repository's catalogue there is no telling what is due or what may expire, so \
        nothing is planned for it. The message says what is in the way.
        """
      )
    case .claimNotBound:
      (
        "A claim without a volume",
        "The claim is selected but not bound, so there is no data that could be protected."
      )
    case .workloadMissing:
      (
        "A selected workload is not there",
        "A plan that names a missing workload would protect less than it says."
      )
    case .nothingSelected:
      (
        "A selection that meets nothing",
        "The cluster has no claim that the plan selects; an empty success would be a lie."
      )
    case .hookPodMissing:
      (
        "A hook without a pod",
        "Hooks run in ready pods of the selection. None is ready, or the container is not in it."
      )
    case .pointNotFound:
      (
        "No such recovery point",
        "The catalogue holds no sealed point that answers what `source.point` asks for."
      )
    case .restoreTargetUnfit:
      (
        "A target that cannot take the restore",
        "The namespace, a storage class or a size does not fit what the recovery point needs."
      )
    case .notPossibleHere:
      (
        "Something that this backend does not do",
        "The plan is understood, but acting on half of it would break its promise."
      )
    case .noCopy:
      (
        "A policy without a copy",
        "A snapshot beside its volume is lost with it: a point needs a repository."
      )
    case .uncoveredVolume:
      (
        "A volume that no plan protects",
        "The project asks for full coverage. Select the claim in a plan, or ignore it explicitly."
      )
    case .groupNotUniform:
      (
        "A group that one cut cannot take",
        """
        A group snapshot is made by one driver at one moment: all members must be that driver's \
        volumes, the VolumeGroupSnapshotClass must name it, and no hook may ask for members to be \
        cut at different steps.
        """
      )
    case .kindNotServed:
      (
        "A captured kind that the cluster does not know",
        """
        The recovery point holds objects of a kind, or of a version of it, that the target's API \
        does not serve. Install its CustomResourceDefinition, exclude the kind, or change \
        `/apiVersion` with a transform.
        """
      )
    case .quotaExceeded:
      (
        "A quota that the restore exceeds",
        """
        Claims are made in the movers' namespace first and in the target then, and each quota of \
        both counts them: their number, their storage, and both by storage class. An object that \
        is there already takes nothing more.
        """
      )
    case .claimOutOfLimits:
      (
        "A claim of a size that a LimitRange refuses",
        "The LimitRange of the target or of the movers' namespace bounds what a claim may ask for."
      )
    case .webhookUnanswered:
      (
        "An admission webhook that nobody answers",
        """
        Its Service is not there and its failure policy is `Fail`, so the API server refuses what \
        the webhook is asked about, unless its selectors pass the object over. A check at the \
        start of the run tells which objects are refused, where their namespace is there already.
        """
      )
    case .gitOpsOutOfReach:
      (
        "A GitOps controller that cannot be paused from here",
        """
        Argo CD or Flux keeps objects of the target as they are in git, from another cluster or \
        through something that writes over a pause. With `pauseGitOps: Require` it is an error.
        """
      )
    case .deniedByWindow:
      ("Inside a deny window", "The project lets no new work start at this time.")
    case .tooManyDeletions:
      (
        "More deletions than a run may do",
        """
        More recovery points would expire than `guardrails.maxDeletesPerRun` allows, so none does. \
        Usually a retention was mistyped; otherwise raise the limit in a reviewed change.
        """
      )
    case .planFileRejected:
      (
        "A plan file that is not run",
        "Its digest, its form or its graph is not that of a plan that this program made."
      )
    case .wrongCluster:
      (
        "Another cluster than the declared one",
        "The uid of the namespace kube-system is the cluster's identity; it is not the project's."
      )
    case .wouldOverwrite:
      (
        "A restore that would overwrite",
        "A claim of the same name is there, and it did not come from this restore."
      )
    default: prerequisiteText
    }
  }
}
