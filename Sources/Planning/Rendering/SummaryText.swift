/// The last lines of a diff.
public struct SummaryText: Sendable {
  let report: ChangeReport

  public init(_ report: ChangeReport) { self.report = report }

  /// `Plan: 1 point to create; 1 volume uncovered.`, or that there is nothing to do.
  public var lines: [String] {
    guard !report.changes.isEmpty else { return [nothingToDo] }
    let uncovered =
      report.summary.uncovered == 0
      ? "" : "; \(HumanText.count(report.summary.uncovered, "volume")) uncovered"
    let failed =
      report.summary.failed == 0
      ? "" : "; \(HumanText.count(report.summary.failed, "plan")) with errors"
    return ["Plan: \(parts.joined(separator: ", "))\(uncovered)\(failed)."] + cost
  }

  private var created: [Change.Subject: Int] {
    var counts: [Change.Subject: Int] = [:]
    // By index: a change is large, and copying it costs more than counting it.
    for index in report.changes.indices where report.changes[index].action == .create {
      counts[report.changes[index].subject, default: 0] += report.changes[index].count
    }
    return counts
  }

  private var parts: [String] {
    let counts = created
    let words: [(Change.Subject, String)] = [
      (.namespace, "namespace"), (.point, "point"), (.volume, "volume"), (.objects, "object"),
    ]
    let creations = words.compactMap { subject, word in
      counts[subject].map { HumanText.count($0, word) }
    }
    var parts = creations.isEmpty ? [] : [HumanText.list(creations) + " to create"]
    let summary = report.summary
    if summary.delete > 0 { parts.append("\(HumanText.count(summary.delete, "point")) to expire") }
    let pauses = report.changes.indices.count { report.changes[$0].subject == .gitOps }
    if summary.update > pauses {
      parts.append("\(HumanText.count(summary.update - pauses, "copy", "copies")) to change")
    }
    if pauses > 0 {
      parts.append("\(HumanText.count(pauses, "GitOps object")) to pause meanwhile")
    }
    if summary.run > 0 {
      parts.append(
        HumanText.count(summary.run, "hook or check", "hooks and checks") + " to run")
    }
    if summary.blocked > 0 { parts.append("\(summary.blocked) blocked") }
    return parts
  }

  private var cost: [String] {
    let estimate = report.summary.estimate
    guard estimate.bytesMax > 0 else { return [] }
    let freeze =
      estimate.freezeSecondsMax == 0
      ? "" : ", no freeze longer than \(HumanText.age(seconds: estimate.freezeSecondsMax))"
    return ["Cost: at most \(HumanText.bytes(estimate.bytesMax)) to read\(freeze)."]
  }

  private var nothingToDo: String {
    if report.summary.failed > 0 {
      return
        "No changes were planned: \(HumanText.count(report.summary.failed, "plan")) with errors."
    }
    let protections = report.plans.filter { $0.kind == "ProtectionPlan" }
    guard !protections.isEmpty else {
      return report.plans.isEmpty ? "No changes. No plan was looked at." : "No changes."
    }
    let volumes = protections.reduce(0) { $0 + $1.volumes }
    let subject =
      "\(HumanText.count(protections.count, "plan")) "
      + (protections.count == 1 ? "protects" : "protect") + " \(HumanText.count(volumes, "volume"))"
    let left = protections.compactMap { plan in plan.leftSeconds.map { ($0, plan.plan) } }
    guard let tightest = left.min(by: { ($0.0, $0.1) < ($1.0, $1.1) }) else {
      return "No changes. \(subject)."
    }
    return "No changes. \(subject); every objective is met (tightest: \(tightest.1), "
      + "\(HumanText.age(seconds: tightest.0)) left)."
  }
}
