import Diagnostics
import Documents
import Testing

@Suite("JSON documents") struct JSONDocumentTests {
  static func read(_ text: String, limits: DocumentLimits = DocumentLimits()) -> DocumentFile {
    .json(SourceFile(path: "a.json", text: text), limits: limits)
  }

  @Test("every key and value knows its place")
  func places() throws {
    let text = "{\n  \"a\": [1, {\"b\\u0041\": \"x\"}],\n  \"c\": null\n}\n"
    let file = Self.read(text)
    #expect(file.findings.isEmpty)
    let root = try #require(file.documents.first?.root)
    #expect(root.json == (try JSONValue(parsing: text)))
    #expect(root.span(at: ["a", 0]).description == "a.json:2:9")
    #expect(root.span(at: ["a", 1, "bA"]).description == "a.json:2:24")
    #expect(root.span(at: ["c"]).start == SourcePosition(line: 3, column: 8, byte: 39))
    #expect(root.span(at: ["a", 7, "d"]).description == "a.json:2:3")
  }

  @Test(
    "mistakes are named with their place",
    arguments: [
      ("", "a.json:1:1: Unexpected end of the file"),
      ("{", "a.json:1:2: Expected a member name"),
      ("[1,]", "a.json:1:4: Expected a value"),
      ("[1 2]", "a.json:1:4: Expected `,` or `]`"),
      ("{\"a\" 1}", "a.json:1:6: Expected `:`"),
      ("[1]\n x", "a.json:2:2: Unexpected text after the document"),
      ("\"a", "a.json:1:3: Unterminated string"),
      ("[tru]", "a.json:1:5: Unexpected character"),
      ("{\"a\": 1, \"a\": 2}", "a.json:1:10: Key `a` is given twice"),
    ])
  func mistakes(text: String, expected: String) {
    let found = Self.read(text).findings.diagnostics.map { "\($0.span): \($0.message)" }
    #expect(found == [expected])
  }

  @Test("depth, size and number of values are bounded")
  func bounds() {
    let deep = String(repeating: "[", count: 100_000)
    let limits = DocumentLimits(bytesMax: 200_000, depthMax: 5, nodesMax: 10)
    for text in [deep, "[1,2,3,4,5,6,7,8,9,10,11]", String(repeating: " ", count: 200_001)] {
      let file = Self.read(text, limits: limits)
      #expect(file.findings.diagnostics.map(\.code) == [.boundExceeded])
      #expect(file.documents.isEmpty)
    }
  }

  @Test("no prefix of a document crashes")
  func prefixes() {
    let text = "{\"a\": [1, -2.5e3, true, null, \"x\\n\\u00e9\"], \"b\": {\"c\": []}}"
    for length in 0..<text.utf8.count {
      #expect(Self.read(String(text.utf8.prefix(length))!).findings.hasErrors)
    }
  }
}
