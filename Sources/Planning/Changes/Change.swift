public import ClusterModel
import Diagnostics
public import Documents

/// One thing that an apply will do, or is kept from doing: what a diff shows as one entry.
public struct Change: Hashable, Sendable, Codable {
  public enum Action: String, Hashable, Sendable, Codable {
    case create, delete, update, run
    /// A guardrail stands in the way; ``Change/code`` names it.
    case blocked
  }

  public enum Subject: String, Hashable, Sendable, Codable {
    case point, namespace, volume, objects, artifact, hook, check, gitOps
  }

  /// Stable and greppable: `shop/pg@20261122T020000Z`.
  public var address: String
  public var plan: PlanKey
  public var action: Action
  public var subject: Subject
  /// How many things the change is about: objects count one by one.
  public var count: Int
  public var reason: ChangeReason
  public var source: SourcePlace
  /// `point 20261122T020000Z`
  public var title: String
  /// What else there is to say, in a few words each.
  public var facts: [String]
  public var steps: [ChangeStep]
  public var before: JSONValue?
  public var after: JSONValue?
  /// Paths within ``after`` that only the run can tell.
  public var unknown: [String]
  public var code: String?
  /// Whether it is done only from a saved and reviewed plan file.
  public var needsReview: Bool

  public init(
    address: String, plan: PlanKey, action: Action, subject: Subject, count: Int = 1,
    reason: ChangeReason, source: SourcePlace, title: String, facts: [String] = [],
    steps: [ChangeStep] = [], before: JSONValue? = nil, after: JSONValue? = nil,
    unknown: [String] = [], code: String? = nil, needsReview: Bool = false
  ) {
    self.address = address
    self.plan = plan
    self.action = action
    self.subject = subject
    self.count = count
    self.reason = reason
    self.source = source
    self.title = title
    self.facts = facts
    self.steps = steps
    self.before = before
    self.after = after
    self.unknown = unknown
    self.code = code
    self.needsReview = needsReview
  }
}

/// Why there is a change. Readers must expect values that they do not know.
public struct ChangeReason: RawRepresentable, Hashable, Sendable, Codable {
  public var rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }

  public static let slotDue = ChangeReason(rawValue: "slot_due")
  public static let objectiveAtRisk = ChangeReason(rawValue: "rpo_at_risk")
  public static let retentionExpired = ChangeReason(rawValue: "retention_expired")
  public static let requested = ChangeReason(rawValue: "requested")
}

/// One line below a change: a step of the way there.
public struct ChangeStep: Hashable, Sendable, Codable {
  /// `+`, `>`, `-`.
  public var symbol: String
  /// `cut`
  public var verb: String
  /// `data`
  public var object: String
  public var text: String
  public var note: String

  public init(_ symbol: String, _ verb: String, _ object: String, _ text: String, note: String = "")
  {
    self.symbol = symbol
    self.verb = verb
    self.object = object
    self.text = text
    self.note = note
  }
}

/// Where in the plan files something is declared.
public struct SourcePlace: Hashable, Sendable, Codable, CustomStringConvertible {
  public var file: String
  public var line: Int
  public var column: Int

  public init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  init(_ span: SourceSpan) {
    self.init(file: span.file, line: span.start.line, column: span.start.column)
  }

  public var description: String { "\(file):\(line)" }
}
