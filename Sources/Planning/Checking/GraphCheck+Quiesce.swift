extension GraphCheck {
  /// G2 and G3: every quiesce has its unquiesce, which runs whatever happens, right after the cuts.
  var quiesceFaults: [GraphFault] {
    var faults: [GraphFault] = []
    var openings: Set<NodeID> = []
    let guards = Set(graph.edges.filter { $0.kind == .guard })
    let readers = readers
    for bracket in graph.brackets {
      openings.insert(bracket.opening)
      if !guards.contains(Edge(from: bracket.opening, to: bracket.closing, kind: .guard)) {
        faults.append(
          fault(.unquiesce, bracket.opening, "No guard edge leads from a quiesce to its unquiesce"))
      }
      if !closes(bracket) {
        faults.append(
          fault(
            .unquiesce, bracket.closing,
            "The closing of a bracket does not undo `\(graph[bracket.opening].address)`"))
      }
      let before = predecessors(of: bracket.closing)
      for member in bracket.members where !before.contains(member) {
        faults.append(
          fault(.shortQuiesce, member, "The unquiesce does not wait for this node"))
      }
      for id in before.sorted() where graph[id].action.movesData {
        faults.append(
          fault(.shortQuiesce, id, "The unquiesce `\(graph[bracket.closing].address)` waits for it")
        )
      }
      faults += cutFaults(bracket, readers)
    }
    for node in graph.nodes where node.action.opensQuiesce && !openings.contains(node.id) {
      faults.append(fault(.unquiesce, node.id, "A quiesce without a bracket"))
    }
    return faults + guardFaults
  }

  /// Whether the closing is the right undoing for the opening.
  private func closes(_ bracket: Bracket) -> Bool {
    switch (graph[bracket.opening].action, graph[bracket.closing].action) {
    case (.openSession(let open), .closeSession(let close)): open.session == close.session
    case (.execute(let freeze), .execute(let thaw)):
      freeze.target == thaw.target && freeze.deadman?.marker == thaw.disarms
    default: false
    }
  }

  /// Cuts inside of a bracket begin after its opening, and are read only after its closing.
  private func cutFaults(
    _ bracket: Bracket, _ readers: [NodeID: [NodeID]]
  ) -> [GraphFault] {
    var faults: [GraphFault] = []
    for member in bracket.members {
      if !foundations(of: member).contains(bracket.opening) {
        faults.append(
          fault(.shortQuiesce, member, "It does not wait for the quiesce it relies on"))
      }
      for reader in readers[member] ?? []
      where !predecessors(of: reader).contains(bracket.closing) {
        faults.append(
          fault(.shortQuiesce, reader, "Work on the cut does not wait for the unquiesce"))
      }
    }
    return faults
  }

  /// What makes a cut readable, by the cut.
  private var readers: [NodeID: [NodeID]] {
    var readers: [NodeID: [NodeID]] = [:]
    for node in graph.nodes {
      guard case .exposeSnapshot(let expose) = node.action else { continue }
      readers[expose.cut, default: []].append(node.id)
    }
    return readers
  }

  /// What clears away after another node must be its guard, or a failure leaves traces.
  private var guardFaults: [GraphFault] {
    let guarded = Set(graph.edges.filter { $0.kind == .guard }.map(\.to))
    return graph.nodes.compactMap { node in
      switch node.action {
      case .closeSession, .retractSnapshot, .retractStage, .releaseSnapshot, .releaseGroup:
        guarded.contains(node.id) ? nil : fault(.unquiesce, node.id, "A guard guards nothing")
      default: nil
      }
    }
  }
}

extension Action {
  /// Whether it takes as long as the data is large.
  var movesData: Bool {
    switch self {
    case .exposeSnapshot, .copyVolume, .fillVolume, .sealPoint: true
    default: false
    }
  }

  /// Whether the application is held from here on.
  var opensQuiesce: Bool {
    switch self {
    case .openSession: true
    case .execute(let command): command.deadman != nil
    default: false
    }
  }
}
