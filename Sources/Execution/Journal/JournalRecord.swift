public import Documents
import Planning

/// The first line of a journal: which run of which plan it belongs to.
public struct JournalHeader: Hashable, Sendable {
  public var run: RunID
  /// The digest of the plan file, `sha256:…`: a journal is of no use with any other graph.
  public var planDigest: String
  public var nodeCount: Int
  public var toolVersion: String
  public var at: Timestamp

  public init(
    run: RunID, planDigest: String, nodeCount: Int, toolVersion: String, at: Timestamp
  ) {
    self.run = run
    self.planDigest = planDigest
    self.nodeCount = nodeCount
    self.toolVersion = toolVersion
    self.at = at
  }

  /// The header as a journal line.
  public var line: [UInt8] {
    JournalLine.bytes([
      ("at", .string(at.description)), ("by", .string(toolVersion)),
      ("format", .string(Self.format)), ("nodes", .integer(Int64(nodeCount))),
      ("plan", .string(planDigest)), ("run", .string(run.rawValue)), ("seq", 0),
    ])
  }

  static let format = "oadp-plan.dev/journal/v1"

  init(_ json: JSONValue) throws(IllegalLine) {
    guard json["format"]?.stringValue == Self.format, json["seq"] == 0 else {
      throw IllegalLine("does not begin a journal of the format `\(Self.format)`")
    }
    guard let run = json["run"]?.stringValue.flatMap(RunID.init(_:)),
      let at = json["at"]?.stringValue.flatMap(Timestamp.init(_:)),
      let planDigest = json["plan"]?.stringValue, let toolVersion = json["by"]?.stringValue,
      let nodeCount = json["nodes"]?.intValue.flatMap(Int.init(exactly:)), nodeCount >= 0
    else { throw IllegalLine("lacks what a journal's first line says") }
    self.init(
      run: run, planDigest: planDigest, nodeCount: nodeCount, toolVersion: toolVersion, at: at)
  }
}

/// One event of a journal, and when it was written.
public struct JournalRecord: Hashable, Sendable {
  /// 1 for the first event, without gaps.
  public var sequence: Int
  public var at: Timestamp
  public var event: JournalEvent

  public init(sequence: Int, at: Timestamp, event: JournalEvent) {
    self.sequence = sequence
    self.at = at
    self.event = event
  }

  /// The record as a journal line.
  public var line: [UInt8] {
    var members: [(name: String, value: JSONValue)] = [
      ("at", .string(at.description)), ("event", .string(event.kind.rawValue)),
      ("seq", .integer(Int64(sequence))),
    ]
    if let node = event.node { members.append(("node", .integer(Int64(node.rawValue)))) }
    if let detail = event.detail { members.append(detail) }
    return JournalLine.bytes(members)
  }

  init(_ json: JSONValue, sequence: Int) throws(IllegalLine) {
    guard json["seq"]?.intValue == Int64(sequence) else {
      throw IllegalLine("is not record \(sequence), which should stand here")
    }
    guard let at = json["at"]?.stringValue.flatMap(Timestamp.init(_:)),
      let kind = json["event"]?.stringValue.flatMap(JournalEvent.Kind.init(rawValue:)),
      let event = JournalEvent(kind, json)
    else { throw IllegalLine("is not an event of a run") }
    self.init(sequence: sequence, at: at, event: event)
  }
}

extension JournalEvent {
  /// The one member that depends on the kind.
  fileprivate var detail: (name: String, value: JSONValue)? {
    switch self {
    case .started(_, let attempt): ("attempt", .integer(Int64(attempt)))
    case .succeeded(_, let result): ("result", result)
    case .retried(_, let failure), .failed(_, let failure), .refused(_, let failure),
      .undoFailed(_, let failure):
      ("failure", failure.json)
    case .stopped(let level): ("level", .integer(Int64(level.rawValue)))
    case .finished(let exit): ("exit", .integer(Int64(exit.rawValue)))
    case .undone, .resumed: nil
    }
  }

  fileprivate init?(_ kind: Kind, _ json: JSONValue) {
    let node = json["node"]?.intValue.flatMap { $0 >= 0 ? Int(exactly: $0) : nil }.map(NodeID.init)
    let failure = json["failure"].flatMap(ActionFailure.init(_:))
    let number = (json["attempt"] ?? json["level"] ?? json["exit"])?.intValue
    switch (kind, node, failure, number, json["result"]) {
    case (.started, let node?, nil, let attempt?, nil): self = .started(node, attempt: Int(attempt))
    case (.succeeded, let node?, nil, nil, let result?): self = .succeeded(node, result: result)
    case (.retried, let node?, let failure?, nil, nil): self = .retried(node, failure)
    case (.failed, let node?, let failure?, nil, nil): self = .failed(node, failure)
    case (.refused, let node?, let failure?, nil, nil): self = .refused(node, failure)
    case (.undone, let node?, nil, nil, nil): self = .undone(node)
    case (.undoFailed, let node?, let failure?, nil, nil): self = .undoFailed(node, failure)
    case (.stopped, nil, nil, let level?, nil):
      guard let level = StopLevel(rawValue: Int(level)) else { return nil }
      self = .stopped(level)
    case (.resumed, nil, nil, nil, nil): self = .resumed
    case (.finished, nil, nil, let code?, nil):
      guard let exit = Int32(exactly: code).flatMap(ExitCode.init(rawValue:)) else { return nil }
      self = .finished(exit)
    default: return nil
    }
  }
}

extension ActionFailure {
  /// The failure as journals and event streams write it.
  public var json: JSONValue {
    var json: JSONValue = ["kind": .string(kind.rawValue), "message": .string(message)]
    if let waitedFor { json["waitedFor"] = .string(waitedFor) }
    if !evidence.isEmpty { json["evidence"] = .array(evidence.map(JSONValue.string)) }
    return json
  }

  init?(_ json: JSONValue) {
    guard let kind = json["kind"]?.stringValue.flatMap(Kind.init(rawValue:)),
      let message = json["message"]?.stringValue
    else { return nil }
    self.init(
      kind, message, waitedFor: json["waitedFor"]?.stringValue,
      evidence: json["evidence"]?.arrayValue?.compactMap(\.stringValue) ?? [])
  }
}
