extension Scenario: CustomStringConvertible {
  /// What there is and what goes wrong, on one line.
  public var description: String {
    var parts = ["seed \(seed)", "\(shape)", "parallelism=\(parallelism)"]
    if hazards != Hazards() { parts.append("world: \(hazards), mended before \(mendedBefore)") }
    for (index, trouble) in troubles.enumerated() where trouble != Troubles() {
      parts.append("runner \(index + 1): \(trouble)")
    }
    if let twin { parts.append("twin=\(twin)") }
    if isShared { parts.append(movesOn ? "shared, each runner elsewhere" : "shared") }
    if let rivalAfter { parts.append("rival after \(rivalAfter)") }
    if isReplaced { parts.append("replaced") }
    return parts.joined(separator: "; ")
  }
}

extension Hazards: CustomStringConvertible {
  public var description: String {
    var parts: [String] = []
    if mover != .works { parts.append("mover \(mover) x\(moverPods)") }
    if snapshotter != .works { parts.append("snapshotter \(snapshotter)") }
    if commandsToHang > 0 { parts.append("\(commandsToHang) commands hang") }
    if thawsToFail > 0 { parts.append("\(thawsToFail) thaws fail") }
    if let nodeLostAfter { parts.append("node lost after \(nodeLostAfter)") }
    if let sessionsLostAfter { parts.append("sessions lost after \(sessionsLostAfter)") }
    return parts.joined(separator: ", ")
  }
}

extension Troubles: CustomStringConvertible {
  public var description: String {
    var parts: [String] = []
    if let failingCall {
      parts.append("call \(failingCall) fails" + (actsBeforeFailing ? " after acting" : ""))
    }
    if let refusedFrom { parts.append("call \(refusedFrom) and its like are refused") }
    if callsFailOneIn > 0 { parts.append("1 call in \(callsFailOneIn) fails") }
    if let dieAtWrite { parts.append("dies at write \(dieAtWrite), of which \(tear) is durable") }
    for stop in stopsAfter { parts.append("stopped after \(stop)") }
    if let cutOff { parts.append("cut off from \(cutOff.lowerBound) to \(cutOff.upperBound)") }
    if let paused {
      parts.append("stands still from \(paused.lowerBound) to \(paused.upperBound)")
    }
    if let sleepingCall { parts.append("sleeps before call \(sleepingCall)") }
    if let sleepingWrite { parts.append("sleeps after write \(sleepingWrite)") }
    for jump in clockJumps { parts.append("clock jumps by \(jump.by) after \(jump.after)") }
    if let writesMax { parts.append("disk full after \(writesMax) writes") }
    if staleOneIn > 0 { parts.append("1 read in \(staleOneIn) is stale") }
    return parts.joined(separator: ", ")
  }
}
