/// Why git could not do what was asked.
public enum GitError: Error, Hashable, Sendable {
  /// Neither `path` nor any folder above it is a repository.
  case notARepository(path: String)
  /// The repository belongs to another user, and git's configuration does not trust it.
  case untrustedOwner(path: String)
  /// The repository uses a format this build of libgit2 cannot read.
  case unsupportedFormat(path: String, reason: String)
  /// The operation needs checked-out files, and the repository is bare.
  case noWorkingTree
  case outsideOfRepository(path: String)
  case revisionNotFound(String)
  case ambiguousRevision(String)
  case malformedRevision(String)
  /// The revision names a file or folder where a commit is needed.
  case notACommit(revision: String)
  case pathNotFound(path: String, revision: String)
  case tooManyFiles(limit: Int)
  case tooManyBytes(limit: Int)
  case foldersTooDeep(path: String, limit: Int)
  /// A name that would not be safe as a file's name in a run record.
  case invalidName(String)
  /// Another writer, or a lock file that a dead one left, kept the reference busy.
  case locked(reference: String, lockFile: String, attempts: Int)
  /// Any other failure, in libgit2's own words.
  case failed(operation: String, code: Int32, message: String)
}

extension GitError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notARepository(let path):
      "`\(path)` is in no git repository"
    case .untrustedOwner(let path):
      "The git repository of `\(path)` belongs to another user"
    case .unsupportedFormat(let path, let reason):
      "The git repository of `\(path)` has an unsupported format: \(reason)"
    case .noWorkingTree:
      "The git repository is bare: it has no working tree"
    case .outsideOfRepository(let path):
      "`\(path)` lies outside of the git repository"
    case .revisionNotFound(let revision):
      "Git knows no revision `\(revision)`"
    case .ambiguousRevision(let revision):
      "Revision `\(revision)` fits more than one object"
    case .malformedRevision(let revision):
      "`\(revision)` is not one git revision"
    case .notACommit(let revision):
      "Revision `\(revision)` is not a commit"
    case .pathNotFound(let path, let revision):
      "`\(path)` does not exist in revision `\(revision)`"
    case .tooManyFiles(let limit):
      "The revision holds more than \(limit) matching files"
    case .tooManyBytes(let limit):
      "The matching files of the revision hold more than \(limit) bytes"
    case .foldersTooDeep(let path, let limit):
      "`\(path)` is nested more than \(limit) folders deep"
    case .invalidName(let name):
      "`\(name)` cannot name a file of a run record"
    case .locked(let reference, let lockFile, let attempts):
      "Reference `\(reference)` stayed locked by `\(lockFile)` through \(attempts) attempts"
    case .failed(let operation, _, let message):
      "Git could not \(operation): \(message)"
    }
  }

  /// The next action, where there is an obvious one.
  public var hint: String? {
    switch self {
    case .notARepository: "run `git init`, or name a folder inside of a repository"
    case .untrustedOwner(let path):
      "if you trust it, run `git config --global --add safe.directory \(path)`"
    case .revisionNotFound:
      "fetch it first; a shallow clone (`--depth`) holds only the newest commits"
    case .ambiguousRevision: "give more digits of the commit, or the reference's full name"
    case .malformedRevision: "give a branch, tag or commit, not a range"
    case .locked(_, let lockFile, _): "if no other run is active, remove `\(lockFile)`"
    default: nil
    }
  }
}
