import Diagnostics
import Foundation
import ProtectionModel
import Testing

/// Each file in `Broken/` has its findings beside it, one line each and a hint under it.
@Suite("Broken plans") struct BrokenPlansTests {
  static let names: [String] = {
    let sources = (try? RepositoryFiles.sources(in: folder)) ?? []
    return sources.map { String($0.path.dropFirst(folder.count + 1).dropLast(5)) }
  }()

  static let folder = "Tests/ProtectionModelTests/Broken"

  @Test("every mistake is named with its place, code and hint", arguments: names)
  func findings(name: String) throws {
    let bytes = try RepositoryFiles.bytes("\(Self.folder)/\(name).yaml")
    let loaded = load([SourceFile(path: "\(name).yaml", bytes: bytes)])
    let actual = loaded.report.rendered(as: .lines)
    let golden = "\(Self.folder)/\(name).expected"
    if ProcessInfo.processInfo.environment["RECORD"] != nil {
      try actual.write(
        to: RepositoryFiles.root.appending(path: golden), atomically: true, encoding: .utf8)
    }
    #expect(actual == (try RepositoryFiles.text(golden)))
    #expect(!loaded.report.isValid)
  }

  @Test("there are at least twenty of them")
  func count() { #expect(Self.names.count >= 20) }
}
