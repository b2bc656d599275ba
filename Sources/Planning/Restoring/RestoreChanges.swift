import ClusterModel
import Documents
import ProtectionModel

/// What a restore does, as a diff shows it.
struct RestoreChanges {
  let plan: RestorePlan
  let work: RestoreWork
  let point: RecoveryPoint

  var all: [Change] { pauses + namespace + volumes + artifacts + objects + hooks + checks }

  private func change(
    _ address: String, _ action: Change.Action, _ subject: Change.Subject, _ title: String,
    _ facts: [String], count: Int = 1, after: JSONValue? = nil, unknown: [String] = []
  ) -> Change {
    Change(
      address: address, plan: work.plan, action: action, subject: subject, count: count,
      reason: .requested, source: SourcePlace(plan.source), title: title, facts: facts,
      after: after, unknown: unknown)
  }

  private var pauses: [Change] {
    work.pauses.map { keeper in
      change(
        "\(work.plan):gitops.\(keeper.namespace ?? "").\(keeper.name)", .update, .gitOps,
        "pause \(keeper.keeperText)", ["until the restore has ended, then resumed as it was"])
    }
  }

  private var namespace: [Change] {
    guard work.namespaceUID == nil else { return [] }
    return [
      change(
        "\(work.plan):namespace", .create, .namespace, "namespace \(work.targetNamespace)", [])
    ]
  }

  private var volumes: [Change] {
    work.volumes.map { volume in
      let captured = point.volumes.first { $0.name == volume.name }
      var facts = [HumanText.bytes(volume.bytes), volume.storageClass ?? "default class"]
      if let was = captured?.storageClass, was != volume.storageClass {
        facts[1] += " (was \(was))"
      }
      if let bytes = captured?.bytesProcessed {
        facts.append("read \(HumanText.bytes(bytes)) from \(work.repository.name)")
      }
      return change(
        "\(work.plan)/\(volume.name)", .create, .volume, "claim \(volume.claim)", facts,
        after: [
          "claim": .string(volume.claim), "bytes": .integer(volume.bytes),
          "storageClass": volume.storageClass.map { .string($0) } ?? .null,
          "accessModes": .array(volume.accessModes.map { .string($0) }),
          "snapshotID": .string(volume.snapshotID),
        ], unknown: ["volumeName"])
    }
  }

  private var artifacts: [Change] {
    work.volumes.flatMap { volume in
      volume.artifacts.map { artifact in
        change(
          "\(work.plan)/\(volume.name):\(artifact.name)", .run, .artifact,
          "write \(artifact.artifact)", ["into \(volume.name)/\(artifact.path) before start"])
      }
    }
  }

  private var objects: [Change] {
    let all = work.earlyObjects + work.lateObjects
    guard !all.isEmpty else { return [] }
    let kinds = Dictionary(grouping: all, by: \.kind).mapValues(\.count).sorted { $0.key < $1.key }
    let text = kinds.map { kind, count in count == 1 ? kind : "\(count) \(kind)" }
    return [
      change(
        "\(work.plan):objects", .create, .objects, HumanText.count(all.count, "object"),
        [text.joined(separator: ", "), "existing: \(work.existing)", "checked first"],
        count: all.count,
        after: .array(all.map { .string("\($0.kind)/\($0.name)") }))
    ]
  }

  private var hooks: [Change] {
    work.hooks.map { hook in
      change(
        "\(work.plan):hook.\(hook.name)", .run, .hook, "hook \(hook.name)",
        [hook.target.text, hook.command.joined(separator: " ")])
    }
  }

  private var checks: [Change] {
    work.checks.map { check in
      change(
        "\(work.plan):check.\(check.name)", .run, .check, "check \(check.name)",
        [check.target.text, check.command.joined(separator: " ")]
          + (check.expect.map { ["expects \($0)"] } ?? []))
    }
  }
}

extension ExecTarget {
  fileprivate var text: String { "\(kind.rawValue)/\(name)" }
}
