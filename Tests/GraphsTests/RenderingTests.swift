import Graphs
import Testing

@Suite("Rendering of a graph") struct RenderingTests {
  let run = graph(4, [(0, 1), (0, 2), (1, 2), (1, 3)])
  let labels = ["quiesce", "snapshot \"data\"", "unquiesce", "copy <1>"]

  private func label(_ node: Int) -> String { labels[node] }
  private func style(_ edge: Int) -> EdgeStyle { edge == 2 ? .dotted : .solid }

  @Test("Graphviz draws guards dotted and sees quotes as text")
  func dot() {
    #expect(
      run.dot(label: label, style: style) == #"""
        digraph {
          rankdir=LR
          node [shape=box]
          n0 [label="quiesce"]
          n1 [label="snapshot \"data\""]
          n2 [label="unquiesce"]
          n3 [label="copy <1>"]
          n0 -> n1
          n0 -> n2
          n1 -> n2 [style=dotted]
          n1 -> n3
        }

        """#)
  }

  @Test("Mermaid draws guards dotted and sees markup as text")
  func mermaid() {
    #expect(
      run.mermaid(label: label, style: style) == """
        flowchart LR
          n0["quiesce"]
          n1["snapshot #34;data#34;"]
          n2["unquiesce"]
          n3["copy #60;1#62;"]
          n0 --> n1
          n0 --> n2
          n1 -.-> n2
          n1 --> n3

        """)
  }

  @Test("plain text lists each node below its predecessors")
  func text() throws {
    #expect(
      try run.text(label: label, style: style) == """
        0  quiesce
        1  snapshot "data"  <- 0
        2  unquiesce        <- 0 <~ 1
        3  copy <1>         <- 1

        """)
  }

  @Test("a label of several lines stays inside of its node")
  func lines() throws {
    let single = graph(1, [])
    #expect(try single.text(label: { _ in "a\r\nb" }) == "0  a b\n")
    #expect(single.dot(label: { _ in "a\n\"b\\" }).contains(#"n0 [label="a\n\"b\\"]"#))
    #expect(single.mermaid(label: { _ in "a\nb" }).contains(#"n0["a<br>b"]"#))
  }
}
