import ClusterModel
import Graphs

extension GraphCheck {
  /// G7: what was paused is resumed, after everything that it was paused for; and nothing is
  /// changed before it was asked whether it would be refused.
  var surroundingFaults: [GraphFault] {
    var faults: [GraphFault] = []
    var resumes: [String: [NodeID]] = [:]
    for node in graph.nodes {
      if case .resumeGitOps(let resume) = node.action {
        resumes[resume.key, default: []].append(node.id)
      }
    }
    var guards: Set<Edge> = []
    for edge in graph.edges where edge.kind == .guard { guards.insert(edge) }
    for node in graph.nodes {
      switch node.action {
      case .pauseGitOps(let pause):
        let own = (resumes[pause.key] ?? []).filter { id in
          guard case .resumeGitOps(let resume) = graph[id].action else { return false }
          return resume.keepers == pause.keepers
            && guards.contains(Edge(from: node.id, to: id, kind: .guard))
        }
        guard let resume = own.first else {
          faults.append(fault(.leftBehind, node.id, "What is paused is not resumed by a guard"))
          continue
        }
        let before = predecessors(of: resume)
        for other in restoring(node.plan) where !before.contains(other) {
          faults.append(fault(.leftBehind, other, "GitOps is resumed before this node has ended"))
        }
        // Directly, so that whoever takes the run over pauses again before it goes on.
        let after = Set(success.successors(of: node.id.rawValue))
        for other in restoring(node.plan)
        where graph[other].action.operation != .retractStage && !after.contains(other.rawValue) {
          faults.append(fault(.restoreOrder, other, "It does not wait until GitOps is paused"))
        }
      case .resumeGitOps where !guards.contains { $0.to == node.id }:
        faults.append(fault(.leftBehind, node.id, "A guard guards nothing"))
      case .checkObjects: faults += unfounded(on: node.id, "It does not wait for the check")
      default: break
      }
    }
    return faults
  }

  /// The nodes of a plan that change what is restored.
  private func restoring(_ plan: Substring) -> [NodeID] {
    graph.nodes.filter { node in
      switch node.action {
      case .checkObjects, .pauseGitOps, .resumeGitOps: false
      default: node.plan == plan
      }
    }.map(\.id)
  }

  private func unfounded(on foundation: NodeID, _ message: String) -> [GraphFault] {
    var reached: Set<Int> = [foundation.rawValue]
    var open = [foundation.rawValue]
    while let node = open.popLast() {
      for next in success.successors(of: node) where reached.insert(next).inserted {
        open.append(next)
      }
    }
    return restoring(graph[foundation].plan).filter { !reached.contains($0.rawValue) }
      .map { fault(.restoreOrder, $0, message) }
  }
}
