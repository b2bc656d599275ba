import Documents
import Foundation
import Testing

@Suite("The program without a cluster") struct ProgramTests {
  @Test("version tells name and version, as text and as JSON")
  func version() throws {
    let scratch = try Scratch()
    let text = try Program.run("version", in: scratch.folder)
    #expect(text.output == "oadp-plan 0.1.0\n")
    #expect(text.exit == 0)
    let json = try Program.run("version", "--json", in: scratch.folder)
    let expected: JSONValue = [
      "name": "oadp-plan", "planAPI": "oadp-plan.dev/v1alpha1", "version": "0.1.0",
    ]
    #expect(try JSONValue(parsing: Array(json.output.utf8)) == expected)
  }

  @Test(
    "what cannot be understood ends with 64, and says so on stderr",
    arguments: [
      ["frobnicate"], ["validate", "--frobnicate"], ["validate", "-o", "frob"],
      ["log", "--limit", "0"],
    ])
  func usage(arguments: [String]) throws {
    let scratch = try Scratch()
    let result = try Program.run(arguments, in: scratch.folder)
    #expect(result.exit == 64)
    #expect(result.output == "")
    #expect(result.talk.hasPrefix("Error: "))
    #expect(result.talk.contains("Usage: oadp-plan"))
  }

  @Test(
    "without a kubeconfig, diff and apply end with 14 and name the ways to give one",
    arguments: [["diff", "protection"], ["apply", "protection", "--auto-approve"]])
  func withoutCluster(arguments: [String]) throws {
    let scratch = try Scratch()
    try scratch.copy(Shipped.plans, as: "protection")
    let result = try Program.run(arguments, in: scratch.folder)
    #expect(result.exit == 14)
    #expect(result.output == "")
    #expect(
      result.talk == """
        error: There is no kubeconfig: none is given, `KUBECONFIG` names none that exists, and \
        there is no `~/.kube/config`
        hint: name a kubeconfig with --kubeconfig or KUBECONFIG

        """)
    // Nothing was begun, so nothing is there to resume.
    let left = try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path)
    #expect(left == ["protection"])
  }

  @Test("diff ends with 10 where a plan has a mistake, before it looks for a cluster")
  func diffOfBrokenPlan() throws {
    let scratch = try Scratch()
    try scratch.copy(Shipped.broken.appending(path: "bad-duration.yaml"), as: "plan.yaml")
    let result = try Program.run("diff", in: scratch.folder)
    #expect(result.exit == 10)
    #expect(result.output == "")
    #expect(
      result.talk.hasPrefix("error[OP1006]: `1 hour` is no duration\n  --> plan.yaml:22:21\n"))
    #expect(result.talk.hasSuffix("1 file, 4 objects · 3 errors, 0 warnings\n"))
  }

  @Test("git without runs has an empty log; a folder without git has none")
  func log() throws {
    let scratch = try Scratch()
    let outside = try Program.run("log", in: scratch.folder)
    #expect(outside.exit == 1)
    #expect(
      outside.talk == """
        error: `.` is in no git repository
        hint: run `git init`, or name a folder inside of a repository

        """)
    try Program.git("init", "-q", in: scratch.folder)
    let text = try Program.run("log", in: scratch.folder)
    #expect(text.output == "")
    #expect(text.talk == "No run is recorded yet\n")
    #expect(text.exit == 0)
    let json = try Program.run("log", "-o", "json", in: scratch.folder)
    #expect(try JSONValue(parsing: Array(json.output.utf8)) == ["runs": []])
  }

  @Test("--rev reads the plans of a commit, whatever the working tree holds")
  func revision() throws {
    let scratch = try Scratch()
    try scratch.copy(Shipped.plans, as: "protection")
    try Program.git("init", "-q", in: scratch.folder)
    try Program.git("add", "-A", in: scratch.folder)
    try Program.git("commit", "-q", "-m", "Plans", in: scratch.folder)
    let project = scratch.folder.appending(path: "protection/project.yaml")
    try Data("kind: [".utf8).write(to: project)

    #expect(try Program.run("validate", "protection", in: scratch.folder).exit == 10)
    let committed = try Program.run("validate", "protection", "--rev", "HEAD", in: scratch.folder)
    #expect(committed.output == "protection: 4 files, 7 objects · 0 errors, 0 warnings\n")
    #expect(committed.exit == 0)

    let unknown = try Program.run("validate", "protection", "--rev", "nope", in: scratch.folder)
    #expect(unknown.exit == 1)
    #expect(unknown.talk.hasPrefix("error: Git knows no revision `nope`\nhint: "))
  }
}
