import ArgumentParser
import Documents
import RepositoryEngine
import RepositoryFormat

struct RepoAdopt: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adopt",
    abstract: "See what a repository holds that restic, VolSync or K8up made.",
    discussion: """
      Adopting changes nothing: a repository of theirs is used as it is, and they can go on using \
      it. A Repository with `mode: Adopt` in a plan does so.
      """)

  @OptionGroup var options: RepositoryOptions
  @Flag(help: "Print JSON.") var json = false

  func run() async throws {
    let repository = try await options.open()
    let survey = try await RepositoryFailure.explained { try await repository.survey() }
    Console.standard.write(json ? CanonicalJSON.pretty(survey.json) : survey.text)
  }
}

extension RepositorySurvey {
  fileprivate var text: String {
    let rows = [["MADE BY", "HOST", "PATHS", "SNAPSHOTS", "OLDEST", "NEWEST", "ID"]]
    let table = TextTable.lines(
      rows
        + groups.map { group in
          [
            group.maker.rawValue, group.hostname, group.paths.joined(separator: ","),
            "\(group.count)", group.oldest.rounded, group.newest.snapshot.time.rounded,
            group.newest.id.short,
          ]
        }
    ).joined()
    let locks = locks.isEmpty ? "" : ", \(locks.count) locks"
    return "restic repository \(repositoryID.short), format \(version), at \(location):"
      + " \(snapshotCount) snapshots, \(keyCount) keys\(locks)\n" + (groups.isEmpty ? "" : table)
  }

  fileprivate var json: JSONValue {
    [
      "id": .string(repositoryID.description), "version": .integer(Int64(version)),
      "snapshots": .integer(Int64(snapshotCount)), "keys": .integer(Int64(keyCount)),
      "locks": .integer(Int64(locks.count)),
      "groups": .array(
        groups.map { group in
          [
            "maker": .string(group.maker.rawValue), "hostname": .string(group.hostname),
            "paths": .array(group.paths.map { .string($0) }),
            "tags": .array(group.tags.map { .string($0) }),
            "count": .integer(Int64(group.count)), "oldest": .string(group.oldest.description),
            "newest": .string(group.newest.snapshot.time.description),
            "newestID": .string(group.newest.id.description),
          ]
        }),
    ]
  }
}
