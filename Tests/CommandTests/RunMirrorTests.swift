import ClusterModel
import Documents
import Execution
import Foundation
import Ports
import Testing

@testable import Commands

/// A cluster that has nothing but one Secret.
struct SecretKeeper: ClusterAccess {
  var refusing = ClusterError.Reason.forbidden

  private func refuse() -> ClusterError { ClusterError(refusing, "Nobody expects this") }

  func get(_ reference: ObjectReference) async throws(ClusterError) -> JSONValue? {
    ["data": ["password": .string(Data("secret".utf8).base64EncodedString())]]
  }

  func serverVersion() async throws(ClusterError) -> String { throw refuse() }
  func resources() async throws(ClusterError) -> [ResourceType] { throw refuse() }
  func servedResources() async throws(ClusterError) -> [ResourceType] { throw refuse() }
  func rehearse(
    _ object: JSONValue, as type: ResourceType, isApplied: Bool
  ) async throws(ClusterError) { throw refuse() }
  func list(
    _ type: ResourceType, namespace: String?, selector: String
  ) async throws(ClusterError) -> ObjectList { throw refuse() }
  func create(
    _ object: JSONValue, as type: ResourceType
  ) async throws(ClusterError) -> JSONValue { throw refuse() }
  func apply(
    _ object: JSONValue, as type: ResourceType, force: Bool
  ) async throws(ClusterError) -> JSONValue { throw refuse() }
  func patch(
    _ reference: ObjectReference, with patch: JSONValue, subresource: String?
  ) async throws(ClusterError) -> JSONValue { throw refuse() }
  func delete(
    _ reference: ObjectReference, uid: String?
  ) async throws(ClusterError) -> Bool { throw refuse() }
  func watch(
    _ type: ResourceType, namespace: String?, selector: String, after resourceVersion: String
  ) async throws(ClusterError) -> AsyncThrowingStream<WatchEvent, any Error> { throw refuse() }
  func exec(
    _ command: [String], in container: ContainerReference, stdin: Bool
  ) async throws(ClusterError) -> any ExecSession { throw refuse() }
  func log(
    of container: ContainerReference, lines: Int
  ) async throws(ClusterError) -> String { throw refuse() }
}

@Suite("Runs that are mirrored to a repository") final class RunMirrorTests {
  static let run = "20261122T020000Z-5f3a09c1"

  private let scratch: Scratch
  private let address: RepositoryAddress
  /// Two machines' ways to the repository.
  private let first = EngineStore(cluster: SecretKeeper())
  private let second = EngineStore(cluster: SecretKeeper())

  init() throws {
    scratch = try Scratch()
    address = RepositoryAddress(
      name: "gold", location: scratch.folder.appending(path: "gold").path,
      passwordNamespace: "movers", passwordSecret: "gold", passwordKey: "password")
  }

  private func segment(_ first: Int, _ text: String, by writer: String = "a") -> JournalSegment {
    JournalSegment(first: first, writer: writer, bytes: Array(text.utf8))
  }

  @Test("a repository that is not there knows of no run, and takes none")
  func missing() async throws {
    #expect(try await first.openRuns(in: address) == [])
    #expect(try await first.mirroredRun(Self.run, in: address) == nil)
    let missing = await #expect(throws: StoreError.self) {
      try await first.append(segment(0, "h\n"), to: Self.run, in: address)
    }
    #expect(missing?.reason == .missing)
  }

  @Test("what one machine mirrors, another reads in order; a run begins with its first line")
  func roundTrip() async throws {
    _ = try await first.ensure(address)
    try await first.begin(Self.run, plan: [1, 2], in: address)
    try await first.begin(Self.run, plan: [1, 2], in: address)
    #expect(try await second.openRuns(in: address) == [])
    #expect(try await first.append(segment(0, "h\n"), to: Self.run, in: address) == .stored)
    #expect(try await first.append(segment(1, "a\nb\n"), to: Self.run, in: address) == .stored)
    #expect(try await first.append(segment(3, "c\n"), to: Self.run, in: address) == .stored)
    #expect(try await second.openRuns(in: address) == [Self.run])
    #expect(
      try await second.mirroredRun(Self.run, in: address)
        == .open(
          plan: [1, 2], segments: [segment(0, "h\n"), segment(1, "a\nb\n"), segment(3, "c\n")]))
  }

  @Test("a place that is taken stays as it is, and tells by whom")
  func taken() async throws {
    _ = try await first.ensure(address)
    try await first.begin(Self.run, plan: [], in: address)
    _ = try await first.append(segment(0, "h\n"), to: Self.run, in: address)
    let mine = segment(1, "mine\n", by: "a")
    #expect(try await first.append(mine, to: Self.run, in: address) == .stored)
    let fate = try await second.append(segment(1, "yours\n", by: "b"), to: Self.run, in: address)
    #expect(fate == .taken(mine))
  }

  @Test("a closed run is open nowhere, leaves its outcome, and takes no line any more")
  func closed() async throws {
    _ = try await first.ensure(address)
    try await first.begin(Self.run, plan: [], in: address)
    for (index, line) in ["h\n", "a\n", "b\n"].enumerated() {
      _ = try await first.append(segment(index, line), to: Self.run, in: address)
    }
    try await second.close(Self.run, outcome: [7], in: address)
    try await second.close(Self.run, outcome: [8], in: address)
    #expect(try await first.openRuns(in: address) == [])
    #expect(try await first.mirroredRun(Self.run, in: address) == .closed(outcome: [7]))
    for place in [1, 3] {
      let fate = try await first.append(segment(place, "late\n"), to: Self.run, in: address)
      #expect(fate == .closed)
    }
    #expect(try await first.openRuns(in: address) == [])
    let outcomes = try await first.outcomes(
      since: Timestamp("2026-11-22T01:00:00Z")!, in: address)
    #expect(outcomes.map(\.run.rawValue) == [Self.run])
    let later = try await first.outcomes(
      since: Timestamp("2026-11-22T03:00:00Z")!, in: address)
    #expect(later.isEmpty)
  }

  @Test("a changed segment is damaged, whoever reads it")
  func damaged() async throws {
    _ = try await first.ensure(address)
    try await first.begin(Self.run, plan: [], in: address)
    _ = try await first.append(segment(0, "h\n"), to: Self.run, in: address)
    let file = URL(filePath: address.location)
      .appending(path: "oadp-plan/runs/\(Self.run)/0000000000")
    var bytes = try Data(contentsOf: file)
    bytes[bytes.count / 2] ^= 1
    try FileManager.default.removeItem(at: file)
    try bytes.write(to: file)
    let error = await #expect(throws: StoreError.self) {
      try await second.mirroredRun(Self.run, in: address)
    }
    #expect(error?.reason == .damaged)
  }
}
