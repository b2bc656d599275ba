import Foundation
import Testing

@testable import Git

@Suite("Opening a repository") struct OpeningTests {
  @Test("a repository is found from any folder or file below its root")
  func discovery() throws {
    let sandbox = try Sandbox.repository(files: ["plans/shop/plan.yaml": "a"])
    for start in ["", "plans", "plans/shop", "plans/shop/plan.yaml"] {
      let repository = try GitRepository.discover(from: sandbox.path(start))
      #expect(repository.workingTree == sandbox.root + "/")
    }
  }

  @Test("only the named folder is opened where no search is wanted")
  func openingExactly() throws {
    let sandbox = try Sandbox.repository(files: ["plans/plan.yaml": "a"])
    #expect(try GitRepository.open(at: sandbox.root).head().branch == "main")
    #expect(
      gitError { () throws(GitError) in _ = try GitRepository.open(at: sandbox.path("plans")) }
        == .notARepository(path: sandbox.path("plans")))
  }

  @Test("a folder in no repository, or no folder at all, is told as such")
  func noRepository() throws {
    let sandbox = try Sandbox()
    for path in [sandbox.root, sandbox.path("missing")] {
      let error = gitError { () throws(GitError) in _ = try GitRepository.discover(from: path) }
      #expect(error == .notARepository(path: path))
      #expect(error?.description == "`\(path)` is in no git repository")
    }
  }

  @Test("a SHA-256 repository is refused by its format's name")
  func sha256() throws {
    let sandbox = try Sandbox()
    try sandbox.git("init", "--quiet", "--object-format=sha256")
    let error = gitError { () throws(GitError) in _ = try GitRepository.open(at: sandbox.root) }
    guard case .unsupportedFormat(sandbox.root, let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reason.contains("object"))
  }

  @Test("another user's repository is refused with the way to trust it", .enabled(if: isRoot))
  func untrustedOwner() throws {
    let sandbox = try Sandbox.repository(files: ["a": "a"])
    for path in ["", ".git"] {
      try FileManager.default.setAttributes(
        [.ownerAccountID: 54_321], ofItemAtPath: sandbox.path(path))
    }
    let error = gitError { () throws(GitError) in
      _ = try GitRepository.discover(from: sandbox.root)
    }
    #expect(error == .untrustedOwner(path: sandbox.root))
    #expect(
      error?.hint
        == "if you trust it, run `git config --global --add safe.directory \(sandbox.root)`")
  }

  @Test("a path is told relative to the root, through symbolic links")
  func paths() throws {
    let sandbox = try Sandbox.repository(files: ["plans/shop.yaml": "a"])
    let outside = try Sandbox()
    try outside.link("link", to: sandbox.path("plans"))
    let repository = try GitRepository.discover(from: sandbox.path("plans"))
    #expect(try repository.path(of: sandbox.root) == "")
    #expect(try repository.path(of: sandbox.path("plans/")) == "plans")
    #expect(try repository.path(of: outside.path("link/shop.yaml")) == "plans/shop.yaml")
    #expect(
      gitError { () throws(GitError) in _ = try repository.path(of: outside.root) }
        == .outsideOfRepository(path: outside.root))
    #expect(
      gitError { () throws(GitError) in _ = try repository.path(of: sandbox.path("gone")) }?
        .description
        == "Git could not find `\(sandbox.path("gone"))`: No such file or directory")
  }
}

@Suite("Head and remote") struct HeadTests {
  @Test("the head names commit and branch")
  func branch() throws {
    let sandbox = try Sandbox.repository(files: ["a": "a"])
    try sandbox.git("checkout", "--quiet", "-b", "feature/one")
    let head = try GitRepository.open(at: sandbox.root).head()
    #expect(try head.commit?.description == sandbox.git("rev-parse", "HEAD"))
    #expect(head.commit?.short.count == 12)
    #expect(head.branch == "feature/one")
  }

  @Test("a detached head has no branch")
  func detached() throws {
    let sandbox = try Sandbox.repository(files: ["a": "a"])
    try sandbox.git("checkout", "--quiet", "--detach")
    let head = try GitRepository.open(at: sandbox.root).head()
    #expect(head.branch == nil)
    #expect(try head.commit?.description == sandbox.git("rev-parse", "HEAD"))
  }

  @Test("a repository without a commit has a branch and no commit")
  func empty() throws {
    let sandbox = try Sandbox.repository()
    let head = try GitRepository.open(at: sandbox.root).head()
    #expect(head == GitHead(commit: nil, branch: "main"))
  }

  @Test("a linked worktree has its own head")
  func worktree() throws {
    let sandbox = try Sandbox.repository(files: ["a": "a"])
    let other = try Sandbox()
    try sandbox.git("worktree", "add", "--quiet", "-b", "other", other.path("tree"))
    let repository = try GitRepository.discover(from: other.path("tree"))
    #expect(try repository.head().branch == "other")
    #expect(repository.workingTree == other.path("tree/"))
  }

  @Test("the remote is told without credentials, and is missing where there is none")
  func remote() throws {
    let sandbox = try Sandbox.repository()
    #expect(try GitRepository.open(at: sandbox.root).remoteURL() == nil)
    try sandbox.git("remote", "add", "origin", "https://bot:canary@example.org/shop.git")
    let url = try GitRepository.open(at: sandbox.root).remoteURL()
    #expect(url == "https://example.org/shop.git")
  }

  @Test(
    "credentials are stripped from every spelling of a URL",
    arguments: [
      ("https://example.org/a.git", "https://example.org/a.git"),
      ("https://token@example.org/a.git", "https://example.org/a.git"),
      ("https://u:p@ss@example.org:8443/a@b.git", "https://example.org:8443/a@b.git"),
      ("https://example.org/a.git?token=canary#x", "https://example.org/a.git"),
      ("ssh://git:canary@example.org/a.git", "ssh://example.org/a.git"),
      ("git@example.org:a/b.git", "git@example.org:a/b.git"),
      ("canary@example.org:a/b.git", "example.org:a/b.git"),
      ("/srv/git/a@b.git", "/srv/git/a@b.git"),
      ("../shop", "../shop"),
      ("", ""),
    ])
  func credentials(url: String, stripped: String) {
    #expect(withoutCredentials(url) == stripped)
  }
}

private let isRoot = geteuid() == 0
