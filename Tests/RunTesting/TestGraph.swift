import ClusterModel
public import Planning

/// Builds execution graphs for tests, by address.
public struct TestGraph {
  public private(set) var graph = ExecutionGraph()

  public init() {}

  /// Adds a node that does nothing, after `requires` and guarding `guards`.
  @discardableResult
  public mutating func node(
    _ address: String, after requires: [NodeID] = [], guarding guards: [NodeID] = [],
    attempts: Int = 1, timeout: Int = 60, slots: [String] = [], uid: String? = nil,
    action: Action = .ensureNamespace(EnsureNamespace(name: "shop"))
  ) -> NodeID {
    let id = NodeID(graph.nodes.count)
    let claim = ObjectReference(.claim, namespace: "shop", name: "data")
    graph.nodes.append(
      Node(
        id: id, address: address, action: action, timeoutSeconds: timeout, attemptsMax: attempts,
        slots: slots, preconditions: uid.map { [Precondition(claim, uid: $0)] } ?? []))
    for node in requires { graph.edges.append(Edge(from: node, to: id, kind: .requires)) }
    for node in guards { graph.edges.append(Edge(from: node, to: id, kind: .guard)) }
    return id
  }

  public mutating func bracket(
    _ opening: NodeID, _ members: [NodeID], _ closing: NodeID, outlivesRunner: Bool
  ) {
    graph.brackets.append(
      Bracket(
        opening: opening, members: members, closing: closing, outlivesRunner: outlivesRunner))
  }

  public static func cut(_ name: String) -> Action {
    let claim = ObjectReference(.claim, namespace: "shop", name: name)
    return .cutVolume(
      CutVolume(volume: name, claim: claim, snapshotName: "op-\(name)", snapshotClass: "rbd"))
  }

  public static func copy(_ name: String) -> Action {
    .copyVolume(
      CopyVolume(
        volume: name, claim: ObjectReference(.claim, namespace: "movers", name: name),
        jobName: name,
        repository: RepositoryTarget(
          name: "gold", location: "/srv/gold",
          password: SecretKeyReference(namespace: "movers", name: "gold", key: "password"),
          isCreatedWhenMissing: true), tags: []))
  }

  public static var capture: Action {
    .captureObjects(CaptureObjects(namespace: "shop", kinds: ["Secret"]))
  }
}
