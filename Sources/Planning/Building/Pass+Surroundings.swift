import ClusterModel

extension GraphPass<RestoreNodes> {
  /// What the target would refuse is told before anything of it is changed.
  static let checks = Self(name: "checks") { nodes, draft in
    let objects = nodes.work.earlyObjects + nodes.work.lateObjects
    guard !objects.isEmpty else { return }
    nodes.foundation = draft.add(
      nodes.address("objects.check"),
      .checkObjects(CheckObjects(restore: nodes.restored(objects))),
      timeout: NodeTimeout.objects, attempts: 3, slots: [nodes.repositorySlot],
      preconditions: nodes.namespacePreconditions)
  }

  static let pauses = Self(name: "pauses") { nodes, draft in
    guard !nodes.work.pauses.isEmpty else { return }
    let node = draft.add(
      nodes.address("gitops.pause"),
      .pauseGitOps(PauseGitOps(key: nodes.work.key.hex, keepers: nodes.work.pauses)),
      timeout: NodeTimeout.gitOps, attempts: 5)
    if let foundation = nodes.foundation { draft.connect(foundation, to: node) }
    nodes.foundation = node
    nodes.pause = node
  }

  /// Comes last, and waits for every node of the plan: one that is skipped is settled while others
  /// are still at work. Each of them rests on the pause itself: a runner that takes over pauses
  /// again, and nothing goes on before.
  static let resumes = Self(name: "resumes") { nodes, draft in
    guard let pause = nodes.pause else { return }
    let node = draft.add(
      nodes.address("gitops.resume"),
      .resumeGitOps(ResumeGitOps(key: nodes.work.key.hex, keepers: nodes.work.pauses)),
      timeout: NodeTimeout.gitOps, attempts: 10)
    draft.connect(pause, to: node, as: .guard)
    for id in (pause.rawValue + 1)..<node.rawValue {
      draft.connect(NodeID(id), to: node)
      if draft.graph.nodes[id].action.operation != .retractStage {
        draft.connect(pause, to: NodeID(id))
      }
    }
  }
}
