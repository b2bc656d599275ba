import Foundation
import ObjectStores
import RepositoryEngine
import Testing

@Suite("Stock restic and we share repositories over HTTP") struct RealServerTests {
  private let password = "test-password"

  private func run(_ script: String, _ more: [String: String]) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-euo", "pipefail", "-c", "exec 2>&1; " + script]
    process.environment = ProcessInfo.processInfo.environment
      .merging(RealServer.environment) { $1 }.merging(more) { $1 }
      .merging(["RESTIC_PASSWORD": password, "NO_PROXY": "127.0.0.1"]) { $1 }
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(
      decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(script)\n\(text)")
    return text
  }

  @Test("each restores what the other backed up", arguments: StoreKind.overHTTP)
  func interoperability(kind: StoreKind) async throws {
    let folder = NSTemporaryDirectory() + "interop-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: folder + "/source/sub", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let bytes = Data((0..<3_000_000).map { _ in UInt8.random(in: 0...255) })
    try bytes.write(to: URL(filePath: folder + "/source/random"))
    try Data("hello".utf8).write(to: URL(filePath: folder + "/source/sub/hello"))
    let location = try await kind.location()
    // Older versions of restic know a user in the location only.
    let theirLocation =
      kind == .rcloneREST
      ? location.replacing("http://", with: "http://me:pass%3Aword@") : location
    let place = ["R": theirLocation, "D": folder]
    _ = try run(
      "cd $D/source; restic -r $R --no-cache init; restic -r $R --no-cache backup --host h .", place
    )

    let store = try RepositoryLocation(parsing: location).store(RealServer.options)
    let repository = try await Repository.open(store: store, password: Array(password.utf8))
    let theirs = try await repository.resolve("latest")
    _ = try await repository.restore(
      RestoreRequest(snapshot: theirs.id, target: folder + "/ours"))
    _ = try run("diff -r $D/source $D/ours", place)

    try Data("more".utf8).write(to: URL(filePath: folder + "/source/sub/more"))
    _ = try await repository.backup(
      BackupRequest(path: folder + "/source", layout: .contents(as: "/data"), hostname: "we"))
    let text = try run(
      """
      restic -r $R --no-cache check --read-data
      restic -r $R --no-cache restore latest --host we --target $D/theirs
      diff -r $D/source $D/theirs
      """, place)
    #expect(text.contains("no errors were found"))
  }

  @Test("packs go up and come down several at once, whole", arguments: StoreKind.overHTTP)
  func throughput(kind: StoreKind) async throws {
    let store = try await kind.make()
    try await store.prepare()
    let bytes = [UInt8](repeating: 7, count: 8 << 20)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for digit in "0123" {
        let name = try #require(ObjectName(.pack, digest: String(repeating: digit, count: 64)))
        group.addTask {
          try await store.write(name, bytes[...])
          let part = try await store.read(name, 5_000_000..<5_000_100)
          return try await store.read(name, bytesMax: 16 << 20) == bytes && part.count == 100
        }
      }
      for try await isWhole in group { #expect(isWhole) }
    }
    #expect(try await store.list(.pack).map(\.bytes) == Array(repeating: bytes.count, count: 4))
  }

  @Test("wrong credentials are refused at once, and not shown", arguments: StoreKind.overHTTP)
  func wrongCredentials(kind: StoreKind) async throws {
    var options = RealServer.options
    options.environment["AWS_SECRET_ACCESS_KEY"] = "wrong-secret"
    options.environment["RESTIC_REST_PASSWORD"] = "wrong-secret"
    let store = try RepositoryLocation(parsing: await kind.location()).store(options)
    let error = await #expect(throws: ObjectStoreError.self) {
      _ = try await store.list(.snapshot)
    }
    #expect(error?.reason == .forbidden)
    #expect(error?.description.contains("wrong-secret") == false)
  }

  @Test("a server is trusted by the authorities that are given, and not without them")
  func authorities() async throws {
    let server = try await RealServer.rcloneTLS.get().ready()
    var options = RealServer.options
    let name = try #require(ObjectName(.pack, digest: String(repeating: "a", count: 64)))
    let error = await #expect(throws: ObjectStoreError.self) {
      try await S3Store("\(server.url)/bucket", options).prepare()
    }
    #expect(error?.reason == .io)
    options.authorities = [UInt8](try Data(contentsOf: URL(filePath: server.folder + "/cert.pem")))
    let store = try S3Store("\(server.url)/bucket", options)
    try await store.prepare()
    try await store.write(name, [1, 2])
    #expect(try await store.read(name, 1..<2) == [2])
  }

  @Test("more objects than one page holds are all listed")
  func pages() async throws {
    let store = try await StoreKind.seaweed.make()
    try await store.prepare()
    let count = 1050
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<16 {
        group.addTask {
          for index in stride(from: task, to: count, by: 16) {
            let digits = String(index)
            let digest = String(repeating: "0", count: 64 - digits.count) + digits
            try await store.write(try #require(ObjectName(.snapshot, digest: digest)), [1])
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(Set(try await store.list(.snapshot)).count == count)
  }
}
