/// One exec stream held open from quiesce to unquiesce, driven by sending and expecting text.
public struct HookSession: Hashable, Sendable {
  public enum OnLost: String, Hashable, Sendable, CaseIterable {
    /// The server ends the held state by itself when the stream breaks: nothing stays frozen.
    case serverAborts = "ServerAborts"
    /// The guard steps run again in a new session.
    case runGuards = "RunGuards"
  }

  public var command: [String]
  public var onLost: OnLost
  public var maxOpen: Duration
  /// In the order in which they run; volumes are cut between them as ``HookBlueprint/cuts`` say.
  public var steps: [SessionStep]

  public init(
    command: [String], onLost: OnLost = .serverAborts, maxOpen: Duration, steps: [SessionStep]
  ) {
    self.command = command
    self.onLost = onLost
    self.maxOpen = maxOpen
    self.steps = steps
  }
}

public struct SessionStep: Hashable, Sendable {
  /// Keeps a part of what a step printed.
  public struct Capture: Hashable, Sendable {
    public enum Decoding: String, Hashable, Sendable, CaseIterable {
      case plain = "None"
      case base64 = "Base64"
    }

    /// Which parenthesis of `expect`, from 1; 0 is the whole match.
    public var group: Int
    public var decode: Decoding
    /// The name under which the recovery point keeps it.
    public var artifact: String

    public init(group: Int = 0, decode: Decoding = .plain, artifact: String) {
      self.group = group
      self.decode = decode
      self.artifact = artifact
    }
  }

  public var name: String
  /// Runs whenever an earlier step that is no guard began, whatever happened since.
  public var isGuard: Bool
  public var send: String
  /// A regular expression that must appear in the output before the step is done.
  public var expect: String?
  public var timeout: Duration
  public var capture: Capture?

  public init(
    name: String, isGuard: Bool = false, send: String, expect: String? = nil, timeout: Duration,
    capture: Capture? = nil
  ) {
    self.name = name
    self.isGuard = isGuard
    self.send = send
    self.expect = expect
    self.timeout = timeout
    self.capture = capture
  }
}
