import Documents

/// What is wrong right now behind an object that is waited for. It may mend itself, so the wait
/// goes on; but whoever looks at the run sees it at once, not at its end.
enum Trouble {
  private static let reasons: Set = [
    "CrashLoopBackOff", "ErrImagePull", "ImagePullBackOff", "CreateContainerConfigError",
    "CreateContainerError", "RunContainerError",
  ]

  /// - Parameter statuses: `status` of objects, or an array of them.
  /// - Complexity: O(*n*) in the number of statuses and containers.
  static func first(in statuses: JSONValue) -> String? {
    guard let list = statuses.arrayValue else { return of(statuses) }
    return list.lazy.compactMap(of).first
  }

  private static func of(_ status: JSONValue) -> String? {
    if let said = status["error", "message"]?.stringValue { return Evidence.line(said) }
    let pod: JSONValue = ["status": status]
    if let container = pod.containers.first(where: isInTrouble) { return describe(container) }
    guard let scheduled = pod.condition("PodScheduled"), scheduled["status"] == "False" else {
      return nil
    }
    return scheduled["message"]?.stringValue.map { "no node: \(Evidence.line($0))" }
  }

  private static func isInTrouble(_ container: JSONValue) -> Bool {
    container["state", "waiting", "reason"]?.stringValue.map(reasons.contains) ?? false
  }

  private static func describe(_ container: JSONValue) -> String {
    let name = container["name"]?.stringValue ?? ""
    let reason = container["state", "waiting", "reason"]?.stringValue ?? ""
    guard let code = container["lastState", "terminated", "exitCode"]?.intValue else {
      return "container `\(name)`: \(reason)"
    }
    let restarts = container["restartCount"]?.intValue ?? 0
    return "container `\(name)`: \(reason), exited with \(code), \(restarts) restarts"
  }
}
