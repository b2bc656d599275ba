import Diagnostics
import Documents

extension RuleContext {
  mutating func check(_ blueprint: HookBlueprint) {
    checkTemplates(of: blueprint)
    checkDefaults(of: blueprint)
    switch blueprint.quiesce {
    case .freeze(let freeze): check(freeze, of: blueprint)
    case .session(let session): check(session, of: blueprint)
    case nil:
      if !blueprint.cuts.isEmpty {
        report(
          .impossibleCutOrder, "Cuts refer to the steps of a session, and there is none",
          in: blueprint, at: ["spec", "cuts"])
      }
    }
    let artifacts = blueprint.artifacts
    for (index, action) in blueprint.restore.enumerated() {
      resolve(
        action.artifact, among: artifacts, called: "captured artifact", in: blueprint,
        at: ["spec", "restore", .index(index), "writeArtifact", "artifact"], code: .unknownStep)
    }
  }

  private mutating func check(_ freeze: FreezeThaw, of blueprint: HookBlueprint) {
    for (hook, field) in [(freeze.freeze, "freeze"), (freeze.thaw.exec, "thaw")] {
      checkOneShot(hook.exec, in: blueprint, at: ["spec", .key(field)])
    }
    if let cap = plans.project?.guardrails.maxFreeze, let longest = freeze.maxFreeze,
      longest > cap
    {
      report(
        .freezeAboveCap,
        "`maxFreeze` \(longest.planText) is above the project's cap of \(cap.planText)",
        in: blueprint, at: ["spec", "maxFreeze"],
        hint: "lower it, or raise `guardrails.maxFreeze` of the project")
    }
    if !freeze.thaw.isIdempotent, freeze.thaw.probe == nil {
      report(
        .thawNotRepeatable, "The thaw is neither `idempotent` nor probed", in: blueprint,
        at: ["spec", "thaw"], label: "may be delivered twice",
        hint: "add `idempotent: true` if a second thaw does no harm, else a `probe`")
    }
    if !blueprint.cuts.isEmpty {
      report(
        .impossibleCutOrder, "Cuts refer to the steps of a session, and there is none",
        in: blueprint, at: ["spec", "cuts"], hint: "remove `cuts`: all volumes are cut while frozen"
      )
    }
  }

  private mutating func check(_ session: HookSession, of blueprint: HookBlueprint) {
    if !session.steps.contains(where: \.isGuard) {
      report(
        .freezeWithoutThaw, "The session begins something and no step is a guard",
        in: blueprint, at: ["spec", "session", "steps"],
        hint: "add `guard: true` to the step that ends what the first one begins")
    }
    for (index, step) in session.steps.enumerated() where step.capture != nil && step.expect == nil
    {
      report(
        .missingField, "Step `\(step.name)` captures without `expect`", in: blueprint,
        at: ["spec", "session", "steps", .index(index), "capture"],
        hint: "add `expect:` with a parenthesis around what is captured")
    }
    var cutBy: [String: Int] = [:]
    for (index, cut) in blueprint.cuts.enumerated() {
      check(cut, at: ["spec", "cuts", .index(index)], session: session, of: blueprint)
      for volume in cut.volumes {
        if let first = cutBy[volume] {
          report(
            .impossibleCutOrder, "Volume `\(volume)` is cut twice", in: blueprint,
            at: ["spec", "cuts", .index(index), "volumes"],
            notes: [
              Diagnostic.Note(
                "First cut here",
                at: span(in: blueprint, at: ["spec", "cuts", .index(first), "volumes"]))
            ])
        } else {
          cutBy[volume] = index
        }
      }
    }
  }

  private mutating func check(
    _ cut: CutRule, at path: DocumentPath, session: HookSession, of blueprint: HookBlueprint
  ) {
    let names = session.steps.map(\.name)
    switch cut.moment {
    case .after(let step): resolveStep(step, names, in: blueprint, at: path + ["after"])
    case .before(let step): resolveStep(step, names, in: blueprint, at: path + ["before"])
    case .between(let first, let second):
      resolveStep(first, names, in: blueprint, at: path + ["between", 0])
      resolveStep(second, names, in: blueprint, at: path + ["between", 1])
      guard let from = names.firstIndex(of: first), let to = names.firstIndex(of: second),
        from >= to
      else { return }
      report(
        .impossibleCutOrder, "Step `\(first)` does not come before `\(second)`", in: blueprint,
        at: path + ["between"], hint: "name the two steps in the order in which they run")
    }
  }

  private mutating func resolveStep(
    _ name: String, _ names: [String], in blueprint: HookBlueprint, at path: DocumentPath
  ) {
    resolve(name, among: names, called: "step", in: blueprint, at: path, code: .unknownStep)
  }

  /// A command that opens or closes a backup mode which lives in a session, in a command that
  /// ends at once.
  mutating func checkOneShot<Object: DeclaredObject>(
    _ command: [String], in object: Object, at path: DocumentPath
  ) {
    let text = command.joined(separator: " ").lowercased()
    let postgres = ["pg_backup_start", "pg_backup_stop", "pg_start_backup", "pg_stop_backup"]
    if postgres.contains(where: text.contains) {
      report(
        .oneShotSession, "One-shot hooks cannot hold PostgreSQL backup mode", in: object, at: path,
        label: "the session ends with this exec, so backup mode ends too (PostgreSQL ≥ 15)",
        hint: "use a session hook: `hooks: [{use: {name: postgres-hot}}]`")
    } else if text.contains("flush tables with read lock") {
      report(
        .oneShotSession, "One-shot hooks cannot hold a read lock of MySQL", in: object, at: path,
        label: "the session ends with this exec, and the lock with it",
        hint: "use a session hook that keeps the connection open")
    }
  }
}

extension HookBlueprint {
  /// What the session's steps capture.
  var artifacts: [String] {
    guard case .session(let session) = quiesce else { return [] }
    return session.steps.compactMap(\.capture?.artifact)
  }

  /// The volumes of a plan that the blueprint names.
  var volumeNames: [String] { cuts.flatMap(\.volumes) + restore.map(\.volume) }
}
