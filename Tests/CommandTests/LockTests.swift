import Foundation
import Testing

extension Sandbox {
  /// A lease that nobody renews.
  fileprivate func makeLease(of application: String, holder: String, seconds: Int) throws {
    let file = scratch.folder.appending(path: "lease.yaml")
    let text = """
      apiVersion: coordination.k8s.io/v1
      kind: Lease
      metadata:
        name: oadp-plan-\(application)
        namespace: default
        labels: {app.kubernetes.io/managed-by: oadp-plan}
        annotations: {oadp-plan.dev/application: \(application)}
      spec:
        holderIdentity: \(holder)
        acquireTime: "2026-11-22T02:00:00.000000Z"
        renewTime: "2026-11-22T02:00:10.000000Z"
        leaseDurationSeconds: \(seconds)
        leaseTransitions: 3
      """
    try Data(text.utf8).write(to: file)
    _ = try kubectl("create", "-f", file.path)
  }
}

@Suite("Locks, on a sandbox cluster") struct LockTests {
  static let run = "20261122T020000Z-5f3a09c1"

  @Test("unlock shows who holds what, asks, and breaks the lock; its count of holders stays")
  func unlock() throws {
    let sandbox = try Sandbox()
    let none = try sandbox.run("unlock")
    #expect(none.talk == "Nothing is locked\n")
    #expect(none.exit == 0)

    try sandbox.makeLease(of: "shop", holder: "alice@ci:4711/\(Self.run)/ab", seconds: 30)
    let refused = try sandbox.run("unlock")
    let words = refused.output.split(separator: "\n").map { $0.split(separator: " ") }
    #expect(
      words == [
        ["APPLICATION", "RUN", "BY", "PID", "SINCE", "RENEWED"],
        [
          "shop", "20261122T020000Z-5f3a09c1", "alice@ci", "4711", "2026-11-22T02:00:00Z",
          "2026-11-22T02:00:10Z",
        ],
      ])
    #expect(
      refused.talk == """
        error: Nobody is there to approve the breaking of locks
        hint: give --auto-approve

        """)
    #expect(refused.exit == 13)

    let unknown = try sandbox.run("unlock", "bank", "--auto-approve")
    #expect(unknown.talk == "error: Nothing is locked by the name `bank`\n")
    #expect(unknown.exit == 1)

    let done = try sandbox.run("unlock", "shop", "--auto-approve")
    #expect(done.talk == "Unlocked `shop`\n")
    #expect(done.exit == 0)
    let left = try sandbox.kubectl(
      "get", "lease", "oadp-plan-shop", "-o",
      "jsonpath={.spec.holderIdentity}|{.spec.leaseTransitions}")
    #expect(left == "|3")
    #expect(try sandbox.run("unlock").talk == "Nothing is locked\n")
  }

  @Test("cancel asks the run by its lease, and says so where its process is dead")
  func cancel() throws {
    let sandbox = try Sandbox()
    try sandbox.makeLease(of: "shop", holder: "alice@ci:4711/\(Self.run)/ab", seconds: 1)
    let result = try sandbox.run("cancel", Self.run)
    #expect(
      result.talk == """
        Asked run 20261122T020000Z-5f3a09c1 of alice@ci, pid 4711 to stop
        error: `shop`: run 20261122T020000Z-5f3a09c1 of alice@ci, pid 4711 is dead
        hint: run `oadp-plan recover` with the plans, to release what it holds

        """)
    #expect(result.exit == 4)
    let asked = try sandbox.kubectl(
      "get", "lease", "oadp-plan-shop", "-o",
      #"jsonpath={.metadata.annotations.oadp-plan\.dev/stop}"#)
    #expect(asked.hasPrefix(Self.run + " "))
  }

  @Test("cancel waits no longer than it is told to")
  func cancelTimeout() throws {
    let sandbox = try Sandbox()
    try sandbox.makeLease(of: "shop", holder: "alice@ci:4711/\(Self.run)/ab", seconds: 3600)
    let result = try sandbox.run("cancel", "shop", "--timeout", "0s")
    #expect(result.talk.hasSuffix("alice@ci, pid 4711 is still going on\n"))
    #expect(result.exit == 12)
  }

  @Test("recover without any open run has nothing to do")
  func recover() throws {
    let sandbox = try Sandbox()
    let result = try sandbox.run("recover")
    #expect(result.talk == "No run is open\n")
    #expect(result.exit == 0)
  }
}
