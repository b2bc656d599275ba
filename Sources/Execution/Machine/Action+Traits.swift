public import Planning

extension Action {
  /// Whether what the action reached may be gone with its runner: the result lives in its memory
  /// only, or a guard that no journal tells of has taken it back. After a crash the node runs again
  /// as long as somebody still needs it.
  public var isVolatile: Bool { operation == .captureObjects || isPrecaution }

  /// Whether it only asks: where nothing else was begun, nothing has changed.
  public var changesNothing: Bool { operation == .checkObjects }

  /// Whether what was done under it stays good when it is done again.
  var isPrecaution: Bool { operation == .pauseGitOps }

  /// Whether what the action made can be taken back, so that it can be made anew.
  public var hasUndo: Bool { operation == .cutVolume || operation == .cutGroup }
}
