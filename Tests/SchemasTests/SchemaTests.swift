import Diagnostics
import Documents
import Schemas
import Testing
import YAML

@Suite("Schemas") struct SchemaTests {
  static func findings(_ schema: String, _ text: String) throws -> [String] {
    let compiled = try Schema(try JSONValue(parsing: schema))
    let file = DocumentFile.yaml(SourceFile(path: "a", text: text))
    let root = try #require(file.documents.first?.root)
    return compiled.validate(root).map { finding in
      let hint = finding.hint.map { " (\($0))" } ?? ""
      return
        "\(finding.span.start.line):\(finding.span.start.column) "
        + "\(finding.code.rawValue) \(finding.message)\(hint)"
    }
  }

  @Test(
    "each keyword accepts and refuses",
    arguments: [
      (#"{"type": "string"}"#, "a", []),
      (
        #"{"type": "string"}"#, "1",
        ["1:1 OP1003 The document must be text, not a number (put quotes around it)"]
      ),
      (
        #"{"type": ["integer", "array"]}"#, "{}",
        ["1:1 OP1003 The document must be a whole number or a list, not a mapping"]
      ),
      (#"{"type": "integer"}"#, "1.0", []),
      (
        #"{"type": "boolean"}"#, "on",
        [
          "1:1 OP1015 `on` is text in YAML 1.2, and The document must be `true` or `false` "
            + "(write `true`)"
        ]
      ),
      (
        #"{"enum": ["Fail", "Skip"]}"#, "fial",
        ["1:1 OP1004 The document cannot be `fial` (did you mean `Fail`?)"]
      ),
      (#"{"const": 3}"#, "4", ["1:1 OP1004 The document cannot be `4` (use `3`)"]),
      (#"{"required": ["a"]}"#, "{b: 1}", ["1:2 OP1012 The document has no `a` (add `a`)"]),
      (
        #"{"properties": {"name": {}}, "additionalProperties": false}"#, "{nmae: x, zzz: y}",
        [
          "1:2 OP1002 Unknown field `nmae` (did you mean `name`?)",
          "1:11 OP1002 Unknown field `zzz` (known fields are `name`)",
        ]
      ),
      (
        #"{"patternProperties": {"^x-": {"type": "integer"}}, "additionalProperties": false}"#,
        "{x-a: b}", ["1:7 OP1003 `x-a` must be a whole number, not text"]
      ),
      (
        #"{"additionalProperties": {"type": "string"}}"#, "{a: [1]}",
        ["1:5 OP1003 `a` must be text, not a list"]
      ),
      (
        #"{"propertyNames": {"pattern": "^a"}}"#, "{b: 1}",
        ["1:2 OP1013 `b` cannot be `b` (it must match `^a`)"]
      ),
      (#"{"minProperties": 1}"#, "{}", ["1:1 OP1012 The document is empty"]),
      (
        #"{"maxProperties": 1}"#, "{a: 1, b: 2}", ["1:2 OP1011 The document has more than 1 fields"]
      ),
      (
        #"{"items": {"type": "integer"}, "minItems": 3}"#, "[1, x]",
        [
          "1:1 OP1013 The document needs at least 3 items",
          "1:5 OP1003 `[1]` must be a whole number, not text",
        ]
      ),
      (#"{"maxItems": 1}"#, "[1, 2]", ["1:1 OP1011 The document has more than 1 items"]),
      (
        #"{"uniqueItems": true}"#, "[{a: 1}, {a: 1}]",
        ["1:11 OP1005 The document holds one item twice"]
      ),
      (#"{"contains": {"const": 1}}"#, "[2, 1]", []),
      (#"{"contains": {"const": 1}}"#, "[2]", ["1:1 OP1013 The document lacks an item it needs"]),
      (#"{"minLength": 1}"#, "''", ["1:1 OP1013 The document is empty"]),
      (#"{"maxLength": 2}"#, "äöü", ["1:1 OP1013 The document is longer than 2 characters"]),
      (
        #"{"pattern": "^a$"}"#, "b", ["1:1 OP1013 The document cannot be `b` (it must match `^a$`)"]
      ),
      (#"{"minimum": 1, "maximum": 3}"#, "4", ["1:1 OP1013 The document must be 3 or less"]),
      (#"{"exclusiveMinimum": 1}"#, "1", ["1:1 OP1013 The document must be more than 1"]),
      (#"{"multipleOf": 5}"#, "7", ["1:1 OP1013 The document must be a multiple of 5"]),
      (
        #"{"allOf": [{"type": "integer"}, {"minimum": 2}]}"#, "1",
        ["1:1 OP1013 The document must be 2 or more"]
      ),
      (
        #"{"not": {"required": ["a", "b"]}}"#, "{a: 1, b: 2}",
        ["1:2 OP1019 `a` and `b` exclude each other"]
      ),
      (
        #"{"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"required": ["c"]}}"#,
        "{a: 1}", ["1:2 OP1012 The document has no `b` (add `b`)"]
      ),
      (#"{"properties": {"a": false}}"#, "{a: 1}", ["1:2 OP1019 `a` is not allowed here"]),
      (
        #"{"anyOf": [{"type": "string"}, {"type": "array"}]}"#, "{}",
        ["1:1 OP1003 The document must be text or a list, not a mapping"]
      ),
      (
        #"{"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}"#, "{c: 1}",
        ["1:2 OP1012 The document needs one of `a` or `b`"]
      ),
      (
        #"{"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}"#, "{a: 1, b: 1}",
        ["1:8 OP1019 `a` and `b` exclude each other (keep one of them)"]
      ),
    ] as [(String, String, [String])])
  func keywords(schema: String, text: String, expected: [String]) throws {
    #expect(try Self.findings(schema, text) == expected)
  }

  @Test("of several branches, the one that was meant is reported")
  func bestBranch() throws {
    let schema = #"""
      {"oneOf": [
        {"properties": {"type": {"const": "S3"}, "bucket": {}}, "required": ["type", "bucket"],
         "additionalProperties": false},
        {"properties": {"type": {"const": "Local"}, "path": {}}, "required": ["type", "path"],
         "additionalProperties": false}]}
      """#
    #expect(
      try Self.findings(schema, "{type: Local, pth: x}") == [
        "1:2 OP1012 The document has no `path` (add `path`)",
        "1:15 OP1002 Unknown field `pth` (did you mean `path`?)",
      ])
  }

  @Test("schemas refer to each other, and to themselves")
  func references() throws {
    let files: [String: JSONValue] = [
      "a.json": try JSONValue(parsing: #"{"$ref": "b.json#/definitions/tree"}"#),
      "b.json": try JSONValue(
        parsing: #"""
          {"definitions": {"tree": {"properties": {"next": {"$ref": "#/definitions/tree"}},
            "additionalProperties": false}}}
          """#),
    ]
    let schema = try Schema(file: "a.json", in: files)
    let root = DocumentFile.yaml(SourceFile(path: "a", text: "next: {next: {nxt: 1}}")).documents[0]
      .root
    #expect(schema.validate(root).map(\.message) == ["Unknown field `nxt` in `next`"])
    #expect(throws: SchemaError(message: "No schema at `c.json#/`")) {
      try Schema(file: "c.json", in: files)
    }
  }

  @Test(
    "a misspelt word is guessed only from close ones",
    arguments: [
      ("shcedule", "schedule"), ("StatefulSett", "StatefulSet"), ("x", nil),
      ("retentoin", "retention"),
      ("completely-else", nil), ("SCHEDULE", "schedule"),
    ] as [(String, String?)])
  func spelling(word: String, expected: String?) {
    let words = ["schedule", "StatefulSet", "retention"]
    #expect(Spelling.closest(to: word, among: words) == expected)
  }
}
