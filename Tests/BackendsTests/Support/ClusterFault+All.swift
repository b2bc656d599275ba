import ClusterModel
import Documents
import Planning
import Ports
import SimulatedCluster

@testable import Backends

extension ClusterFault {
  static let copy = MoverTests.copy()
  static let cut = SnapshotTests.cut
  static let claim = ObjectReference(.claim, namespace: "shop", name: "data")

  static func unprovisioned(
    _ message: String
  ) -> @Sendable (inout InMemoryCluster.Faults) -> Void {
    { faults in
      changing("PersistentVolumeClaim", ["status", "phase"], to: "Pending")(&faults)
      event(of: "PersistentVolumeClaim", "view", "ProvisioningFailed", message)(&faults)
    }
  }

  static let all: [ClusterFault] = [
    ClusterFault(
      name: "image cannot be pulled", action: copy,
      fate: .waits(reason: "ImagePullBackOff", message: #"Back-off pulling image "mover:1""#),
      text: """
        permanent: Image `mover:1` of Pod movers/copy-1-jw8v2 cannot be pulled: \
        ImagePullBackOff (waited for the copy of volume `data`)
        Job movers/copy-1: SuccessfulCreate: Created pod: copy-1-jw8v2
        PersistentVolumeClaim movers/view: Provisioning: External provisioner is \
        provisioning volume for claim "movers/view"
        PersistentVolumeClaim movers/view: ProvisioningSucceeded: Successfully provisioned \
        volume pvc-9b679c85-9acd-4aaf-a7cd-5f9ec8c694cc
        Back-off pulling image "mover:1"
        hint: correct the image (of movers: --mover-image), or the node's access to its \
        registry
        """),
    ClusterFault(
      name: "image has no name", action: copy,
      fate: .waits(reason: "InvalidImageName", message: "couldn't parse image reference"),
      text: """
        permanent: Image `mover:1` of Pod movers/copy-1-jw8v2 cannot be pulled: \
        InvalidImageName (waited for the copy of volume `data`)
        Job movers/copy-1: SuccessfulCreate: Created pod: copy-1-jw8v2
        PersistentVolumeClaim movers/view: Provisioning: External provisioner is \
        provisioning volume for claim "movers/view"
        PersistentVolumeClaim movers/view: ProvisioningSucceeded: Successfully provisioned \
        volume pvc-9b679c85-9acd-4aaf-a7cd-5f9ec8c694cc
        couldn't parse image reference
        hint: correct the image (of movers: --mover-image), or the node's access to its \
        registry
        """),
    ClusterFault(
      name: "container cannot be configured", action: copy,
      fate: .waits(
        reason: "CreateContainerConfigError",
        message: "couldn't find key password in Secret movers/gold"),
      text: """
        permanent: A container of Pod movers/copy-1-jw8v2 cannot be made: couldn't find key \
        password in Secret movers/gold (waited for the copy of volume `data`)
        Job movers/copy-1: SuccessfulCreate: Created pod: copy-1-jw8v2
        PersistentVolumeClaim movers/view: Provisioning: External provisioner is \
        provisioning volume for claim "movers/view"
        PersistentVolumeClaim movers/view: ProvisioningSucceeded: Successfully provisioned \
        volume pvc-9b679c85-9acd-4aaf-a7cd-5f9ec8c694cc
        hint: make what the message names, in namespace `movers`
        """),
    ClusterFault(
      name: "Secret is missing", action: copy,
      faults: { faults in
        faults.reading = { object in
          guard object["kind"] == "Pod" else { return object }
          var object = object
          object.set(["metadata", "name"], to: "copy-1-x")
          return object
        }
        event(
          of: "Pod", "copy-1-x", "FailedMount",
          #"MountVolume.SetUp failed for volume "password" : secret "gold" not found"#)(&faults)
      },
      fate: .waits(reason: "ContainerCreating", message: ""),
      text: """
        permanent: A volume of Pod movers/copy-1-x cannot be mounted: MountVolume.SetUp \
        failed for volume "password" : secret "gold" not found (waited for the copy of \
        volume `data`)
        Pod movers/copy-1-x: FailedMount: MountVolume.SetUp failed for volume "password" : \
        secret "gold" not found
        hint: make what the message names, in namespace `movers`
        """),
    ClusterFault(
      name: "ServiceAccount is missing", action: copy,
      faults: event(
        of: "Job", "copy-1", "FailedCreate",
        #"Error creating: pods "copy-1-" is forbidden: error looking up service account "#
          + #"movers/mover: serviceaccount "mover" not found"#),
      text: """
        permanent: Job movers/copy-1 can make no pod: Error creating: pods "copy-1-" is \
        forbidden: error looking up service account movers/mover: serviceaccount "mover" \
        not found (waited for the copy of volume `data`)
        Job movers/copy-1: FailedCreate: Error creating: pods "copy-1-" is forbidden: error \
        looking up service account movers/mover: serviceaccount "mover" not found
        hint: make what the message names, in namespace `movers`
        """),
    ClusterFault(
      name: "pods exceed a quota", action: copy,
      faults: event(
        of: "Job", "copy-1", "FailedCreate",
        #"Error creating: pods "copy-1-x" is forbidden: exceeded quota: compute, requested: "#
          + "pods=1, used: pods=10, limited: pods=10"),
      text: """
        transient: Job movers/copy-1 can make no pod: Error creating: pods "copy-1-x" is \
        forbidden: exceeded quota: compute, requested: pods=1, used: pods=10, limited: \
        pods=10 (waited for the copy of volume `data`)
        Job movers/copy-1: FailedCreate: Error creating: pods "copy-1-x" is forbidden: \
        exceeded quota: compute, requested: pods=1, used: pods=10, limited: pods=10
        hint: raise the quota of the namespace, or free some of it
        """),
    ClusterFault(
      name: "Job exceeds a quota", action: copy,
      faults: { faults in
        faults.refusal = { object in
          object["kind"] == "Job"
            ? ClusterError(
              .forbidden,
              #"jobs.batch "copy-1" is forbidden: exceeded quota: objects, requested: "#
                + "count/jobs.batch=1, used: count/jobs.batch=5, limited: count/jobs.batch=5")
            : nil
        }
      },
      text: """
        transient: Job movers/copy-1 may not be made: jobs.batch "copy-1" is forbidden: \
        exceeded quota: objects, requested: count/jobs.batch=1, used: count/jobs.batch=5, \
        limited: count/jobs.batch=5
        hint: raise the quota of the namespace, or free some of it
        """),
    ClusterFault(
      name: "runner may not make Jobs", action: copy,
      faults: { faults in
        faults.refusal = { object in
          object["kind"] == "Job"
            ? ClusterError(
              .forbidden,
              #"jobs.batch is forbidden: User "runner" cannot create resource "jobs" in API group "#
                + #""batch" in the namespace "movers""#) : nil
        }
      },
      text: """
        permanent: Job movers/copy-1 may not be made: jobs.batch is forbidden: User \
        "runner" cannot create resource "jobs" in API group "batch" in the namespace \
        "movers"
        hint: let the runner create jobs in that namespace
        """),
    ClusterFault(
      name: "pod finds no node", action: copy,
      faults: changing(
        "Pod", ["status", "conditions"],
        to: [
          [
            "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
            "message": "0/3 nodes are available: 3 Insufficient cpu.",
          ]
        ]),
      text: """
        transient: Pod movers/copy-1-jw8v2 finds no node: 0/3 nodes are available: 3 \
        Insufficient cpu. (waited for the copy of volume `data`)
        Job movers/copy-1: SuccessfulCreate: Created pod: copy-1-jw8v2
        PersistentVolumeClaim movers/view: Provisioning: External provisioner is \
        provisioning volume for claim "movers/view"
        PersistentVolumeClaim movers/view: ProvisioningSucceeded: Successfully provisioned \
        volume pvc-9b679c85-9acd-4aaf-a7cd-5f9ec8c694cc
        hint: free or add what the scheduler misses
        """),
    ClusterFault(
      name: "mover is out of memory", action: copy, faults: terminated("OOMKilled"),
      fate: .ends(after: .seconds(2), exitCode: 137),
      text: """
        permanent: Pod movers/copy-1-jw8v2 was killed because it ran out of memory (waited \
        for the copy of volume `data`)
        Job movers/copy-1: SuccessfulCreate: Created pod: copy-1-jw8v2
        PersistentVolumeClaim movers/view: Provisioning: External provisioner is \
        provisioning volume for claim "movers/view"
        PersistentVolumeClaim movers/view: ProvisioningSucceeded: Successfully provisioned \
        volume pvc-9b679c85-9acd-4aaf-a7cd-5f9ec8c694cc
        hint: raise the memory limit that namespace `movers` sets for pods
        """),
    ClusterFault(
      name: "node is lost", action: copy,
      faults: changing("Pod", ["status", "reason"], to: "NodeLost"),
      text: """
        transient: Node `sandbox-node` of Pod movers/copy-1-jw8v2 was lost (waited for the \
        copy of volume `data`)
        Job movers/copy-1: SuccessfulCreate: Created pod: copy-1-jw8v2
        PersistentVolumeClaim movers/view: Provisioning: External provisioner is \
        provisioning volume for claim "movers/view"
        PersistentVolumeClaim movers/view: ProvisioningSucceeded: Successfully provisioned \
        volume pvc-9b679c85-9acd-4aaf-a7cd-5f9ec8c694cc
        hint: look at the node; the next try runs where the scheduler finds room
        """),
    ClusterFault(
      name: "mover fails", action: copy, fate: .ends(after: .seconds(2), exitCode: 1),
      log: "Fatal: unable to open repository at /srv/gold\n",
      text: """
        transient: The mover failed that was to bring the copy of volume `data`
        Fatal: unable to open repository at /srv/gold
        Job movers/copy-1: BackoffLimitExceeded: Job has reached the specified backoff limit
        hint: look at the mover's log and at its repository
        """),
    ClusterFault(
      name: "mover hangs", action: copy,
      log: #"{"message_type":"status","bytes_done":4096,"total_bytes":8192}"#,
      text: """
        transient: No progress for 600 s (waited for the copy of volume `data`)
        {"message_type":"status","bytes_done":4096,"total_bytes":8192}
        Job movers/copy-1: SuccessfulCreate: Created pod: copy-1-jw8v2
        PersistentVolumeClaim movers/view: Provisioning: External provisioner is \
        provisioning volume for claim "movers/view"
        PersistentVolumeClaim movers/view: ProvisioningSucceeded: Successfully provisioned \
        volume pvc-9b679c85-9acd-4aaf-a7cd-5f9ec8c694cc
        hint: look at the mover's log and at its repository
        """),
    ClusterFault(
      name: "storage class is missing", action: copy,
      faults: unprovisioned(#"storageclass.storage.k8s.io "fast" not found"#),
      fate: .waits(reason: "ContainerCreating", message: ""),
      text: """
        permanent: PersistentVolumeClaim movers/view names a storage class that is not \
        there: storageclass.storage.k8s.io "fast" not found (waited for the copy of volume \
        `data`)
        PersistentVolumeClaim movers/view: ProvisioningFailed: storageclass.storage.k8s.io \
        "fast" not found
        hint: make the class, or map it to another one
        """),
    ClusterFault(
      name: "claim is refused for good", action: copy,
      faults: unprovisioned(
        "failed to provision volume: rpc error: code = InvalidArgument desc = volume mode Block is "
          + "not supported"),
      fate: .waits(reason: "ContainerCreating", message: ""),
      text: """
        permanent: PersistentVolumeClaim movers/view gets no volume: failed to provision \
        volume: rpc error: code = InvalidArgument desc = volume mode Block is not supported \
        (waited for the copy of volume `data`)
        PersistentVolumeClaim movers/view: ProvisioningFailed: failed to provision volume: \
        rpc error: code = InvalidArgument desc = volume mode Block is not supported
        hint: mend what the driver says; it is not asked again before
        """),
    ClusterFault(
      name: "claim never comes",
      action: .bindVolume(
        BindVolume(
          staged: ObjectReference(.claim, namespace: "movers", name: "stage"), jobNames: [],
          target: claim, storageClass: nil, accessModes: ["ReadWriteOnce"],
          volumeMode: "Filesystem", bytes: 1 << 20, labels: [:], annotations: [:])),
      text: """
        transient: No progress for 300 s (waited for PersistentVolumeClaim movers/stage to \
        be bound)
        hint: ask the provisioner of its storage class why
        """),
    ClusterFault(
      name: "snapshot class is missing",
      action: .cutVolume(
        CutVolume(
          volume: "data", claim: claim, snapshotName: "cut-1", snapshotClass: "absent")),
      text: """
        permanent: VolumeSnapshot shop/cut-1 names a snapshot class that is not there: \
        Failed to create snapshot content with error failed to get input parameters to \
        create snapshot cut-1: "failed to get snapshot class absent: volumesnapshotclass \
        \\"absent\\" not found" (waited for the cut of volume `data` (VolumeSnapshot \
        shop/cut-1))
        VolumeSnapshot shop/cut-1 has the error: Failed to create snapshot content with \
        error failed to get input parameters to create snapshot cut-1: "failed to get \
        snapshot class absent: volumesnapshotclass \\"absent\\" not found"
        VolumeSnapshot shop/cut-1: SnapshotContentCreationFailed: Failed to create snapshot \
        content with error failed to get input parameters to create snapshot cut-1: "failed \
        to get snapshot class absent: volumesnapshotclass \\"absent\\" not found"
        hint: make the class, or name another one in the policy
        """),
    ClusterFault(
      name: "driver has too many snapshots", action: cut,
      faults: { faults in
        faults.storage = { effect in
          guard case .cutSnapshot = effect else { return .done(bytes: nil) }
          return .failed(
            message: "rpc error: code = ResourceExhausted desc = maximum number of snapshots "
              + "reached", isFinal: false)
        }
      },
      text: """
        permanent: VolumeSnapshot shop/cut-1 is refused: Failed to check and update \
        snapshot content: failed to take snapshot of the volume \
        pvc-e4d93032-2137-4073-a9a6-100461edd57a: "rpc error: code = ResourceExhausted desc \
        = maximum number of snapshots reached" (waited for the cut of volume `data` \
        (VolumeSnapshot shop/cut-1))
        VolumeSnapshot shop/cut-1 has the error: Failed to check and update snapshot \
        content: failed to take snapshot of the volume \
        pvc-e4d93032-2137-4073-a9a6-100461edd57a: "rpc error: code = ResourceExhausted desc \
        = maximum number of snapshots reached"
        VolumeSnapshotContent snapcontent-b86c9a98-359e-4b62-87a9-dc6739325fac has the \
        error: Failed to check and update snapshot content: failed to take snapshot of the \
        volume pvc-e4d93032-2137-4073-a9a6-100461edd57a: "rpc error: code = \
        ResourceExhausted desc = maximum number of snapshots reached"
        VolumeSnapshot shop/cut-1: CreatingSnapshot: Waiting for a snapshot shop/cut-1 to \
        be created by the CSI driver.
        hint: mend what the driver says, and apply again
        """),
    ClusterFault(
      name: "driver never answers", action: cut,
      faults: { faults in
        faults.storage = { effect in
          if case .cutSnapshot = effect { nil } else { .done(bytes: nil) }
        }
      },
      text: """
        transient: No progress for 600 s (waited for the cut of volume `data` \
        (VolumeSnapshot shop/cut-1))
        VolumeSnapshot shop/cut-1: CreatingSnapshot: Waiting for a snapshot shop/cut-1 to \
        be created by the CSI driver.
        hint: ask the snapshotter of the CSI driver why
        """),
    ClusterFault(
      name: "driver is out of order for a while", action: cut,
      faults: { faults in
        faults.storage = { effect in
          guard case .cutSnapshot = effect else { return .done(bytes: nil) }
          return .failed(
            message: "rpc error: code = Unavailable desc = no route to host", isFinal: false)
        }
      },
      text: """
        transient: No progress for 600 s (waited for the cut of volume `data` \
        (VolumeSnapshot shop/cut-1))
        VolumeSnapshot shop/cut-1 has the error: Failed to check and update snapshot \
        content: failed to take snapshot of the volume \
        pvc-e4d93032-2137-4073-a9a6-100461edd57a: "rpc error: code = Unavailable desc = no \
        route to host"
        VolumeSnapshotContent snapcontent-b86c9a98-359e-4b62-87a9-dc6739325fac has the \
        error: Failed to check and update snapshot content: failed to take snapshot of the \
        volume pvc-e4d93032-2137-4073-a9a6-100461edd57a: "rpc error: code = Unavailable \
        desc = no route to host"
        VolumeSnapshot shop/cut-1: CreatingSnapshot: Waiting for a snapshot shop/cut-1 to \
        be created by the CSI driver.
        hint: ask the snapshotter of the CSI driver why
        """),
  ]
}
