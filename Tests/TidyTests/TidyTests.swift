import Testing

@Suite("The source tree") struct TidyTests {
  private func report(_ findings: [String]) {
    for finding in findings { Issue.record("\(finding)") }
  }

  private func manifest() throws -> Manifest {
    Manifest(text: try #require(SourceTree.manifest).lines.joined(separator: "\n"))
  }

  @Test("is found from this file")
  func isFound() {
    #expect(SourceTree.files.contains { $0.path == "Tests/TidyTests/TidyTests.swift" })
    #expect(SourceTree.files.filter(\.isSource).count > 50)
  }

  @Test("has a folder for every target, and a target for every folder")
  func foldersAreTargets() throws {
    let declared = Set(try manifest().dependencies.keys)
    let folders = SourceTree.targets(in: "Sources").union(SourceTree.targets(in: "Tests"))
    #expect(declared.subtracting(folders).sorted() == [], "targets without a folder")
    #expect(folders.subtracting(declared).sorted() == [], "folders that are no target")
  }

  @Test("imports what its targets declare, and the layers allow")
  func layers() throws {
    let manifest = try manifest()
    report(SourceTree.files.flatMap { Layers.findings(in: $0, manifest: manifest) })
    let sources = SourceTree.targets(in: "Sources")
    for (target, modules) in manifest.dependencies.sorted(by: { $0.key < $1.key }) {
      guard sources.contains(target) else { continue }
      for module in modules.sorted() {
        report(Layers.objection(to: module, in: target).map { ["Package.swift: \($0)"] } ?? [])
      }
    }
  }

  @Test("calls nothing that is banned where it stands")
  func bans() {
    for ban in Ban.everywhere + Ban.inSources + Ban.inCore {
      report(SourceTree.files.flatMap(ban.findings))
    }
  }

  @Test("keeps the habits of layout and wording")
  func habits() {
    for habit in Habits.all { report(SourceTree.files.flatMap(habit)) }
  }
}
