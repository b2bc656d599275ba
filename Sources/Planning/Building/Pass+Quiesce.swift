import ClusterModel
import ProtectionModel

extension GraphPass<ProtectionNodes> {
  /// A repository that cannot be reached is found out before anything is held for it.
  static let repositories = Self(name: "repositories") { nodes, draft in
    for copy in nodes.work.point?.copies ?? [] {
      let target = copy.repository
      let node =
        draft.repositories[target.name]
        ?? draft.add(
          "repository/\(target.name):ensure",
          .ensureRepository(EnsureRepository(repository: target)),
          timeout: NodeTimeout.repository, attempts: 3,
          slots: [SlotNames.repository(target.name)])
      draft.repositories[target.name] = node
      nodes.repositories[copy.name] = node
    }
  }

  /// Opens every hook, one after the other, up to the moment in which the application is held.
  static let quiesce = Self(name: "quiesce") { nodes, draft in
    guard let point = nodes.work.point else { return }
    var previous = nodes.repositories.values.sorted()
    for (number, hook) in point.hooks.enumerated() {
      let suffix = number == 0 ? "" : ".\(number + 1)"
      let opened =
        switch hook.quiesce {
        case .session(let session): open(session, hook, suffix, nodes, &draft)
        case .freeze(let freeze): begin(freeze, hook, point.key, suffix, nodes, &draft)
        }
      draft.connect(previous, to: opened.opening)
      previous = [opened.entered]
      nodes.hooks.append(opened)
    }
  }

  private static func target(_ hook: HookWork, _ plan: PlanKey) -> ExecutionTarget {
    .pod(namespace: plan.namespace, name: hook.pod, container: hook.container)
  }

  private static func open(
    _ session: HookSession, _ hook: HookWork, _ suffix: String, _ nodes: ProtectionNodes,
    _ draft: inout GraphDraft
  ) -> HookNodes {
    let name = "\(nodes.plan)/\(hook.blueprint)\(suffix)"
    let opening = draft.add(
      nodes.address("open\(suffix)"),
      .openSession(
        OpenSession(
          session: name, target: target(hook, nodes.plan), command: session.command,
          openMaxSeconds: session.maxOpen.wholeSeconds)),
      timeout: NodeTimeout.session)
    var result = HookNodes(hook: hook, opening: opening, entered: opening)
    var previous = opening
    var begun: [NodeID] = []
    for step in session.steps {
      let node = draft.add(
        nodes.address(step.name + suffix),
        .runSessionStep(
          RunSessionStep(
            session: name, step: step.name, send: step.send, expect: step.expect,
            capture: step.capture.map {
              RunSessionStep.Capture(
                artifact: $0.artifact, group: $0.group, isBase64: $0.decode == .base64)
            })),
        timeout: max(1, step.timeout.wholeSeconds))
      if step.isGuard {
        draft.connect(begun, to: node, as: .guard)
        result.guards.append(node)
      } else {
        begun.append(node)
        if result.guards.isEmpty { result.entered = node }
      }
      draft.connect(previous, to: node)
      if step.capture != nil { result.artifacts.append(node) }
      result.steps[step.name] = node
      result.members.append(node)
      previous = node
    }
    return result
  }

  private static func begin(
    _ freeze: FreezeThaw, _ hook: HookWork, _ key: RunKey, _ suffix: String,
    _ nodes: ProtectionNodes, _ draft: inout GraphDraft
  ) -> HookNodes {
    let deadman =
      freeze.deadman == .auto
      ? ExecuteCommand.Deadman(
        command: freeze.thaw.exec.exec, afterSeconds: hook.freezeSeconds,
        marker: marker(key, suffix))
      : nil
    let opening = draft.add(
      nodes.address("freeze\(suffix)"),
      .execute(
        ExecuteCommand(
          purpose: "freeze by \(hook.blueprint)", target: target(hook, nodes.plan),
          command: freeze.freeze.exec, deadman: deadman)),
      timeout: max(1, freeze.freeze.timeout.wholeSeconds))
    return HookNodes(hook: hook, opening: opening, entered: opening)
  }

  private static func marker(_ key: RunKey, _ suffix: String) -> String {
    "/tmp/.oadp-plan-\(key.hex)\(suffix)"
  }

  /// Closes every hook as soon as its cuts are taken, whatever became of them, and never waits for
  /// a copy.
  static let unquiesce = Self(name: "unquiesce") { nodes, draft in
    guard let point = nodes.work.point else { return }
    let cuts = nodes.allCuts
    for (number, hook) in nodes.hooks.enumerated().reversed() {
      let suffix = number == 0 ? "" : ".\(number + 1)"
      let closing: NodeID
      var outlivesRunner = true
      switch hook.hook.quiesce {
      case .session(let session):
        closing = draft.add(
          nodes.address("close\(suffix)"),
          .closeSession(
            CloseSession(session: "\(nodes.plan)/\(hook.hook.blueprint)\(suffix)")),
          timeout: NodeTimeout.session, attempts: 3)
        outlivesRunner = session.onLost == .runGuards
      case .freeze(let freeze):
        closing = draft.add(
          nodes.address("thaw\(suffix)"),
          .execute(thaw(freeze, hook.hook, marker(point.key, suffix), nodes.plan)),
          timeout: max(
            freeze.thaw.exec.timeout.wholeSeconds, freeze.thaw.retry?.total.wholeSeconds ?? 0, 1),
          attempts: 3)
      }
      draft.connect(hook.opening, to: closing, as: .guard)
      draft.connect(hook.members, to: closing)
      draft.connect(cuts, to: closing)
      nodes.hooks[number].closing = closing
      draft.add(
        Bracket(
          opening: hook.opening, members: (hook.members + cuts).sorted(), closing: closing,
          outlivesRunner: outlivesRunner))
    }
  }

  private static func thaw(
    _ freeze: FreezeThaw, _ hook: HookWork, _ marker: String, _ plan: PlanKey
  ) -> ExecuteCommand {
    ExecuteCommand(
      purpose: "thaw by \(hook.blueprint)", target: target(hook, plan),
      command: freeze.thaw.exec.exec, toleratedOutputs: freeze.thaw.tolerate,
      retrySeconds: freeze.thaw.retry.map { max(1, $0.every.wholeSeconds) },
      probe: freeze.thaw.probe?.exec, disarms: freeze.deadman == .auto ? marker : nil)
  }
}
