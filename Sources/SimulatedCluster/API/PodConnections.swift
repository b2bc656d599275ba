import Documents

extension SimulatedKubernetes {
  /// Resolves a request to talk with a container of a pod.
  func connection(_ call: Call) throws(APIError) -> PodConnection {
    guard let pod = store[call.key] else { throw .notFound(call.resource, call.target.name) }
    let request = call.request
    let purpose: PodConnection.Purpose =
      switch call.target.subresource {
      case "exec": .exec
      case "attach": .attach
      default: .log
      }
    var connection = PodConnection(
      purpose: purpose, namespace: pod.namespace, pod: pod.name, podUID: pod.uid,
      container: try container(request.parameter("container"), of: pod, purpose))
    connection.command = request.query.filter { $0.name == "command" }.map(\.value)
    connection.stdin = request.flag("stdin")
    connection.stdout = request.flag("stdout")
    connection.stderr = request.flag("stderr")
    connection.tty = request.flag("tty")
    switch purpose {
    case .exec:
      guard !connection.command.isEmpty else {
        throw .badRequest("you must specify at least 1 command to run in the container")
      }
      fallthrough
    case .attach:
      let phase = pod.string("status", "phase")
      if phase == "Succeeded" || phase == "Failed" {
        throw .badRequest(
          "cannot exec into a container in a completed pod; current phase is \(phase!)")
      }
      guard pod.string("spec", "nodeName") != nil else {
        throw .badRequest("pod \(pod.name) does not have a host assigned")
      }
    case .log: connection.log = logOptions(request, at: call.now)
    }
    return connection
  }

  private func container(
    _ wanted: String?, of pod: JSONValue, _ purpose: PodConnection.Purpose
  ) throws(APIError) -> String {
    let main = pod.list("spec", "containers").compactMap { $0.string("name") }
    let first = pod.list("spec", "initContainers").compactMap { $0.string("name") }
    if let wanted, !wanted.isEmpty {
      guard (main + first).contains(wanted) else {
        throw .badRequest("container \(wanted) is not valid for pod \(pod.name)")
      }
      return wanted
    }
    if main.count > 1, purpose == .log {
      let choices = main.joined(separator: " ")
      throw .badRequest(
        "a container name must be specified for pod \(pod.name), choose one of: [\(choices)]")
    }
    let standard = pod.annotations["kubectl.kubernetes.io/default-container"]
    return standard.flatMap { main.contains($0) ? $0 : nil } ?? main.first ?? ""
  }

  private func logOptions(_ request: APIRequest, at now: Timestamp) -> LogOptions {
    var options = LogOptions()
    options.follow = request.flag("follow")
    options.previous = request.flag("previous")
    options.timestamps = request.flag("timestamps")
    options.tailLines = request.parameter("tailLines").flatMap { Int64($0) }
    options.limitBytes = request.parameter("limitBytes").flatMap { Int64($0) }
    options.sinceTime = request.parameter("sinceTime").flatMap { Timestamp($0) }
    if let seconds = request.parameter("sinceSeconds").flatMap({ Int64($0) }) {
      options.sinceTime = now - .seconds(seconds)
    }
    return options
  }
}
