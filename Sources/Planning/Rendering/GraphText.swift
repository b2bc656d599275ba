internal import Graphs

/// An execution graph, drawn.
public struct GraphText: Sendable {
  private let graph: ExecutionGraph
  private let drawn: DirectedGraph
  private let kinds: [Edge.Kind]

  /// - Precondition: The graph has passed ``GraphCheck``.
  public init(_ graph: ExecutionGraph) {
    self.graph = graph
    kinds = graph.edges.map(\.kind)
    drawn = DirectedGraph(
      nodeCount: graph.nodes.count,
      edges: graph.edges.map {
        DirectedGraph.Edge(source: $0.from.rawValue, target: $0.to.rawValue)
      })
  }

  private func label(_ node: Int) -> String { graph.nodes[node].address }

  private func style(_ edge: Int) -> EdgeStyle {
    // A guard runs whatever becomes of its predecessor.
    kinds[edge] == .guard ? .dotted : .solid
  }

  /// A Mermaid flowchart.
  public var mermaid: String { drawn.mermaid(label: label, style: style) }

  /// Graphviz's language.
  public var dot: String { drawn.dot(label: label, style: style) }

  /// Lines of plain text, each node below what it waits for.
  public var ascii: String {
    do {
      return try drawn.text(label: label, style: style)
    } catch {
      preconditionFailure("a checked graph has no circle: \(error)")
    }
  }
}
