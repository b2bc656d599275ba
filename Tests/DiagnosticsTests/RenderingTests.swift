import Diagnostics
import Testing

@Suite("Rendering findings") struct RenderingTests {
  static let file = SourceFile(
    path: "shop/pg.yaml",
    text: "kind: A\n  quiesce: {exec: [psql]}\nlast: \u{1B}[31mä\t𝄞 x\n")

  static func report(_ diagnostics: Diagnostic..., files: [SourceFile] = [file]) -> ValidationReport
  {
    var bag = DiagnosticBag()
    for diagnostic in diagnostics { bag.add(diagnostic) }
    return ValidationReport(files: files, objectCount: 2, findings: bag)
  }

  static let oneShot = Diagnostic(
    .oneShotSession, "One-shot hooks cannot hold PostgreSQL backup mode",
    at: file.span(ofBytes: 10..<17), label: "the session ends here",
    notes: [Diagnostic.Note("Declared here", at: file.span(ofBytes: 0..<4))],
    hint: "use a session hook")
  static let slow = Diagnostic(
    .scheduleMissesObjective, "Too slow: 50%, or\nless", at: file.span(ofBytes: 0..<4))

  @Test("a line with a secret is named and not shown, whatever else is wrong in it")
  func secret() {
    let report = Self.report(
      Diagnostic(
        .secretInPlainText, "A value that looks like a secret stands in plain text",
        at: Self.file.span(ofBytes: 26..<30)), Self.oneShot)
    let expected = """
      error[OP2005]: One-shot hooks cannot hold PostgreSQL backup mode
       --> shop/pg.yaml:2:3
        = note: Declared here: shop/pg.yaml:1:1
        = help: use a session hook (oadp-plan explain OP2005)
      error[OP2012]: A value that looks like a secret stands in plain text
       --> shop/pg.yaml:2:19

      """
    #expect(report.rendered(as: .text) == expected)
  }

  @Test("text shows the line with a caret, the worst first")
  func text() {
    let expected = """
      error[OP2005]: One-shot hooks cannot hold PostgreSQL backup mode
       --> shop/pg.yaml:2:3
        |
      2 |   quiesce: {exec: [psql]}
        |   ^^^^^^^ the session ends here
        = note: Declared here: shop/pg.yaml:1:1
        = help: use a session hook (oadp-plan explain OP2005)
      warning[OP2104]: Too slow: 50%, or·less
       --> shop/pg.yaml:1:1
        |
      1 | kind: A
        | ^^^^

      """
    #expect(Self.report(Self.slow, Self.oneShot).rendered(as: .text) == expected)
  }

  @Test("what could steer a terminal never reaches it")
  func controls() {
    let finding = Diagnostic(.syntaxError, "A \u{1B}[2J", at: Self.file.span(ofBytes: 48..<52))
    let text = Self.report(finding).rendered(as: .text)
    #expect(!text.contains("\u{1B}"))
    #expect(text.contains("3 | last: ·[31mä 𝄞 x\n  |              ^"))
  }

  @Test("colour repeats what words say")
  func colour() {
    let report = Self.report(Self.oneShot, Self.slow)
    var coloured = report.rendered(as: .text, colour: true)
    for code in ["\u{1B}[1;31m", "\u{1B}[1;33m", "\u{1B}[0m"] {
      #expect(coloured.contains(code))
      coloured = coloured.split(separator: code, omittingEmptySubsequences: false).joined()
    }
    #expect(coloured == report.rendered(as: .text))
  }

  @Test("lines are in source order")
  func lines() {
    let expected = """
      shop/pg.yaml:1:1: warning[OP2104]: Too slow: 50%, or·less
      shop/pg.yaml:2:3: error[OP2005]: One-shot hooks cannot hold PostgreSQL backup mode
      hint: use a session hook

      """
    #expect(Self.report(Self.oneShot, Self.slow).rendered(as: .lines) == expected)
  }

  @Test("JSON counts and places findings")
  func json() {
    let expected = """
      {
        "format_version": "1.0",
        "valid": true,
        "error_count": 0,
        "warning_count": 1,
        "file_count": 1,
        "object_count": 2,
        "diagnostics": [
          {
            "severity": "warning",
            "code": "OP2104",
            "summary": "Too slow: 50%, or\\nless",
            "range": {
              "filename": "shop/pg.yaml",
              "start": {
                "line": 1,
                "column": 1,
                "byte": 0
              },
              "end": {
                "line": 1,
                "column": 5,
                "byte": 4
              }
            }
          }
        ]
      }

      """
    #expect(Self.report(Self.slow).rendered(as: .json) == expected)
  }

  @Test("annotations are escaped, and ten are enough")
  func gitHub() {
    let text = Self.report(Self.slow).rendered(as: .github)
    #expect(
      text == """
        ::warning file=shop/pg.yaml,line=1,endLine=1,col=1,endColumn=5,title=OP2104\
        ::Too slow: 50%25, or%0Aless

        """)
    var many = DiagnosticBag()
    for _ in 0..<25 { many.add(Self.oneShot) }
    let report = ValidationReport(files: [], objectCount: 1, findings: many)
    let lines = report.rendered(as: .github).split(separator: "\n")
    #expect(lines.count == 11)
    #expect(
      lines.last
        == "::notice title=oadp-plan::15 more findings; 0 files, 1 object · 25 errors, 0 warnings")
  }

  @Test("a good file is a passed case for JUnit, an error a failure, a warning output")
  func junit() {
    let clean = SourceFile(path: "a&b.yaml", text: "")
    let expected = """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="oadp-plan validate">
        <testsuite name="a&amp;b.yaml" tests="1" failures="0">
          <testcase classname="a&amp;b.yaml" name="valid"/>
        </testsuite>
        <testsuite name="shop/pg.yaml" tests="2" failures="1">
          <testcase classname="shop/pg.yaml" name="OP2104 1:1">
            <system-out>shop/pg.yaml:1:1: Too slow: 50%, or
      less</system-out>
          </testcase>
          <testcase classname="shop/pg.yaml" name="OP2005 2:3">
            <failure type="OP2005" message="One-shot hooks cannot hold PostgreSQL backup mode">\
      shop/pg.yaml:2:3: One-shot hooks cannot hold PostgreSQL backup mode
      use a session hook</failure>
          </testcase>
        </testsuite>
      </testsuites>

      """
    let report = Self.report(Self.oneShot, Self.slow, files: [clean, Self.file])
    #expect(report.rendered(as: .junit) == expected)
  }

  @Test("SARIF and code quality name rule, place and a fingerprint that survives new lines above")
  func machineForms() throws {
    let sarif = Self.report(Self.oneShot).rendered(as: .sarif)
    #expect(sarif.contains("\"version\": \"2.1.0\""))
    #expect(sarif.contains("\"ruleId\": \"OP2005\""))
    #expect(sarif.contains("\"startLine\": 2"))
    let print = try #require(sarif.firstMatch(of: /"primaryLocationLineHash": "([0-9a-f]{16}):1"/))
    let moved = SourceFile(path: Self.file.path, bytes: Array("# new\n".utf8) + Self.file.bytes)
    var lower = Self.oneShot
    lower.span = moved.span(ofBytes: 16..<23)
    #expect(Self.report(lower, files: [moved]).rendered(as: .sarif).contains(print.1))
    let quality = Self.report(Self.oneShot).rendered(as: .gitlabCodeQuality)
    #expect(quality.contains("\"fingerprint\": \"\(print.1)\""))
    #expect(quality.contains("\"severity\": \"critical\""))
  }

  @Test("the summary counts with the right grammar")
  func summary() {
    #expect(Self.report(Self.slow).summary == "1 file, 2 objects · 0 errors, 1 warning")
  }
}
