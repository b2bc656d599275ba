/// How an edge is drawn.
public enum EdgeStyle: Hashable, Sendable {
  case solid, dotted
}

extension DirectedGraph {
  /// The graph in Graphviz's language, nodes from left to right.
  public func dot(
    label: (Int) -> String, style: (Int) -> EdgeStyle = { _ in .solid }
  ) -> String {
    var text = "digraph {\n  rankdir=LR\n  node [shape=box]\n"
    for node in nodes { text += "  n\(node) [label=\"\(dotEscaped(label(node)))\"]\n" }
    for edge in edges {
      let dotted = style(edge) == .dotted ? " [style=dotted]" : ""
      text += "  n\(self[edge: edge].source) -> n\(self[edge: edge].target)\(dotted)\n"
    }
    return text + "}\n"
  }

  /// The graph as a Mermaid flowchart, which code hosting sites draw inside of Markdown.
  public func mermaid(
    label: (Int) -> String, style: (Int) -> EdgeStyle = { _ in .solid }
  ) -> String {
    var text = "flowchart LR\n"
    for node in nodes { text += "  n\(node)[\"\(mermaidEscaped(label(node)))\"]\n" }
    for edge in edges {
      let arrow = style(edge) == .dotted ? "-.->" : "-->"
      text += "  n\(self[edge: edge].source) \(arrow) n\(self[edge: edge].target)\n"
    }
    return text
  }

  /// The graph as lines of plain text, each node below all of its predecessors:
  ///
  ///     0  quiesce
  ///     1  snapshot   <- 0
  ///     2  unquiesce  <- 0 <~ 1
  ///
  /// `<-` lists the nodes from which solid edges arrive, `<~` those of dotted edges.
  public func text(
    label: (Int) -> String, style: (Int) -> EdgeStyle = { _ in .solid }
  ) throws(CycleError) -> String {
    let order = try topologicalOrder()
    let numberWidth = String(max(nodeCount - 1, 0)).count
    let labels = nodes.map { label($0).split(whereSeparator: \.isNewline).joined(separator: " ") }
    let labelWidth = labels.map(\.count).max() ?? 0
    var text = ""
    for node in order {
      var line = padded(String(node), to: numberWidth, left: true) + "  "
      let arrivals = arrivals(at: node, style: style)
      line += arrivals.isEmpty ? labels[node] : padded(labels[node], to: labelWidth) + " "
      text += line + arrivals + "\n"
    }
    return text
  }

  private func arrivals(at node: Int, style: (Int) -> EdgeStyle) -> String {
    func list(_ arrow: String, _ wanted: EdgeStyle) -> String {
      let sources = Set(
        incomingEdges(of: node).filter { style($0) == wanted }.map { self[edge: $0].source })
      guard !sources.isEmpty else { return "" }
      return " \(arrow) " + sources.sorted().map(String.init).joined(separator: ", ")
    }
    return list("<-", .solid) + list("<~", .dotted)
  }
}

private func padded(_ text: String, to width: Int, left: Bool = false) -> String {
  let space = String(repeating: " ", count: max(0, width - text.count))
  return left ? space + text : text + space
}

private func dotEscaped(_ label: String) -> String {
  var escaped = ""
  for character in label {
    switch character {
    case "\"", "\\": escaped += "\\\(character)"
    case _ where character.isNewline: escaped += "\\n"
    default: escaped.append(character)
    }
  }
  return escaped
}

/// Mermaid takes character codes between `#` and `;`, and markup of its own in many others.
private func mermaidEscaped(_ label: String) -> String {
  var escaped = ""
  for character in label {
    switch character {
    case "\"", "#", "<", ">", "&", "`", ";": escaped += "#\(character.asciiValue ?? 0x20);"
    case _ where character.isNewline: escaped += "<br>"
    default: escaped.append(character)
    }
  }
  return escaped
}
