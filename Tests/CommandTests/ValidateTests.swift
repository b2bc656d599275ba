import Documents
import Foundation
import Testing

@Suite("validate") struct ValidateTests {
  static let brokenFiles: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: Shipped.broken.path)) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.sorted()
  }()

  /// A folder that holds one broken file and nothing else.
  private func project(_ name: String) throws -> Scratch {
    let scratch = try Scratch()
    try scratch.copy(Shipped.broken.appending(path: name), as: name)
    return scratch
  }

  @Test("the shipped plans have no mistake")
  func shipped() throws {
    let result = try Program.run("validate", "plans", in: Shipped.root)
    #expect(result.output == "plans: 4 files, 7 objects · 0 errors, 0 warnings\n")
    #expect(result.talk == "")
    #expect(result.exit == 0)
  }

  @Test(
    "a broken file ends with 10 and tells each mistake with place, code and hint",
    arguments: brokenFiles)
  func broken(name: String) throws {
    let scratch = try project(name)
    let golden = Shipped.broken.appending(path: name.dropLast(4) + "expected")
    let result = try Program.run("validate", name, "-o", "lines", in: scratch.folder)
    #expect(result.exit == 10)
    #expect(result.talk == "")
    #expect(result.output == (try String(contentsOf: golden, encoding: .utf8)))
  }

  @Test("a file without a word of ours is somebody else's in a folder, and a mistake when named")
  func foreign() throws {
    let scratch = try project("empty-document.yaml")
    let folder = try Program.run("validate", ".", in: scratch.folder)
    #expect(folder.output == ".: 0 files, 0 objects · 0 errors, 0 warnings\n")
    #expect(folder.exit == 0)
    let named = try Program.run("validate", "empty-document.yaml", in: scratch.folder)
    #expect(named.exit == 10)
  }

  @Test("there are at least twenty broken files")
  func count() { #expect(Self.brokenFiles.count >= 20) }

  @Test("text shows the line, marks the place and ends with the count")
  func text() throws {
    let scratch = try project("bad-duration.yaml")
    let result = try Program.run("validate", ".", in: scratch.folder)
    #expect(
      result.output.hasPrefix(
        """
        error[OP1006]: `1 hour` is no duration
          --> bad-duration.yaml:22:21
           |
        22 |   objectives: {rpo: 1 hour, rto: 30}
           |                     ^^^^^^
           = help: write `90s`, `15m`, `1h` or `14d`
        """))
    #expect(result.output.hasSuffix("\n.: 1 file, 4 objects · 3 errors, 0 warnings\n"))
    #expect(!result.output.contains("\u{1B}"))
  }

  @Test("JSON says what is valid and where what is not stands")
  func json() throws {
    let scratch = try project("bad-duration.yaml")
    let result = try Program.run("validate", ".", "-o", "json", in: scratch.folder)
    let report = try JSONValue(parsing: Array(result.output.utf8))
    #expect(result.exit == 10)
    #expect(report["valid"] == false)
    #expect(report["error_count"] == 3)
    let first = report["diagnostics"]?.arrayValue?.first
    #expect(first?["code"] == "OP1006")
    #expect(first?["range", "start"] == ["line": 22, "column": 21, "byte": 524])
    let valid = try Program.run("validate", "plans", "-o", "json", in: Shipped.root)
    #expect(try JSONValue(parsing: Array(valid.output.utf8))["valid"] == true)
    #expect(valid.exit == 0)
  }

  @Test("SARIF is JSON with one result for each mistake")
  func sarif() throws {
    let scratch = try project("bad-duration.yaml")
    let result = try Program.run("validate", ".", "-o", "sarif", in: scratch.folder)
    let log = try JSONValue(parsing: Array(result.output.utf8))
    #expect(log["version"] == "2.1.0")
    let results = log["runs"]?.arrayValue?.first?["results"]?.arrayValue ?? []
    #expect(results.map { $0["ruleId"] } == ["OP1006", "OP1003", "OP1006"])
  }

  @Test("JUnit, GitHub and lines can be had at once, each in its own file")
  func files() throws {
    let scratch = try project("bad-duration.yaml")
    let result = try Program.run(
      "validate", ".", "-o", "junit=report.xml", "-o", "github", "-o", "lines=report.txt",
      in: scratch.folder)
    #expect(result.exit == 10)
    #expect(
      result.output == """
        ::error file=bad-duration.yaml,line=22,endLine=22,col=21,endColumn=27,title=OP1006::\
        `1 hour` is no duration%0Awrite `90s`, `15m`, `1h` or `14d`
        ::error file=bad-duration.yaml,line=22,endLine=22,col=34,endColumn=36,title=OP1003::\
        `rto` must be text, not a number%0Aput quotes around it
        ::error file=bad-duration.yaml,line=23,endLine=23,col=39,endColumn=43,title=OP1006::\
        `5min` is no duration%0Awrite `90s`, `15m`, `1h` or `14d`

        """)
    let junit = try String(
      contentsOf: scratch.folder.appending(path: "report.xml"), encoding: .utf8)
    #expect(junit.hasPrefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "))
    #expect(junit.contains(#"<testsuite name="bad-duration.yaml" tests="3" failures="3">"#))
    #expect(junit.hasSuffix("</testsuites>\n"))
    let lines = try String(
      contentsOf: scratch.folder.appending(path: "report.txt"), encoding: .utf8)
    #expect(lines.split(separator: "\n").count == 6)
  }

  @Test(
    "what looks like a secret is named, and never shown",
    arguments: ["text", "lines", "json", "sarif", "junit", "github"])
  func secrets(format: String) throws {
    let scratch = try project("secrets.yaml")
    let result = try Program.run("validate", ".", "-o", format, in: scratch.folder)
    #expect(result.output.contains("OP2012"))
    for secret in Self.canaries {
      #expect(!result.output.contains(secret))
      #expect(!result.talk.contains(secret))
    }
  }

  /// The values of `secrets.yaml` that must not come out again.
  static let canaries = ["hunter22"]
}
