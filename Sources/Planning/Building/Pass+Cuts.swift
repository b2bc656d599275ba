import ClusterModel
import ProtectionModel

extension GraphPass<ProtectionNodes> {
  /// Cuts every volume where its hooks say: after what holds the application, and before what lets
  /// it go.
  static let cuts = Self(name: "cuts") { nodes, draft in
    guard let point = nodes.work.point else { return }
    let first = nodes.repositories.values.sorted()
    let patience = nodes.hooks.map { $0.hook.freezeSeconds }.filter { $0 > 0 }.min()
    func add(
      _ name: String, _ action: Action, of volumes: [VolumeWork], _ draft: inout GraphDraft
    ) -> NodeID {
      let slots = volumes.flatMap { nodes.slots(of: $0, SlotNames.driver($0.driver)) }
      let cut = draft.add(
        nodes.address(name, "cut"), action,
        timeout: min(NodeTimeout.cut, patience ?? NodeTimeout.cut),
        attempts: nodes.hooks.isEmpty ? 3 : 1,
        slots: slots.reduce(into: []) { if !$0.contains($1) { $0.append($1) } },
        preconditions: volumes.map { volume in
          Precondition(
            volume.claim.reference, uid: volume.claim.uid,
            fields: volume.claim.volumeName.map { ["spec.volumeName": $0] } ?? [:])
        })
      if nodes.hooks.isEmpty { draft.connect(first, to: cut) }
      return cut
    }
    for volume in point.volumes {
      switch volume.cut {
      case .alone(let snapshotClass, _):
        nodes.cuts[volume.name] = add(
          volume.name,
          .cutVolume(
            CutVolume(
              volume: volume.name, claim: volume.claim.reference,
              snapshotName: point.key.name(volume.name), snapshotClass: snapshotClass)),
          of: [volume], &draft)
      case .group(let name):
        if nodes.groupCuts[name] == nil, let group = point.group(named: name) {
          let members = point.members(of: group)
          nodes.groupCuts[name] = add(
            name,
            .cutGroup(
              CutGroup(
                group: name, snapshot: point.snapshot(of: group, in: nodes.plan.namespace),
                groupClass: group.groupClass,
                members: members.map {
                  CutGroup.Member(
                    volume: $0.name, claim: $0.claim.reference,
                    volumeName: $0.claim.volumeName ?? "")
                })), of: members, &draft)
        }
        nodes.cuts[volume.name] = nodes.groupCuts[name]
      }
      guard let cut = nodes.cuts[volume.name] else { continue }
      for index in nodes.hooks.indices { place(cut, volume, in: &nodes.hooks[index], &draft) }
    }
  }

  private static func place(
    _ cut: NodeID, _ volume: VolumeWork, in hook: inout HookNodes, _ draft: inout GraphDraft
  ) {
    guard case .session(let session) = hook.hook.quiesce else {
      draft.connect(hook.entered, to: cut)
      hook.windows.append(.init(volume: volume.name, after: hook.opening, before: nil))
      return
    }
    let moment = SessionOrder(session: session, cuts: hook.hook.cuts).moment(of: volume.name)
    let after = moment.after.flatMap { hook.steps[$0] } ?? hook.opening
    let before = moment.before.flatMap { hook.steps[$0] }
    draft.connect(after, to: cut)
    if let before { draft.connect(cut, to: before) }
    // The opening of a session tells no time; its first step is the first that does.
    if moment.after != nil {
      hook.windows.append(.init(volume: volume.name, after: after, before: before))
    }
  }

  static let captures = Self(name: "captures") { nodes, draft in
    guard let point = nodes.work.point, !point.captures.isEmpty else { return }
    let capture = draft.add(
      nodes.address("capture"),
      .captureObjects(
        CaptureObjects(namespace: nodes.plan.namespace, kinds: point.captures)),
      timeout: NodeTimeout.capture, attempts: 3)
    draft.connect(nodes.repositories.values.sorted(), to: capture)
    nodes.capture = capture
  }

  /// Makes each cut readable to the movers, copies it and removes the traces. None of it begins
  /// before every hook is closed: the application is not held for it.
  static let copies = Self(name: "copies") { nodes, draft in
    guard let point = nodes.work.point else { return }
    let closings = nodes.hooks.compactMap(\.closing)
    for copy in point.copies {
      for volume in point.volumes {
        guard let cut = nodes.cuts[volume.name] else { continue }
        let isFirst = copy.name == point.copies.first?.name
        let name = point.key.name(isFirst ? volume.name : "\(volume.name)-\(copy.name)")
        let namespace = copy.repository.moverNamespace
        func address(_ operation: String) -> String {
          nodes.address(volume.name, nodes.operation(operation, of: copy))
        }
        let expose = draft.add(
          address("expose"),
          .exposeSnapshot(
            ExposeSnapshot(
              volume: volume.name, cut: cut, namespace: namespace, name: name,
              storageClass: volume.claim.storageClass, accessModes: volume.claim.accessModes,
              volumeMode: volume.claim.volumeMode, bytes: volume.claim.bytes)),
          timeout: NodeTimeout.expose, attempts: 3, slots: nodes.slots(of: volume))
        draft.connect(cut, to: expose)
        draft.connect(closings, to: expose)
        let copied = draft.add(
          address("copy"),
          .copyVolume(
            CopyVolume(
              volume: volume.name,
              claim: ObjectReference(.claim, namespace: namespace, name: name),
              volumeMode: volume.claim.volumeMode, jobName: name, repository: copy.repository,
              tags: PointTags.volume(nodes.plan, point.name, volume: volume.name))),
          timeout: NodeTimeout.copy, attempts: 3,
          slots: nodes.slots(
            of: volume, SlotNames.mover, SlotNames.repository(copy.repository.name)))
        draft.connect(expose, to: copied)
        let retract = draft.add(
          address("retract"),
          .retractSnapshot(
            RetractSnapshot(namespace: namespace, name: name, jobName: name)),
          timeout: NodeTimeout.retract, attempts: 5)
        draft.connect(expose, to: retract, as: .guard)
        draft.connect(copied, to: retract)
        nodes.copies[copy.name, default: [:]][volume.name] = copied
        nodes.retracts[volume.name, default: []].append(retract)
      }
    }
  }

  /// Deletes what was cut, once nobody reads it any more.
  static let releases = Self(name: "releases") { nodes, draft in
    guard let point = nodes.work.point, !point.keepsSnapshots else { return }
    for volume in point.volumes {
      guard case .alone = volume.cut, let cut = nodes.cuts[volume.name] else { continue }
      let release = draft.add(
        nodes.address(volume.name, "release"),
        .releaseSnapshot(
          ReleaseSnapshot(
            snapshot: ObjectReference(
              .snapshot, namespace: volume.claim.namespace, name: point.key.name(volume.name)))),
        timeout: NodeTimeout.release, attempts: 5)
      draft.connect(cut, to: release, as: .guard)
      connectReaders(of: [volume.name], to: release, nodes, &draft)
    }
  }

  /// A group has a release even where its cut is kept: the labels on its claims are not.
  static let groupReleases = Self(name: "group releases") { nodes, draft in
    guard let point = nodes.work.point else { return }
    for group in point.groups {
      guard let cut = nodes.groupCuts[group.name] else { continue }
      let release = draft.add(
        nodes.address(group.name, "release"),
        .releaseGroup(
          ReleaseGroup(
            snapshot: point.snapshot(of: group, in: nodes.plan.namespace),
            claims: point.members(of: group).map(\.claim.reference),
            isKept: point.keepsSnapshots)),
        timeout: NodeTimeout.release, attempts: 5)
      draft.connect(cut, to: release, as: .guard)
      connectReaders(of: group.volumes, to: release, nodes, &draft)
    }
  }

  private static func connectReaders(
    of volumes: [String], to release: NodeID, _ nodes: ProtectionNodes, _ draft: inout GraphDraft
  ) {
    for volume in volumes {
      draft.connect(nodes.copies.values.compactMap { $0[volume] }.sorted(), to: release)
      draft.connect(nodes.retracts[volume] ?? [], to: release)
    }
  }
}

extension PointWork {
  /// In the order of the point's volumes.
  func members(of group: GroupWork) -> [VolumeWork] {
    volumes.filter { group.volumes.contains($0.name) }
  }

  func snapshot(of group: GroupWork, in namespace: String) -> ObjectReference {
    ObjectReference(
      .groupSnapshot(group.version), namespace: namespace, name: key.name(group.name))
  }
}
