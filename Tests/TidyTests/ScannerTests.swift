import Testing

@Suite("The scanner of the source tree") struct ScannerTests {
  private func bans(in text: String, at path: String) -> [String] {
    let file = SourceFile(path: path, text: text)
    return (Ban.everywhere + Ban.inSources + Ban.inCore).flatMap { $0.findings(in: file) }
  }

  private func habits(in text: String, at path: String = "Sources/Planning/A.swift") -> [String] {
    let file = SourceFile(path: path, text: text)
    return Habits.all.flatMap { $0(file) }
  }

  @Test(
    "sees a banned call in core code",
    arguments: [
      "let now = Date()", "let now = ContinuousClock().now", "let n = Int.random(in: 1...2)",
      "var g = SystemRandomNumberGenerator()", "Task { work() }", "Task.detached { work() }",
      "unsafe read(pointer)", "getenv(name)", "print(text)", "try! work()", "value as! Int",
      "fatalError()", "group.addImmediateTask { work() }", #"let text = "\(print(1))""#,
    ])
  func bannedInCore(line: String) {
    let findings = bans(in: "let a = 1\n\(line)\n", at: "Sources/Planning/A.swift")
    #expect(findings.count == 1)
    #expect(findings.first?.hasPrefix("Sources/Planning/A.swift:2: `") == true)
  }

  @Test(
    "sees no call in words, strings and longer names",
    arguments: [
      "// print(text)", "/* a /* nested */ print(text) */", #"let text = "print(text)""#,
      ##"let text = #"print("a")"#"##, "let text = \"\"\"\n  try! print(\"a\")\n  \"\"\"",
      #"let text = "a \" print(b)""#, "blueprint(a)", "func isolate() {}", "myTask { }",
      "let randomness = 1", "let n = Int.random(in: 1...2, using: &generator)",
    ])
  func notBanned(text: String) {
    #expect(bans(in: text, at: "Sources/Planning/A.swift") == [])
  }

  @Test("lets the shell do what core must not, and the program alone start tasks")
  func whereBansApply() {
    #expect(bans(in: "print(Date())", at: "Sources/Commands/A.swift") == [])
    #expect(bans(in: "Task { }", at: "Sources/Commands/A.swift").count == 1)
    #expect(bans(in: "Task { }", at: "Sources/oadp-plan/Main.swift") == [])
    #expect(bans(in: "Task { }", at: "Tests/RunnerTests/A.swift") == [])
  }

  @Test(
    "sees each broken habit",
    arguments: [
      ("let a = 1 ", "White space at the end"), ("\tlet a = 1", "Tab"),
      ("// TODO: more", "`TODO`: finish it, or open an issue"),
      (String(repeating: "a", count: 101), "101 columns, more than 100"),
      (
        "final class A: @unchecked Sendable {}",
        "`@unchecked Sendable` without a `// Safety:` sentence"
      ),
      ("let a = \"/work/a\"", "Path of one machine: `/work/`"),
      ("public enum Planning {", "Type `Planning` is named as its module"),
    ])
  func brokenHabit(line: String, reason: String) {
    #expect(habits(in: "import A\n\(line)\n") == ["Sources/Planning/A.swift:2: \(reason)"])
  }

  @Test("sees a generated header and a long file")
  func wholeFiles() {
    #expect(
      habits(in: "//\n//  A.swift\n//\n")
        == ["Sources/Planning/A.swift:1: Begins with a generated header, or with nothing"])
    let long = String(repeating: "a\n", count: 401)
    #expect(
      habits(in: long)
        == ["Sources/Planning/A.swift:401: More than 400 lines: give each idea a file"])
    #expect(habits(in: String(repeating: "a\n", count: 400)) == [])
  }

  @Test("accepts an unchecked claim with its argument, and a path below another")
  func keptHabits() {
    #expect(habits(in: "// Safety: a lock guards it.\nclass A: @unchecked Sendable {}\n") == [])
    #expect(habits(in: "let a = \"Sources/work/a\"\n") == [])
  }

  @Test("reads targets and what they may import from the manifest")
  func manifest() {
    let text = """
      let package = Package(
        targets: [
          // Words (in brackets) do not matter.
          library("CLibA", pkgConfig: "a", apt: "liba-dev"),
          module("Graphs"),
          module(
            "Planning",
            ["Graphs", argumentParser]),
          .executableTarget(name: "tool", dependencies: ["Planning"], swiftSettings: settings),
          tests("Graphs", ["Graphs"]),
        ]
      )
      """
    #expect(
      Manifest(text: text).dependencies == [
        "CLibA": [], "Graphs": [], "Planning": ["Graphs", "ArgumentParser"], "tool": ["Planning"],
        "GraphsTests": ["Graphs"],
      ])
  }

  @Test(
    "sees an import that is undeclared or crosses the layers",
    arguments: [
      ("import Git", "`Planning` imports `Git` undeclared"),
      ("public import Runner", "Core target `Planning` must not use `Runner`"),
      ("import struct Foundation.Date", "Core target `Planning` must not import `Foundation`"),
      ("@preconcurrency internal import Glibc", "Core target `Planning` must not import `Glibc`"),
    ])
  func crossedLayer(line: String, reason: String) {
    let manifest = Manifest(
      text: """
        targets: [
          module("Git"),
          module("Runner"),
          module("Planning", ["Runner"]),
        ]
        """.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n"))
    let file = SourceFile(path: "Sources/Planning/A.swift", text: "\(line)\nimport Planning2\n")
    #expect(
      Layers.findings(in: file, manifest: manifest) == ["Sources/Planning/A.swift:1: \(reason)"])
  }

  @Test("knows which adapters may stand on each other")
  func adapters() {
    #expect(Layers.objection(to: "YAML", in: "Kubernetes") == nil)
    #expect(Layers.objection(to: "Git", in: "Kubernetes") != nil)
    #expect(Layers.objection(to: "Kubernetes", in: "Runner") != nil)
    #expect(Layers.objection(to: "Runner", in: "Kubernetes") != nil)
    #expect(Layers.objection(to: "SimulatedCluster", in: "Kubernetes") != nil)
    #expect(Layers.objection(to: "SandboxServer", in: "Commands") == nil)
  }
}
