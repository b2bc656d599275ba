import Planning

/// What the machine knows of a node beside its state.
struct NodeTraits: OptionSet, Sendable {
  var rawValue: UInt16

  // Of the graph.
  static let isGuard = Self(rawValue: 1 << 0)
  static let isClosing = Self(rawValue: 1 << 1)
  /// Inside a bracket, or closing one: never waits for the overall limit.
  static let isUrgent = Self(rawValue: 1 << 2)
  static let isVolatile = Self(rawValue: 1 << 3)
  static let hasUndo = Self(rawValue: 1 << 4)

  // Of the run.
  /// There may be something to guard.
  static let wasStarted = Self(rawValue: 1 << 5)
  /// Some runner began the action once: what the preconditions rule out may be its own doing.
  static let wasAttempted = Self(rawValue: 1 << 6)
  static let isChecking = Self(rawValue: 1 << 7)
  /// What the node made must be taken back before it may be made again.
  static let owesUndo = Self(rawValue: 1 << 8)
  static let isUndoing = Self(rawValue: 1 << 9)

  init(rawValue: UInt16) { self.rawValue = rawValue }

  init(_ node: Node) {
    self = []
    if node.action.isVolatile { insert(.isVolatile) }
    if node.action.hasUndo { insert(.hasUndo) }
  }
}

/// How far a bracket is with being begun again, after its runner died or was stopped inside.
struct BracketProgress: Sendable {
  /// Close what the runner before left open, undo the members, then begin again.
  var isRestarting = false
  /// The quiesce may still hold, and nothing else may happen before it is closed.
  var owesClosing = false
  /// The restart cannot succeed; what is left of the bracket is skipped.
  var isLost = false
}
