import ClusterModel

/// The nodes of one protection plan, as far as the passes have made them.
struct ProtectionNodes {
  let work: ProtectionWork
  /// The repository's node for each copy, by the copy's name.
  var repositories: [String: NodeID] = [:]
  var hooks: [HookNodes] = []
  /// By volume; the members of a group have one cut together.
  var cuts: [String: NodeID] = [:]
  /// By group.
  var groupCuts: [String: NodeID] = [:]
  var capture: NodeID?
  /// By copy, then volume.
  var copies: [String: [String: NodeID]] = [:]
  /// By volume, one for each copy.
  var retracts: [String: [NodeID]] = [:]
  /// By copy.
  var seals: [String: NodeID] = [:]

  init(work: ProtectionWork) { self.work = work }

  var plan: PlanKey { work.plan }
  /// Every cut once.
  var allCuts: [NodeID] { Set(cuts.values).sorted() }
  func address(_ operation: String) -> String { "\(plan):\(operation)" }
  func address(_ volume: String, _ operation: String) -> String {
    "\(plan)/\(volume):\(operation)"
  }

  /// The limits that work on a volume counts against.
  func slots(of volume: VolumeWork, _ more: String...) -> [String] {
    more + [SlotNames.storageClass(volume.claim.storageClass), SlotNames.namespace(plan.namespace)]
  }

  /// `copy` for the first copy, `copy.offsite` for another.
  func operation(_ name: String, of copy: CopyWork) -> String {
    copy.name == work.point?.copies.first?.name ? name : "\(name).\(copy.name)"
  }
}

/// The nodes of one hook in one pod.
struct HookNodes {
  let hook: HookWork
  /// A session's opening, or the freeze.
  let opening: NodeID
  /// A session's steps by name; a freeze has none.
  var steps: [String: NodeID] = [:]
  /// Those of them that end what others began.
  var guards: [NodeID] = []
  /// The last node after which the application is held.
  var entered: NodeID
  /// The session's end, or the thaw.
  var closing: NodeID?
  /// What relies on the quiesce.
  var members: [NodeID] = []
  /// Between which nodes each volume's cut must lie.
  var windows: [SealPoint.Quiesce.Window] = []
  /// The steps whose results hold artifacts.
  var artifacts: [NodeID] = []
}
