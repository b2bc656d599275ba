import Graphs

extension GraphCheck {
  /// What makes a graph no graph: ids, edges and references that lead nowhere, and circles.
  var formFaults: [GraphFault] {
    var faults: [GraphFault] = []
    func add(_ address: String, _ message: String) {
      faults.append(GraphFault(rule: .form, address: address, message: message))
    }
    var addresses = Set<String>(minimumCapacity: graph.nodes.count)
    for (position, node) in graph.nodes.enumerated() {
      if node.id.rawValue != position {
        add(node.address, "Node \(position) calls itself \(node.id)")
      }
      if node.address.isEmpty { add("", "Node \(position) has no address") }
      if !addresses.insert(node.address).inserted {
        add(node.address, "Two nodes share an address")
      }
      if node.timeoutSeconds < 1 { add(node.address, "A timeout of \(node.timeoutSeconds) s") }
      if node.attemptsMax < 1 { add(node.address, "\(node.attemptsMax) attempts") }
    }
    let ids = 0..<graph.nodes.count
    for edge in graph.edges {
      if !ids.contains(edge.from.rawValue) || !ids.contains(edge.to.rawValue) {
        add("", "An edge leads from \(edge.from) to \(edge.to)")
      } else if edge.from == edge.to {
        add(graph[edge.to].address, "An edge leads from the node to itself")
      }
    }
    // Edges as a builder leaves them are sorted already, and sorting them again takes no time.
    let edges = graph.edges.sorted()
    for (edge, next) in zip(edges, edges.dropFirst()) where edge == next {
      add(
        ids.contains(edge.to.rawValue) ? graph[edge.to].address : "",
        "An edge from \(edge.from) is there twice")
    }
    for bracket in graph.brackets {
      let named = [bracket.opening, bracket.closing] + bracket.members
      for id in named where !ids.contains(id.rawValue) { add("", "A bracket names \(id)") }
    }
    for node in graph.nodes {
      for reference in node.action.references where !ids.contains(reference.rawValue) {
        add(node.address, "The action refers to \(reference)")
      }
    }
    guard faults.isEmpty else { return faults }
    if let circle = order.cycle() {
      let path = circle.map { "`\(graph.nodes[$0].address)`" }.joined(separator: " → ")
      add("", "Nodes wait for each other: \(path)")
    }
    return faults
  }
}

extension Action {
  /// The nodes whose results the action uses.
  var references: [NodeID] {
    switch self {
    case .exposeSnapshot(let expose): [expose.cut]
    case .sealPoint(let seal):
      seal.volumes.flatMap { [$0.cut, $0.copy] } + seal.artifactSteps
        + [seal.capture, seal.bracket?.opening, seal.bracket?.closing].compactMap { $0 }
        + (seal.bracket?.windows ?? []).flatMap { [$0.after, $0.before].compactMap { $0 } }
    default: []
    }
  }
}
