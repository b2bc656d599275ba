public import Documents

/// Where a watch stands. The server keeps it and passes it back for the next events.
public struct WatchCursor: Sendable {
  /// When the watch ends by itself.
  public internal(set) var deadline: Timestamp

  var resource: String
  var version: String
  var namespace: String?
  var selectors: Selectors
  var representation: Representation
  /// Changes up to here have been sent.
  var revision: UInt64
  /// The state at the beginning is to be sent first.
  var sendsInitial: Bool
  /// A bookmark ends the initial state.
  var marksInitialEnd: Bool
  var allowsBookmarks: Bool
  var nextBookmark: Timestamp
  /// A table's columns are sent once.
  var hasSentColumns = false
}

/// Events ready to be sent.
public struct WatchBatch: Sendable {
  /// Whole lines of JSON, each ending in a line feed; empty where nothing happened.
  public var lines: [UInt8]
  /// Send the lines, then end the response.
  public var isFinished: Bool

  public init(lines: [UInt8] = [], isFinished: Bool = false) {
    self.lines = lines
    self.isFinished = isFinished
  }
}
