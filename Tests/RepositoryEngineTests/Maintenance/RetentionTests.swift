import Documents
import Foundation
import ObjectStores
import RepositoryFormat
import Testing

@testable import RepositoryEngine

@Suite("Retention") struct RetentionTests {
  private static let policies: [(String, RetentionPolicy)] = {
    func policy(_ change: (inout RetentionPolicy) -> Void) -> RetentionPolicy {
      var policy = RetentionPolicy()
      change(&policy)
      return policy
    }
    return [
      ("--keep-last 3", policy { $0.last = 3 }),
      ("--keep-hourly 5", policy { $0.hourly = 5 }),
      ("--keep-daily 7", policy { $0.daily = 7 }),
      ("--keep-weekly 4", policy { $0.weekly = 4 }),
      ("--keep-monthly 30", policy { $0.monthly = 30 }),
      ("--keep-yearly 10", policy { $0.yearly = 10 }),
      ("--keep-tag a,b --keep-tag c", policy { $0.tags = [["a", "b"], ["c"]] }),
      (
        "--keep-last 2 --keep-hourly 3 --keep-daily 4 --keep-weekly 5 --keep-monthly 6"
          + " --keep-yearly 2 --keep-tag c",
        policy {
          ($0.last, $0.hourly, $0.daily, $0.weekly, $0.monthly, $0.yearly) = (2, 3, 4, 5, 6, 2)
          $0.tags = [["c"]]
        }
      ),
    ]
  }()

  private static let groupings: [(String, RetentionPolicy.Grouping)] = [
    ("host,paths", [.host, .paths]), ("host", [.host]), ("paths,tags", [.paths, .tags]), ("", []),
  ]

  @Test("what restic forgets, we forget; what it keeps, we keep")
  func likeRestic() async throws {
    let scratch = try Scratch()
    let repo = scratch("repo")
    let repository = try await Repository.create(
      in: DirectoryStore(path: repo), password: Array(testPassword.utf8))
    let first = try await repository.addSnapshot(
      files: [SnapshotFile(path: "f", bytes: [1])], path: "/a", hostname: "h", tags: [])
    var snapshot = try await repository.snapshot(first)
    try await repository.forget([first])
    var seconds: Int64 = 1_600_000_000
    for number in 0..<120 {
      // From minutes to weeks apart, over new year and leap day.
      seconds += [600, 3_000, 20_000, 86_000, 900_000, 2_600_000][number % 6]
      snapshot.time = Timestamp(secondsSinceEpoch: seconds, nanoseconds: Int64(number))
      snapshot.hostname = number % 7 == 0 ? "other" : "h"
      snapshot.paths = number % 11 == 0 ? ["/b", "/a"] : number % 5 == 0 ? ["/a", "/b"] : ["/a"]
      snapshot.tags = [["a"], ["b", "a"], [], ["c"]][number % 4]
      _ = try await repository.writeFile(.snapshot, snapshot.encoded())
    }
    let all = try await repository.snapshots()
    // Debian's 0.14 does not keep the oldest yet.
    let version = try Shell.run("restic version | cut -d. -f2")
    let keepsOldest = (Int(version.dropLast()) ?? 0) >= 16
    for (options, policy) in Self.policies {
      for (name, grouping) in Self.groupings {
        let json = try Shell.restic(
          repo, "forget --dry-run --json --group-by '\(name)' \(options)")
        let ours = try policy.forgotten(all, by: grouping, keepsOldest: keepsOldest)
        #expect(
          try Self.removed(json) == ours.map(\.id.description).sorted(), "\(options) by \(name)")
      }
    }
  }

  private static func removed(_ json: String) throws -> [String] {
    let groups = try #require(
      try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]])
    return groups.flatMap { group in
      (group["remove"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
    }.sorted()
  }

  @Test("the oldest snapshot stays while a count is not used up")
  func oldest() async throws {
    var history = try await SampleHistory()
    for number in 0..<4 { try await history.add([SampleHistory.file("f", number, bytes: 9)]) }
    let all = try await history.repository.snapshots()
    var policy = RetentionPolicy()
    policy.yearly = 2
    #expect(try policy.forgotten(all).map(\.id) == Array(history.ids[1...2]))
    policy.yearly = 1
    #expect(try policy.forgotten(all).map(\.id) == Array(history.ids[0...2]))
  }

  @Test("a policy that keeps nothing is refused")
  func empty() {
    #expect(throws: RepositoryError.self) { try RetentionPolicy().forgotten([]) }
  }
}
