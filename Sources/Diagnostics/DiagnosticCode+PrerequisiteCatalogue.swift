extension DiagnosticCode {
  /// What `doctor` finds a cluster or a store to lack, before any run fails for it.
  var prerequisiteText: (title: String, explanation: String) {
    switch self {
    case .apiMissing:
      (
        "An API that runs need is not served",
        """
        Cuts are VolumeSnapshots: their definitions (snapshot.storage.k8s.io/v1) come from the \
        external-snapshotter project, not with Kubernetes. Groups need \
        groupsnapshot.storage.k8s.io besides.
        """
      )
    case .serverUntested:
      (
        "A server older or newer than tested",
        """
        Before Kubernetes 1.29 the input of a command cannot be ended alone, so that a session \
        must end by its own words. What is newer than tested most likely works.
        """
      )
    case .driverNotRegistered:
      (
        "A driver without a CSIDriver object",
        """
        Volumes name a driver that is not registered: it was removed, or has another name here. A \
        driver may leave its registration out; few do.
        """
      )
    case .snapshotsRetained:
      (
        "A snapshot class that keeps what is deleted",
        """
        With `deletionPolicy: Retain` a physical snapshot stays in the storage system when its \
        VolumeSnapshot goes, one more with every recovery point, and nobody owns it.
        """
      )
    case .storageClassUnfit:
      (
        "A storage class that is missing or ambiguous",
        """
        Movers read cuts through claims of the volume's own class, and restores make claims of the \
        class that the plan names, or of the default one. It has to be there, and be one.
        """
      )
    case .boundOnFirstUse:
      (
        "A class that binds on first use",
        """
        With `WaitForFirstConsumer` a claim is bound when a pod uses it, on that pod's node. \
        Movers are such pods, so it works; a restored volume lies where its mover ran.
        """
      )
    case .snapshotControllerSilent:
      (
        "Nobody seems to bind snapshots",
        """
        VolumeSnapshots are served by the snapshot-controller of the external-snapshotter project, \
        one for each cluster. Without it every cut waits until its deadline.
        """
      )
    case .quotaTooSmall:
      (
        "A quota that a run does not fit in",
        """
        A run makes snapshots, claims and Jobs beside what is there. What a ResourceQuota refuses \
        fails the run. An error: one plan alone does not fit. A warning: all at once do not.
        """
      )
    case .claimSizeRefused:
      (
        "A LimitRange that refuses a claim",
        "The claim that a run would make is smaller or larger than the namespace allows."
      )
    case .podSecurityRefuses:
      (
        "A namespace that refuses movers",
        """
        Movers read and write files of every owner and so run as root, which the Pod Security \
        level `restricted` refuses; for a repository in a directory of the node they mount it, \
        which `baseline` refuses, too.
        """
      )
    case .permissionMissing:
      (
        "A permission that runs need and you lack",
        "`oadp-plan rbac generate` writes the Roles that grant all of them, and no more."
      )
    case .clockSkew:
      (
        "Two clocks that do not agree",
        """
        Cuts are timed by the cluster and quiesces by this machine: some seconds apart, a cut \
        seems to lie outside of its quiesce, and consistency cannot be proven. A minute is the \
        unit of schedules: beyond it, points fill the wrong slots. Locks do not depend on clocks.
        """
      )
    case .storeUnusable:
      (
        "A store that cannot be used",
        "It cannot be reached, refuses the credentials, or does not list its objects."
      )
    case .storeUntrue:
      (
        "A store that does not do as it is told",
        """
        A small file is created, read again, looked for, created a second time and removed. A \
        store that shows something else than it was given loses recovery points sooner or later.
        """
      )
    case .staleLock:
      (
        "Locks that nobody holds any more",
        """
        Their process is dead, or has not renewed them for half an hour. Until they are removed, \
        nothing that needs the repository for itself can begin.
        """
      )
    case .secretMissing:
      (
        "A Secret or its key is not there",
        "Runs read it, and movers mount it, in the namespace of the repository's password."
      )
    case .namespaceMissing:
      (
        "A namespace is not there",
        "A plan protects it, restores into it, or keeps its movers and Secrets there."
      )
    case .cannotTell:
      (
        "Something that could not be looked at",
        """
        The account may not read it, or there was nothing to go by. That is no sign of health, \
        nor of the opposite.
        """
      )
    default: preconditionFailure("\(rawValue) has its text elsewhere")
    }
  }
}
