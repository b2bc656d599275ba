public import Execution

extension String {
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}

extension NodeProgress {
  /// `68%  1.16/1.70 GiB  212 MiB/s`, or the message where there are no bytes to tell of.
  func text(after took: Duration) -> String {
    guard let done = bytesDone else { return message }
    let seconds = max(took.milliseconds / 1000, 1)
    let speed = (done / seconds).inBytes + "/s"
    guard let total = bytesTotal, total > 0 else { return "\(done.inBytes)  \(speed)" }
    return "\(done * 100 / total)%  \(done.inBytes) of \(total.inBytes)  \(speed)"
  }
}

extension RunOutcome {
  /// One line about a run that has ended.
  var text: String {
    var parts = ["\(succeeded) done"]
    if !failures.isEmpty { parts.append("\(failures.count) failed") }
    if skipped > 0 { parts.append("\(skipped) skipped") }
    if guardsArmed > 0 { parts.append("guards \(guardsConfirmed)/\(guardsArmed) confirmed") }
    return parts.joined(separator: ", ")
  }
}

extension SkipReason {
  /// The reason in words.
  public var text: String {
    switch self {
    case .failure: "what it needs has failed"
    case .stopped: "the run was stopped"
    case .stalePlan: "the plan is stale"
    case .unconfirmed: "a guard it needs is not confirmed"
    case .bracketLost: "the quiesce it relied on was lost"
    }
  }
}

extension Duration {
  var milliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }

  /// `0.8s`, `41s`, `6m40s`, `2h05m`
  var inSeconds: String {
    let tenths = (milliseconds + 50) / 100
    if tenths < 100 { return "\(tenths / 10).\(tenths % 10)s" }
    let seconds = (milliseconds + 500) / 1000
    if seconds < 60 { return "\(seconds)s" }
    func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
    if seconds < 3600 { return "\(seconds / 60)m\(two(seconds % 60))s" }
    return "\(seconds / 3600)h\(two(seconds / 60 % 60))m"
  }
}

extension Int64 {
  /// `512 B`, `1.7 GiB`
  var inBytes: String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
    var tenths = self * 10
    var unit = 0
    while tenths >= 10_240, unit < units.count - 1 {
      tenths /= 1024
      unit += 1
    }
    return unit == 0 ? "\(self) B" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
  }
}
