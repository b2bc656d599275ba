public import Documents

/// What the API makes of a request.
public enum Answer: Sendable {
  case response(APIResponse)
  /// Answer 200 with `application/json` and stream what
  /// ``SimulatedKubernetes/events(for:at:)`` gives, after every change of
  /// ``SimulatedKubernetes/revision`` and at ``WatchCursor/deadline``.
  case watch(WatchCursor)
  /// Connect the client with a process of a pod. The pod and its container exist.
  case podConnection(PodConnection)
}

/// A request to talk with a container: `pods/exec`, `pods/attach` or `pods/log`.
public struct PodConnection: Sendable, Equatable {
  public enum Purpose: Sendable, Equatable { case exec, attach, log }

  public var purpose: Purpose
  public var namespace: String
  public var pod: String
  public var podUID: String
  /// Resolved: where the request names none, the pod's default container.
  public var container: String
  public var command: [String] = []
  public var stdin = false
  public var stdout = false
  public var stderr = false
  public var tty = false
  public var log = LogOptions()
}

/// What part of a container's log to send.
public struct LogOptions: Sendable, Equatable {
  public var follow = false
  /// The log of the run before the last restart.
  public var previous = false
  /// Put the time before each line.
  public var timestamps = false
  public var tailLines: Int64?
  public var limitBytes: Int64?
  /// Lines at or after this time only; `sinceSeconds` is resolved to it.
  public var sinceTime: Timestamp?

  public init() {}
}
