import Diagnostics
import Documents
import Testing

@Suite("JSON values written as YAML") struct YAMLTextTests {
  @Test(
    "what is written is read again as the same value",
    arguments: [
      "yes", "No", "~", "null", "1", "0x1f", "1_000", "2026-11-28", "12:30", "", " ", "- a", "a: b",
      "a #b", "#", "&x", "*x", "!t", "@a", "`a`", "%x", "{a}", "[a]", "a,b", "\"", "'", "\\", "ä",
      "line\nline\n", "line\nline", "\n", "\nfirst\n", "  indented\nline\n", "tab\tinside\nx\n",
      "trailing \n\nx\n", "two\n\n", "carriage\r\nreturn\r\n", "bell\u{7}\nx\n",
      "\u{FEFF}mark\nx\n",
      "/plans", "a/b-c_d.e", "--flag", "x: |\n  y\n", "---\n...\n", "nel\u{85}\nx\n",
      "ls\u{2028}\nx\n",
    ])
  func strings(text: String) throws {
    let value: JSONValue = [
      "plain": .string(text), "list": [.string(text), ["in": .string(text)], [[.string(text)]]],
    ]
    #expect(try Self.read(value.yaml) == value, "\(value.yaml)")
    if !text.isEmpty {
      let keyed: JSONValue = .object([text: ["a": .string(text)]])
      #expect(try Self.read(keyed.yaml) == keyed, "\(keyed.yaml)")
    }
  }

  @Test("numbers, truth, nothing and what is empty keep what they are")
  func scalars() throws {
    let value: JSONValue = [
      "integer": 7, "negative": -7, "number": 1.5, "true": true, "false": false, "null": nil,
      "list": [], "object": [:], "lists": [[], [[]], [1, 2]], "objects": [["a": 1, "b": [:]]],
    ]
    #expect(try Self.read(value.yaml) == value, "\(value.yaml)")
  }

  @Test("manifests look as people write them")
  func manifests() {
    let value: JSONValue = [
      "kind": "ConfigMap", "data": ["a.yaml": "spec:\n  x: 1\n"],
      "items": [["name": "a", "ports": [80]], ["name": "b"]],
    ]
    #expect(
      value.yaml == """
        data:
          a.yaml: |
            spec:
              x: 1
        items:
          - name: a
            ports:
              - 80
          - name: b
        kind: ConfigMap

        """)
  }

  private static func read(_ text: String) throws -> JSONValue {
    let file = YAMLDocumentTests.read(text)
    try #require(file.findings.diagnostics.isEmpty, "\(text)\n\(file.findings.diagnostics)")
    return try #require(file.documents.first?.root.json)
  }
}
