import Documents
import Testing

@testable import Backends

@Suite("Trouble behind a wait") struct TroubleTests {
  @Test("what is wrong is told in a line, and what is well is not")
  func told() {
    let crashing: JSONValue = [
      "containerStatuses": [
        ["name": "proxy", "state": ["running": [:]]],
        [
          "name": "postgres", "restartCount": 5,
          "state": ["waiting": ["reason": "CrashLoopBackOff"]],
          "lastState": ["terminated": ["exitCode": 1]],
        ],
      ]
    ]
    let well: JSONValue = [
      "containerStatuses": [["name": "a", "state": ["waiting": ["reason": "ContainerCreating"]]]],
      "conditions": [["type": "PodScheduled", "status": "True"]],
    ]
    #expect(
      Trouble.first(in: [.null, well, crashing])
        == "container `postgres`: CrashLoopBackOff, exited with 1, 5 restarts")
    #expect(Trouble.first(in: [well, .null]) == nil)
    #expect(Trouble.first(in: ["error": ["message": "tar: file\nchanged"]]) == "tar: file changed")
    #expect(
      Trouble.first(in: [
        ["conditions": [["type": "PodScheduled", "status": "False", "message": "0/1 nodes"]]]
      ]) == "no node: 0/1 nodes")
    #expect(Trouble.first(in: .null) == nil)
  }
}
