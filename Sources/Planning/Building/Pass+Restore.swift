import ClusterModel
import ProtectionModel

extension GraphPass<RestoreNodes> {
  static let namespace = Self(name: "namespace") { nodes, draft in
    let name = nodes.work.targetNamespace
    nodes.namespace = draft.add(
      nodes.address("namespace"), .ensureNamespace(EnsureNamespace(name: name)),
      timeout: NodeTimeout.namespace, attempts: 3, preconditions: nodes.namespacePreconditions)
    if let foundation = nodes.foundation, let namespace = nodes.namespace {
      draft.connect(foundation, to: namespace)
    }
  }

  /// What workloads refer to, and what needs no volume.
  static let earlyObjects = Self(name: "early objects") { nodes, draft in
    guard !nodes.work.earlyObjects.isEmpty else { return }
    let node = draft.add(
      nodes.address("objects.early"), .restoreObjects(nodes.restored(nodes.work.earlyObjects)),
      timeout: NodeTimeout.objects, attempts: 3, slots: [nodes.repositorySlot])
    if let namespace = nodes.namespace { draft.connect(namespace, to: node) }
    nodes.earlyObjects = node
  }

  /// Makes each volume where only movers see it, and fills it there.
  static let stages = Self(name: "stages") { nodes, draft in
    for volume in nodes.work.volumes {
      let staged = nodes.staged(volume)
      let stage = draft.add(
        nodes.address(volume.name, "stage"),
        .stageVolume(
          StageVolume(
            volume: volume.name, claim: staged, storageClass: volume.storageClass,
            accessModes: volume.accessModes, volumeMode: volume.volumeMode, bytes: volume.bytes)),
        timeout: NodeTimeout.stage, attempts: 3, slots: nodes.slots(of: volume),
        preconditions: [Precondition(nodes.target(volume), uid: nil)])
      if let foundation = nodes.foundation { draft.connect(foundation, to: stage) }
      let fill = draft.add(
        nodes.address(volume.name, "fill"),
        .fillVolume(
          FillVolume(
            volume: volume.name, claim: staged, volumeMode: volume.volumeMode,
            jobName: staged.name, repository: nodes.work.repository,
            snapshotID: volume.snapshotID)),
        timeout: NodeTimeout.copy, attempts: 3,
        slots: nodes.slots(of: volume, SlotNames.mover, nodes.repositorySlot))
      draft.connect(stage, to: fill)
      nodes.stages[volume.name] = stage
      nodes.filled[volume.name] = fill
      nodes.movers[volume.name] = [fill]
      nodes.jobs[volume.name] = [staged.name]
    }
  }

  /// Writes what the application needs beside its data, one after the other.
  static let artifacts = Self(name: "artifacts") { nodes, draft in
    for volume in nodes.work.volumes {
      for artifact in volume.artifacts {
        let job = nodes.work.key.name("\(volume.name)-\(artifact.name)")
        let node = draft.add(
          nodes.address(volume.name, "artifact.\(artifact.name)"),
          .writeArtifact(
            WriteArtifact(
              artifact: artifact.artifact, claim: nodes.staged(volume), jobName: job,
              repository: nodes.work.repository, manifestID: nodes.work.manifestID,
              path: artifact.path)),
          timeout: NodeTimeout.artifact, attempts: 3,
          slots: nodes.slots(of: volume, SlotNames.mover, nodes.repositorySlot))
        if let filled = nodes.filled[volume.name] { draft.connect(filled, to: node) }
        nodes.filled[volume.name] = node
        nodes.movers[volume.name, default: []].append(node)
        nodes.jobs[volume.name, default: []].append(job)
      }
    }
  }

  /// Moves each finished volume to its final claim, and clears away what did not get there.
  static let bindings = Self(name: "bindings") { nodes, draft in
    for volume in nodes.work.volumes {
      let staged = nodes.staged(volume)
      let bind = draft.add(
        nodes.address(volume.name, "bind"),
        .bindVolume(
          BindVolume(
            staged: staged, jobNames: nodes.jobs[volume.name] ?? [], target: nodes.target(volume),
            storageClass: volume.storageClass,
            accessModes: volume.accessModes, volumeMode: volume.volumeMode, bytes: volume.bytes,
            labels: [:],
            annotations: [RestoreMark.annotation: nodes.work.mark.description])),
        timeout: NodeTimeout.bind, attempts: 3)
      if let filled = nodes.filled[volume.name] { draft.connect(filled, to: bind) }
      if let namespace = nodes.namespace { draft.connect(namespace, to: bind) }
      let retract = draft.add(
        nodes.address(volume.name, "retract"),
        .retractStage(
          RetractStage(claim: staged, jobNames: nodes.jobs[volume.name] ?? [])),
        timeout: NodeTimeout.retract, attempts: 5)
      if let stage = nodes.stages[volume.name] { draft.connect(stage, to: retract, as: .guard) }
      draft.connect(bind, to: retract)
      // Not by way of the binding alone: that is skipped at once where anything else failed, while
      // a mover may still be at work on the stage.
      draft.connect(nodes.movers[volume.name] ?? [], to: retract)
      nodes.bindings.append(bind)
    }
  }

  /// Makes what runs on the volumes, now that all of them are there.
  static let lateObjects = Self(name: "late objects") { nodes, draft in
    guard !nodes.work.lateObjects.isEmpty else { return }
    let node = draft.add(
      nodes.address("objects"), .restoreObjects(nodes.restored(nodes.work.lateObjects)),
      timeout: NodeTimeout.objects, attempts: 3, slots: [nodes.repositorySlot])
    draft.connect(nodes.bindings, to: node)
    if let early = nodes.earlyObjects { draft.connect(early, to: node) }
    if let namespace = nodes.namespace { draft.connect(namespace, to: node) }
    nodes.lateObjects = node
  }

  static let workloads = Self(name: "workloads") { nodes, draft in
    for workload in nodes.work.workloads {
      let node = draft.add(
        nodes.address("await.\(workload.name)"),
        .awaitWorkload(AwaitWorkload(workload: workload)), timeout: NodeTimeout.workload)
      draft.connect(nodes.bindings, to: node)
      if let objects = nodes.lateObjects { draft.connect(objects, to: node) }
      nodes.workloads.append(node)
    }
  }

  /// Hooks, then checks, one after the other. Their clocks start here: every workload is ready on
  /// its final volumes, however long the data took.
  static let hooks = Self(name: "hooks") { nodes, draft in
    var previous = nodes.workloads
    if previous.isEmpty {
      previous = nodes.bindings + [nodes.lateObjects, nodes.earlyObjects].compactMap { $0 }
    }
    if previous.isEmpty { previous = [nodes.namespace].compactMap { $0 } }
    func add(_ address: String, _ command: ExecuteCommand, _ timeout: Duration) {
      let node = draft.add(
        nodes.address(address), .execute(command), timeout: max(1, timeout.wholeSeconds))
      draft.connect(previous, to: node)
      previous = [node]
    }
    for hook in nodes.work.hooks {
      add(
        "hook.\(hook.name)",
        ExecuteCommand(
          purpose: "hook \(hook.name)",
          target: hook.target.execution(in: nodes.work.targetNamespace), command: hook.command),
        hook.timeout)
    }
    for check in nodes.work.checks {
      add(
        "check.\(check.name)",
        ExecuteCommand(
          purpose: "check \(check.name)",
          target: check.target.execution(in: nodes.work.targetNamespace), command: check.command,
          expectedOutput: check.expect),
        check.timeout)
    }
  }
}

extension ExecTarget {
  func execution(in namespace: String) -> ExecutionTarget {
    func workload(_ type: ResourceType) -> ExecutionTarget {
      .workload(ObjectReference(type, namespace: namespace, name: name), container: container)
    }
    switch kind {
    case .pod: return .pod(namespace: namespace, name: name, container: container)
    case .statefulSet: return workload(.statefulSet)
    case .deployment: return workload(.deployment)
    case .daemonSet: return workload(.daemonSet)
    }
  }
}
