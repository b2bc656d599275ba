import Testing

@testable import Git

@Suite("Files of a revision") struct FilesTests {
  private let files = [
    "plans/shop.yaml": "old", "plans/deep/er/a.yml": "a", "plans/notes.md": "n",
    "plans-old/b.yaml": "b", "README.md": "r",
  ]

  private func read(
    _ sandbox: Sandbox, at revision: String = "HEAD", under paths: [String] = [""],
    matching suffixes: [String] = [".yaml", ".yml"], limits: RevisionLimits = RevisionLimits()
  ) throws(GitError) -> RevisionFiles {
    try GitRepository.open(at: sandbox.root)
      .files(at: revision, under: paths, matching: suffixes, limits: limits)
  }

  private func text(_ file: RevisionFiles.File) -> String {
    "\(file.path)=\(String(decoding: file.bytes, as: UTF8.self))"
  }

  @Test("come from the commit, whatever the working tree says")
  func committed() throws {
    let sandbox = try Sandbox.repository(files: files)
    try sandbox.write("new", to: "plans/shop.yaml")
    try sandbox.write("new", to: "plans/new.yaml")
    let revision = try read(sandbox, under: ["plans"])
    #expect(revision.files.map(text) == ["plans/deep/er/a.yml=a", "plans/shop.yaml=old"])
    #expect(try revision.commit.description == sandbox.git("rev-parse", "HEAD"))
    try sandbox.commitAll("second")
    #expect(try read(sandbox, at: "HEAD~1", under: ["plans"]) == revision)
    #expect(
      try read(sandbox, under: ["plans/shop.yaml"]).files.map(text) == ["plans/shop.yaml=new"])
  }

  @Test("are sorted, each once, and a named file needs no suffix")
  func selection() throws {
    let sandbox = try Sandbox.repository(files: files)
    let revision = try read(sandbox, under: ["./plans/", "plans/deep", "README.md", "plans-old"])
    #expect(
      revision.files.map(\.path) == [
        "README.md", "plans-old/b.yaml", "plans/deep/er/a.yml", "plans/shop.yaml",
      ])
    #expect(try read(sandbox, matching: []).files.count == 5)
    #expect(
      try read(sandbox, matching: [".md"]).files.map(\.path) == ["README.md", "plans/notes.md"])
  }

  @Test("every spelling of a revision is understood")
  func revisions() throws {
    let sandbox = try Sandbox.repository(files: files)
    try sandbox.git("tag", "--annotate", "--message", "v1", "v1")
    let commit = try sandbox.git("rev-parse", "HEAD")
    let repository = try GitRepository.open(at: sandbox.root)
    for revision in [
      "HEAD", "main", "refs/heads/main", "v1", "v1^{commit}", "@", commit,
      String(commit.prefix(8)), ":/first",
    ] {
      #expect(try repository.commit(of: revision).description == commit)
    }
  }

  @Test("a revision that is none is told why")
  func badRevisions() throws {
    let sandbox = try Sandbox.repository(files: files)
    let repository = try GitRepository.open(at: sandbox.root)
    func error(_ revision: String) -> GitError? {
      gitError { () throws(GitError) in _ = try repository.commit(of: revision) }
    }
    #expect(error("gone") == .revisionNotFound("gone"))
    #expect(error("HEAD~7") == .revisionNotFound("HEAD~7"))
    #expect(
      error(String(repeating: "0", count: 40))
        == .revisionNotFound(String(repeating: "0", count: 40)))
    #expect(error("main..v1") == .malformedRevision("main..v1"))
    #expect(error("HEAD^{") == .malformedRevision("HEAD^{"))
    #expect(error("") == .malformedRevision(""))
    #expect(error("HEAD:plans") == .notACommit(revision: "HEAD:plans"))
    #expect(error("gone")?.description == "Git knows no revision `gone`")
  }

  @Test("an empty repository has no revision")
  func emptyRepository() throws {
    let sandbox = try Sandbox.repository()
    #expect(
      gitError { () throws(GitError) in _ = try read(sandbox) } == .revisionNotFound("HEAD"))
  }

  @Test("a path that the revision does not hold is an error")
  func missingPath() throws {
    let sandbox = try Sandbox.repository(files: files)
    #expect(
      gitError { () throws(GitError) in _ = try read(sandbox, under: ["plans", "gone/x"]) }
        == .pathNotFound(path: "gone/x", revision: "HEAD"))
  }

  @Test("links and submodules are named, not followed")
  func skipped() throws {
    let sandbox = try Sandbox.repository(files: files)
    try sandbox.link("plans/link.yaml", to: "/etc/passwd")
    let commit = try sandbox.git("rev-parse", "HEAD")
    try sandbox.git("update-index", "--add", "--cacheinfo", "160000,\(commit),plans/module")
    try sandbox.git("add", "plans/link.yaml")
    try sandbox.git("commit", "--quiet", "--message", "second")
    #expect(
      try read(sandbox, under: ["plans"]).skipped == [
        .init(path: "plans/link.yaml", reason: .symbolicLink),
        .init(path: "plans/module", reason: .submodule),
      ])
  }

  @Test("count, size and depth are bounded")
  func bounds() throws {
    let sandbox = try Sandbox.repository(files: files)
    func error(_ limits: RevisionLimits) -> GitError? {
      gitError { () throws(GitError) in _ = try read(sandbox, limits: limits) }
    }
    #expect(error(RevisionLimits(filesMax: 2)) == .tooManyFiles(limit: 2))
    #expect(error(RevisionLimits(bytesMax: 4)) == .tooManyBytes(limit: 4))
    #expect(
      error(RevisionLimits(foldersDeepMax: 2))
        == .foldersTooDeep(path: "plans/deep/er", limit: 2))
    let exact = RevisionLimits(filesMax: 3, bytesMax: 5, foldersDeepMax: 3)
    #expect(try read(sandbox, limits: exact).files.count == 3)
  }

  @Test("a bare repository holds files too")
  func bare() throws {
    let sandbox = try Sandbox.repository(files: files)
    try sandbox.git("clone", "--quiet", "--bare", ".", "copy.git")
    let bare = try GitRepository.open(at: sandbox.path("copy.git"))
    #expect(try bare.files(at: "main", under: ["README.md"]).files.map(text) == ["README.md=r"])
  }
}
