internal import CLibGit2

/// The name of a commit: 40 lower-case hexadecimal digits.
public struct CommitID: Hashable, Sendable, CustomStringConvertible {
  public let description: String

  /// Enough digits for a person: the first twelve.
  public var short: String { String(description.prefix(12)) }

  init(_ id: git_oid) {
    var id = id
    var digits = [CChar](repeating: 0, count: 41)
    // Safety: git_oid_tostr writes at most the 41 bytes it is told of, the last one a zero.
    _ = unsafe git_oid_tostr(&digits, digits.count, &id)
    description = String(decoding: digits.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  func oid() throws(GitError) -> git_oid {
    var id = git_oid()
    try check("read commit id `\(description)`", unsafe git_oid_fromstr(&id, description))
    return id
  }
}
