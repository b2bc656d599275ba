import ClusterModel
import Documents
import ProtectionModel

extension GraphPass<ProtectionNodes> {
  /// Writes each copy's manifest, after everything that it vouches for.
  static let seals = Self(name: "seals") { nodes, draft in
    guard let point = nodes.work.point else { return }
    for copy in point.copies {
      let copied = nodes.copies[copy.name] ?? [:]
      let seal = draft.add(
        nodes.address(nodes.operation("seal", of: copy)),
        .sealPoint(
          SealPoint(
            plan: nodes.plan, point: point.name, slot: point.slot?.description,
            repository: copy.repository,
            volumes: point.volumes.compactMap { volume in
              guard let cut = nodes.cuts[volume.name], let copy = copied[volume.name] else {
                return nil
              }
              return SealPoint.SealedVolume(
                name: volume.name, claim: volume.claim.reference, cut: cut, copy: copy,
                bytes: volume.claim.bytes, storageClass: volume.claim.storageClass,
                accessModes: volume.claim.accessModes, volumeMode: volume.claim.volumeMode)
            },
            capture: nodes.capture, artifactSteps: nodes.hooks.flatMap(\.artifacts),
            bracket: quiesce(nodes.hooks, point.expectedConsistency),
            requiredConsistency: point.requiredConsistency.rawValue,
            tags: PointTags.point(nodes.plan, point.name))),
        timeout: NodeTimeout.seal, attempts: 3, slots: [SlotNames.repository(copy.repository.name)])
      draft.connect(copied.values.sorted(), to: seal)
      if let capture = nodes.capture { draft.connect(capture, to: seal) }
      for hook in nodes.hooks {
        draft.connect(hook.members, to: seal)
        if let closing = hook.closing { draft.connect(closing, to: seal) }
      }
      nodes.seals[copy.name] = seal
    }
  }

  /// What intact hooks make of the cuts: held from the first hook's beginning to the first hook's
  /// end, which is the last to come.
  private static func quiesce(
    _ hooks: [HookNodes], _ consistency: Consistency
  ) -> SealPoint.Quiesce? {
    guard let outermost = hooks.first, let end = outermost.heldUntil else { return nil }
    return SealPoint.Quiesce(
      opening: outermost.heldFrom, closing: end, consistency: consistency.rawValue,
      windows: hooks.flatMap { hook in
        hook.windows.map { window in
          // A freeze's windows end with its thaw, which was not there yet when it was cut.
          guard case .freeze = hook.hook.quiesce else { return window }
          return .init(volume: window.volume, after: window.after, before: hook.closing)
        }
      })
  }

  /// Removes points that have outlived their retention, only when the new one is safely there.
  static let expiries = Self(name: "expiries") { nodes, draft in
    for expiry in nodes.work.expiries {
      let isFirst = expiry.repository == (nodes.work.point?.copies.first?.repository)
      let suffix = nodes.work.point == nil || isFirst ? "" : ".\(expiry.repository.name)"
      let expire = draft.add(
        "\(nodes.plan)@\(expiry.point):expire\(suffix)",
        .expirePoint(
          ExpirePoint(
            plan: nodes.plan, point: expiry.point, repository: expiry.repository,
            manifestID: expiry.manifestID, volumeSnapshotIDs: expiry.volumeSnapshotIDs)),
        timeout: NodeTimeout.expire, attempts: 3,
        slots: [SlotNames.repository(expiry.repository.name)])
      draft.connect(nodes.seals.values.sorted(), to: expire)
    }
  }
}

extension HookNodes {
  /// The node that begins to hold the application, and tells when.
  fileprivate var heldFrom: NodeID {
    guard case .session(let session) = hook.quiesce else { return opening }
    return session.steps.first.flatMap { steps[$0.name] } ?? opening
  }

  /// The node that lets it go, and tells when.
  fileprivate var heldUntil: NodeID? {
    guard case .session(let session) = hook.quiesce else { return closing }
    return guards.last ?? session.steps.last.flatMap { steps[$0.name] }
  }
}
