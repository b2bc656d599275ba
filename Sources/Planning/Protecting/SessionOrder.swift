import ProtectionModel

/// Between which steps of a session each volume is cut.
struct SessionOrder {
  let session: HookSession
  let cuts: [CutRule]

  /// The steps that a cut lies between; `nil` where the session's opening or end bounds it.
  struct Moment: Hashable {
    var after: String?
    var before: String?

    /// The step right behind which the cut is shown.
    var cutsAfter: String? { after }
    /// The step right before which the cut is shown, where nothing comes before it.
    var cutsBefore: String? { after == nil ? before : nil }
  }

  /// A volume that no rule names is cut after the last step that begins something and before the
  /// first that ends it.
  func moment(of volume: String) -> Moment {
    switch cuts.first(where: { $0.names(volume) })?.moment {
    case .between(let first, let second): Moment(after: first, before: second)
    case .after(let step): Moment(after: step)
    case .before(let step): Moment(before: step)
    case nil:
      Moment(
        after: session.steps.prefix { !$0.isGuard }.last?.name,
        before: session.steps.first(where: \.isGuard)?.name)
    }
  }
}

extension CutRule {
  /// Whether the rule holds for a volume: `data` also names `data-0`, one of several claims.
  func names(_ volume: String) -> Bool {
    volumes.contains { volume == $0 || volume.hasPrefix($0 + "-") }
  }
}

extension HookWork {
  /// How long the hook can hold the application before it is let go by itself; a session holds
  /// nothing that outlives it.
  var freezeSeconds: Int {
    guard case .freeze(let freeze) = quiesce else { return 0 }
    let wanted = freeze.maxFreeze ?? freezeMax ?? .seconds(60)
    return max(1, min(wanted, freezeMax ?? wanted).wholeSeconds)
  }
}
