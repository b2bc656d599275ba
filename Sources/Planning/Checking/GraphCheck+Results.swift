import ClusterModel
import ProtectionModel

extension GraphCheck {
  /// G1: data, then its claim, then what runs on it, then hooks.
  var restoreFaults: [GraphFault] {
    var faults: [GraphFault] = []
    var bindings: [Substring: [NodeID]] = [:]
    var writers: [ObjectReference: [NodeID]] = [:]
    var waits: [ObjectReference: NodeID] = [:]
    for node in graph.nodes {
      switch node.action {
      case .bindVolume: bindings[node.plan, default: []].append(node.id)
      case .fillVolume(let fill): writers[fill.claim, default: []].append(node.id)
      case .writeArtifact(let write): writers[write.claim, default: []].append(node.id)
      case .awaitWorkload(let wait): waits[wait.workload] = node.id
      default: break
      }
    }
    for node in graph.nodes {
      var needed: [NodeID] = []
      var what = ""
      switch node.action {
      case .bindVolume(let bind):
        needed = writers[bind.staged] ?? []
        what = "A claim is bound before its data is there"
        if !needed.contains(where: { graph[$0].action.operation == .fillVolume }) {
          faults.append(fault(.restoreOrder, node.id, "A claim is bound that nothing fills"))
        }
      case .awaitWorkload:
        needed = bindings[node.plan] ?? []
        what = "A workload is awaited before its volumes are bound"
      case .restoreObjects(let restore)
      where restore.objects.contains(where: { ObjectOrder.stage(of: $0.kind) == .workload }):
        needed = bindings[node.plan] ?? []
        what = "A workload is made before its volumes are bound"
      case .execute(let command):
        guard case .workload(let reference, _) = command.target else { break }
        needed = (waits[reference].map { [$0] } ?? []) + (bindings[node.plan] ?? [])
        what = "A hook runs before its workload is ready on its volumes"
      default: break
      }
      guard !needed.isEmpty else { continue }
      if !rests(node.id, on: needed) {
        faults.append(fault(.restoreOrder, node.id, what))
      }
    }
    return faults
  }

  /// G4 and G6: a manifest vouches for nothing that may not have happened, and nothing is deleted
  /// for the sake of a point that may not come to be.
  var pointFaults: [GraphFault] {
    var faults: [GraphFault] = []
    var seals: [PlanKey: [NodeID]] = [:]
    for node in graph.nodes {
      guard case .sealPoint(let seal) = node.action else { continue }
      seals[seal.plan, default: []].append(node.id)
      if !rests(node.id, on: node.action.references) {
        faults.append(
          fault(.wholePoint, node.id, "A point is sealed before everything in it has succeeded"))
      }
      for volume in seal.volumes
      where !graph[volume.cut].action.cuts(volume.name)
        || graph[volume.copy].action.operation != .copyVolume
      {
        faults.append(
          fault(.wholePoint, node.id, "Volume `\(volume.name)` is sealed without a cut and a copy"))
      }
      if seal.volumes.isEmpty {
        faults.append(fault(.wholePoint, node.id, "A point without volumes"))
      }
    }
    for node in graph.nodes {
      guard case .expirePoint(let expire) = node.action else { continue }
      for seal in seals[expire.plan] ?? [] {
        if !rests(node.id, on: [seal]) {
          faults.append(
            fault(.safeExpiry, node.id, "A point expires before its successor is sealed"))
        }
        if case .sealPoint(let sealed) = graph[seal].action, sealed.point == expire.point,
          sealed.repository == expire.repository
        {
          faults.append(fault(.safeExpiry, node.id, "A point expires in the run that makes it"))
        }
      }
    }
    return faults
  }
}

extension Node {
  /// The plan that the node's address names: `shop/pg` of `shop/pg/data:bind`.
  var plan: Substring {
    let path = address.prefix { $0 != ":" }
    guard let first = path.firstIndex(of: "/") else { return path }
    return path[..<(path[path.index(after: first)...].firstIndex(of: "/") ?? path.endIndex)]
  }
}
