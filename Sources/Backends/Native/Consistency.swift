import Documents
import Execution
import Planning

/// The consistency that a run's timestamps prove.
struct Consistency {
  /// From worst to best.
  static let ladder = ["Fuzzy", "Volume", "Bracketed", "Group", "Application"]

  var level: String
  /// What kept it from being better.
  var reasons: [String]
  var quiescedSeconds: Double

  func isAtLeast(_ required: String) -> Bool {
    guard let reached = Self.ladder.firstIndex(of: level),
      let wanted = Self.ladder.firstIndex(of: required)
    else { return false }
    return reached >= wanted
  }

  /// Compares every cut with the window that its quiesce allows.
  ///
  /// Cuts without any quiesce are crash-consistent, each volume for itself or all of one group
  /// together. So is a cut outside of its window, whatever the hook promised.
  static func measure(
    _ action: SealPoint, _ step: Step
  ) throws(ActionFailure) -> Consistency {
    let floor = try level(of: action, step)
    guard let quiesce = action.bracket else {
      return Consistency(level: floor, reasons: ["no hook quiesced it"], quiescedSeconds: 0)
    }
    var reasons: [String] = []
    for volume in action.volumes {
      let cut = try created(volume, step)
      let windows = quiesce.windows.filter { $0.volume == volume.name }
      if windows.isEmpty { reasons.append("volume `\(volume.name)` was not quiesced") }
      for window in windows {
        let opened = try time("answeredAt", of: window.after, step)
        if cut < opened {
          reasons.append("volume `\(volume.name)` was cut at \(cut), before \(opened)")
        }
        guard let before = window.before else { continue }
        if try step.result(of: before)["wasOver"]?.boolValue == true {
          reasons.append("volume `\(volume.name)` was released before its time, nobody knows when")
        }
        let closed = try time("at", of: before, step)
        if cut > closed {
          reasons.append("volume `\(volume.name)` was cut at \(cut), after \(closed)")
        }
      }
    }
    let began = try time("at", of: quiesce.opening, step)
    let seconds =
      (Double((try ended(quiesce, action, step) - began) / .milliseconds(1))).rounded() / 1000
    return Consistency(
      level: reasons.isEmpty ? quiesce.consistency : floor, reasons: reasons,
      quiescedSeconds: seconds)
  }

  /// When the quiesce was over. A session that was lost with an earlier runner has no closing of
  /// its own: it was over at the latest when the last cut in it was made.
  private static func ended(
    _ quiesce: SealPoint.Quiesce, _ action: SealPoint, _ step: Step
  ) throws(ActionFailure) -> Timestamp {
    if let closed = try? time("answeredAt", of: quiesce.closing, step) { return closed }
    var last = try time("answeredAt", of: quiesce.opening, step)
    for volume in action.volumes {
      last = max(last, try created(volume, step))
    }
    return last
  }

  /// What the cuts are without any quiesce: `Group` where one group snapshot made them all.
  private static func level(
    of action: SealPoint, _ step: Step
  ) throws(ActionFailure) -> String {
    guard let first = action.volumes.first, action.volumes.allSatisfy({ $0.cut == first.cut }),
      try step.result(of: first.cut)["members"] != nil
    else { return "Volume" }
    return "Group"
  }

  private static func created(
    _ volume: SealPoint.SealedVolume, _ step: Step
  ) throws(ActionFailure) -> Timestamp {
    let cut = try step.cut(of: volume.name, by: volume.cut)
    return try time("creationTime", in: cut, of: volume.cut, step)
  }

  private static func time(
    _ member: String, of node: NodeID, _ step: Step
  ) throws(ActionFailure) -> Timestamp {
    try time(member, in: try step.result(of: node), of: node, step)
  }

  private static func time(
    _ member: String, in result: JSONValue, of node: NodeID, _ step: Step
  ) throws(ActionFailure) -> Timestamp {
    guard let text = result[member]?.stringValue, let time = Timestamp(text)
    else {
      throw ActionFailure(
        .permanent, "The result of \(step.address(of: node)) has no time `\(member)`")
    }
    return time
  }
}
