import Testing

@testable import Git

@Suite("Status of the working tree") struct StatusTests {
  private func status(
    _ sandbox: Sandbox, of paths: [String] = [], limit: Int = 20
  ) throws -> GitStatus {
    try GitRepository.open(at: sandbox.root).status(of: paths, limit: limit)
  }

  @Test("files as committed are clean")
  func clean() throws {
    let sandbox = try Sandbox.repository(files: ["plans/a.yaml": "a"])
    #expect(try status(sandbox) == GitStatus(files: [], count: 0))
    #expect(try !status(sandbox).isDirty)
  }

  @Test("each kind of change has its name")
  func changes() throws {
    let sandbox = try Sandbox.repository(files: [
      "edited": "1", "staged": "1", "gone": "1", "unstaged": "1", "both": "1", "same": "1",
    ])
    for name in ["edited", "staged", "both"] { try sandbox.write("22", to: name) }
    try sandbox.git("add", "staged", "both")
    try sandbox.write("333", to: "both")
    try sandbox.remove("gone")
    try sandbox.git("rm", "--quiet", "unstaged")
    try sandbox.write("1", to: "new folder/new")
    try sandbox.write("1", to: "next")
    try sandbox.git("add", "next")
    #expect(
      try status(sandbox).files.map { "\($0.path) \($0.change)" }.sorted() == [
        "both modified", "edited modified", "gone deleted", "new folder/new untracked",
        "next added", "staged modified", "unstaged deleted",
      ])
  }

  @Test("a merge that stopped is a conflict")
  func conflict() throws {
    let sandbox = try Sandbox.repository(files: ["a": "1"])
    try sandbox.git("checkout", "--quiet", "-b", "other")
    try sandbox.write("2", to: "a")
    try sandbox.commitAll("two")
    try sandbox.git("checkout", "--quiet", "main")
    try sandbox.write("3", to: "a")
    try sandbox.commitAll("three")
    try sandbox.git("merge", "other", exitCode: 1)
    #expect(try status(sandbox).files == [.init(path: "a", change: .conflicted)])
  }

  @Test("only the given paths count, and they are taken literally")
  func paths() throws {
    let sandbox = try Sandbox.repository(files: ["plans/a.yaml": "a", "src/b": "b"])
    try sandbox.write("bb", to: "src/b")
    try sandbox.write("new", to: "*")
    #expect(try !status(sandbox, of: ["plans"]).isDirty)
    #expect(try status(sandbox, of: ["plans", "src/b"]).files.map(\.path) == ["src/b"])
    #expect(try status(sandbox, of: ["*"]).files.map(\.path) == ["*"])
    #expect(try status(sandbox, of: [""]).count == 2)
  }

  @Test("the list is bounded, the count is not")
  func limit() throws {
    let sandbox = try Sandbox.repository(files: ["a": "a"])
    for number in 10..<40 { try sandbox.write("", to: "new/\(number)") }
    let status = try status(sandbox, limit: 2)
    #expect(status.files.map(\.path) == ["new/10", "new/11"])
    #expect(status.count == 30)
  }

  @Test("ignored files are not looked at")
  func ignored() throws {
    let sandbox = try Sandbox.repository(files: [".gitignore": "*.log\n"])
    try sandbox.write("x", to: "run.log")
    #expect(try !status(sandbox).isDirty)
  }

  @Test("everything is new before the first commit")
  func empty() throws {
    let sandbox = try Sandbox.repository()
    try sandbox.write("a", to: "a")
    #expect(try status(sandbox).files == [.init(path: "a", change: .untracked)])
  }

  @Test("a bare repository has no status")
  func bare() throws {
    let sandbox = try Sandbox()
    try sandbox.git("init", "--quiet", "--bare")
    let repository = try GitRepository.open(at: sandbox.root)
    let isBare = repository.isBare
    #expect(isBare)
    #expect(repository.workingTree == nil)
    #expect(gitError { () throws(GitError) in _ = try repository.status() } == .noWorkingTree)
  }

  @Test("asking writes nothing, not even the index")
  func readOnly() throws {
    let sandbox = try Sandbox.repository(files: ["a": "a"])
    try sandbox.write("b", to: "a")
    let index = try sandbox.bytes(of: ".git/index")
    #expect(try status(sandbox).isDirty)
    #expect(try sandbox.bytes(of: ".git/index") == index)
  }
}
