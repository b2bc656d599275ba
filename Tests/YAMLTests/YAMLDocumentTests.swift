import Diagnostics
import Documents
import Testing
import YAML

@Suite("YAML documents") struct YAMLDocumentTests {
  static func read(_ text: String, limits: DocumentLimits = DocumentLimits()) -> DocumentFile {
    .yaml(SourceFile(path: "a.yaml", text: text), limits: limits)
  }

  static func findings(_ text: String) -> [String] {
    read(text).findings.diagnostics.map { "\($0.span): \($0.code.rawValue) \($0.message)" }
  }

  @Test("every key and value knows its place, in characters and bytes")
  func places() throws {
    let text = "\u{FEFF}# ü\nä: [x, 𝄞y]\nblock: |\n  text\nmap: {k: 'v'}\n"
    let root = try #require(Self.read(text).documents.first?.root)
    #expect(
      root.json
        == .object([
          "ä": .array([.string("x"), .string("𝄞y")]), "block": .string("text\n"),
          "map": .object(["k": .string("v")]),
        ]))
    #expect(root.span(at: ["ä", 1]).start == SourcePosition(line: 2, column: 8, byte: 16))
    #expect(root.span(at: ["ä", 1]).end == SourcePosition(line: 2, column: 10, byte: 21))
    #expect(root.span(at: ["map", "k"]).description == "a.yaml:5:10")
    #expect(root.span(at: ["map"]).description == "a.yaml:5:1")
  }

  @Test("a file holds several documents")
  func several() {
    let file = Self.read("a: 1\n---\nb: 2\n...\n---\n- c\n")
    #expect(
      file.documents.map(\.root.json) == [
        .object(["a": .integer(1)]), .object(["b": .integer(2)]), .array([.string("c")]),
      ])
  }

  @Test("a mistake in one document hides none in the others")
  func resync() throws {
    let file = Self.read("a: [1\n---\nb: 2\n--- \nc: 'x\n---\nd: {\n---\ne: 5\n")
    #expect(
      file.findings.diagnostics.map { "\($0.span): \($0.message)" } == [
        "a.yaml:2:1: Did not find expected ',' or ']'",
        "a.yaml:5:4: The quotes that open here are never closed",
        "a.yaml:8:1: Did not find expected node content",
      ])
    #expect(
      file.documents.map(\.root.json) == [
        .object(["a": .array([.integer(1)])]), .object(["b": .integer(2)]), .object([:]),
        .object(["d": .object([:])]), .object(["e": .integer(5)]),
      ])
    #expect(file.documents.map(\.isDamaged) == [true, false, true, true, false])
  }

  @Test(
    "what plan files do not have is refused",
    arguments: [
      ("a: 1\na: 2\n", "a.yaml:2:1: OP1010 Key `a` is given twice"),
      ("b: &x {c: 1}\na:\n  <<: *x\n", "a.yaml:3:3: OP1016 Merge keys are not supported"),
      ("a: !!binary aGk=\n", "a.yaml:1:4: OP1016 The tag `!!binary` is not supported"),
      ("a: !ruby/object x\n", "a.yaml:1:4: OP1016 The tag `!ruby/object` is not supported"),
      ("? [a]\n: b\n", "a.yaml:1:3: OP1016 A key must be text"),
      ("a: *b\n", "a.yaml:1:4: OP1001 No anchor `&b` comes before this alias"),
      ("a: &a [*a]\n", "a.yaml:1:8: OP1001 No anchor `&a` comes before this alias"),
      ("a: \u{7}b\n", "a.yaml:1:4: OP1001 A control character stands here"),
    ])
  func refused(text: String, expected: String) { #expect(Self.findings(text) == [expected]) }

  @Test("anchors and aliases stand for values, within their document only")
  func aliases() throws {
    let file = Self.read("a: &x [1, 2]\nb: *x\nc: {d: *x}\n---\ne: *x\n")
    let list = JSONValue.array([.integer(1), .integer(2)])
    #expect(
      file.documents[0].root.json == .object(["a": list, "b": list, "c": .object(["d": list])]))
    #expect(file.findings.diagnostics.map(\.span.description) == ["a.yaml:5:4"])
  }

  @Test("quoted and tagged text is text")
  func text() {
    let file = Self.read("[\"1\", '1', !!str 1, ! 1, |-\n  1\n]")
    #expect(
      Self.read("- \"1\"\n- '1'\n- !!str 1\n- |-\n  1\n").documents.map(\.root.json) == [
        .array(Array(repeating: .string("1"), count: 4))
      ])
    #expect(file.documents.count <= 1)
  }

  @Test("depth, values, aliases, documents and bytes are bounded")
  func bounds() {
    let bomb = "a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\nd: [*c,*c,*c,*c]\n"
    let limits = DocumentLimits(bytesMax: 500, depthMax: 6, nodesMax: 100, documentsMax: 5)
    let cases = [
      bomb, String(repeating: "[", count: 400), String(repeating: "- a\n", count: 101),
      String(repeating: "--- a\n", count: 6), String(repeating: " ", count: 501),
    ]
    for text in cases {
      #expect(Self.read(text, limits: limits).findings.diagnostics.map(\.code) == [.boundExceeded])
    }
  }

  @Test("JSON is read by its own rules where the file's name says so")
  func json() {
    let source = SourceFile(path: "a.json", text: "{\"a\": \"\\ud834\\udd1e\"}")
    #expect(DocumentFile.parse(source).documents.map(\.root.json) == [.object(["a": .string("𝄞")])])
  }

  @Test("bytes that are no UTF-8 are named with their place")
  func encoding() {
    let file = DocumentFile.yaml(SourceFile(path: "a.yaml", bytes: [0x61, 0x3A, 0x0A, 0x20, 0xFF]))
    #expect(file.findings.diagnostics.map(\.span.description) == ["a.yaml:2:2"])
  }

  @Test("an empty file holds nothing", arguments: ["", "\n", "# only a comment\n", "\u{FEFF}"])
  func empty(text: String) {
    #expect(Self.read(text).documents.isEmpty)
    #expect(Self.findings(text) == [])
  }
}
