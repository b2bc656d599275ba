public import Planning

extension Action {
  /// Whether the result lives in the runner's memory only: after a crash the node runs again as
  /// long as somebody still needs it.
  public var isVolatile: Bool { operation == .captureObjects }

  /// Whether it only asks: where nothing else was begun, nothing has changed.
  public var changesNothing: Bool { operation == .checkObjects }

  /// Whether what was done under it stays good when it is done again.
  var isPrecaution: Bool { operation == .pauseGitOps }

  /// Whether what the action made can be taken back, so that it can be made anew.
  public var hasUndo: Bool { operation == .cutVolume }
}
