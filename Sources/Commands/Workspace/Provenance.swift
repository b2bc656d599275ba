import Execution
import Git

/// Where the plans were read from, for output and records.
struct Provenance: Hashable, Sendable {
  /// The repository's working tree; `nil` outside of any repository.
  var repository: String?
  var commit: String?
  var branch: String?
  var remote: String?
  /// Plan files that differ from the commit; a few of them.
  var dirtyFiles: [String]
  var dirtyCount: Int

  static let outsideOfGit = Provenance(dirtyFiles: [], dirtyCount: 0)

  /// What git says of a folder. Being outside of a repository is no error: plans work there, their
  /// runs are just not recorded in git.
  static func ofWorkingTree(at folder: String) throws(GitError) -> Provenance {
    let repository: GitRepository
    do { repository = try GitRepository.discover(from: folder) } catch GitError.notARepository {
      return outsideOfGit
    }
    let head = try repository.head()
    let status = try repository.status(of: [try repository.path(of: folder)])
    return Provenance(
      repository: repository.workingTree, commit: head.commit?.description, branch: head.branch,
      remote: try repository.remoteURL(), dirtyFiles: status.files.map(\.path),
      dirtyCount: status.count)
  }

  /// What git says of the working directory.
  static func here() throws(CommandFailure) -> Provenance {
    do { return try ofWorkingTree(at: ".") } catch {
      throw CommandFailure(.failed, error.description, hint: error.hint)
    }
  }

  /// `commit 8c1d2ee`, `commit 8c1d2ee + 2 changed files`, or `not in git`.
  var summary: String {
    guard let commit else { return repository == nil ? "not in git" : "no commit yet" }
    let name = "commit \(commit.prefix(7))"
    guard dirtyCount > 0 else { return name }
    return name + " + \(dirtyCount) changed file\(dirtyCount == 1 ? "" : "s")"
  }

  /// Names what is not committed, for standard error.
  var dirtyNote: String? {
    guard dirtyCount > 0 else { return nil }
    let more = dirtyCount > dirtyFiles.count ? ", …" : ""
    return "note: not committed: \(dirtyFiles.joined(separator: ", "))\(more)\n"
  }
}
