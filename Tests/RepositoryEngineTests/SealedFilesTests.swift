import Foundation
import ObjectStores
import RepositoryEngine
import Testing

@Suite("Sealed files beside a repository's objects") struct SealedFilesTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func create(_ path: String) async throws -> Repository {
    try await Repository.create(in: DirectoryStore(path: path), password: Array(testPassword.utf8))
  }

  private func name(_ path: String) throws -> FileName { try #require(FileName(path)) }

  @Test("what is sealed is unreadable in the store, and opens with the password only")
  func sealing() async throws {
    let repository = try await create(scratch("repo"))
    let name = try name("oadp-plan/runs/a/0000000000")
    let text = Array("a line that nobody else may read\n".utf8)
    #expect(try await repository.createSealedFile(name, text))
    #expect(try await !repository.createSealedFile(name, [1]))
    let raw = try Data(contentsOf: URL(filePath: scratch("repo") + "/" + name.path))
    #expect(raw.range(of: Data("nobody".utf8)) == nil)
    let again = try await Repository.open(
      store: DirectoryStore(path: scratch("repo")), password: Array(testPassword.utf8))
    #expect(try await again.readSealedFile(name, bytesMax: 100) == text)
    #expect(try await again.readSealedFile(try self.name("oadp-plan/x"), bytesMax: 1) == nil)
  }

  @Test("a changed file is damaged, not something else")
  func changed() async throws {
    let repository = try await create(scratch("repo"))
    let name = try name("oadp-plan/x")
    _ = try await repository.createSealedFile(name, Array("text".utf8))
    try Shell.run("cd '\(scratch("repo"))'; chmod u+w oadp-plan/x; printf x >> oadp-plan/x")
    await #expect(throws: RepositoryError.self) {
      try await repository.readSealedFile(name, bytesMax: 100)
    }
  }

  @Test("stock restic minds none of it: it checks, backs up and prunes as ever")
  func restic() async throws {
    let (source, repo) = (scratch("source"), scratch("repo"))
    try SourceTree.make(at: source)
    let repository = try await create(repo)
    let name = try name("oadp-plan/runs/20261122T020000Z-5f3a09c1/0000000000")
    _ = try await repository.createSealedFile(name, [1, 2, 3])
    _ = try Shell.restic(repo, "backup '\(source)'")
    #expect(try Shell.restic(repo, "check --read-data").contains("no errors were found"))
    _ = try Shell.restic(repo, "forget --prune --keep-last 1 --group-by host")
    #expect(try Shell.restic(repo, "check").contains("no errors were found"))
    #expect(try await repository.readSealedFile(name, bytesMax: 3) == [1, 2, 3])
  }
}
