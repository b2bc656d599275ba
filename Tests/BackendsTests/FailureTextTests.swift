import ClusterModel
import Documents
import Execution
import Planning
import Ports
import SimulatedCluster
import Testing

@testable import Backends

/// Something that goes wrong in the cluster, and all that a person is told of it.
struct ClusterFault: Sendable, CustomTestStringConvertible {
  var name: String
  var action: Action
  var faults: @Sendable (inout InMemoryCluster.Faults) -> Void = { _ in }
  var fate: SimulatedNode.Fate = .runs
  var log = ""
  var text: String

  var testDescription: String { name }

  static func changing(
    _ kind: String, _ path: [String], to value: JSONValue
  ) -> @Sendable (inout InMemoryCluster.Faults) -> Void {
    { faults in
      faults.reading = { object in
        guard object["kind"]?.stringValue == kind else { return object }
        var object = object
        object.set(path, to: value)
        return object
      }
    }
  }

  static func event(
    of kind: String, _ name: String, in namespace: String = "movers", _ reason: String,
    _ message: String
  ) -> @Sendable (inout InMemoryCluster.Faults) -> Void {
    { faults in
      faults.events = [
        [
          "kind": "Event", "reason": .string(reason), "message": .string(message),
          "lastTimestamp": "2026-11-22T02:00:30Z",
          "involvedObject": [
            "kind": .string(kind), "namespace": .string(namespace), "name": .string(name),
          ],
        ]
      ]
    }
  }

  static func terminated(_ reason: String) -> @Sendable (inout InMemoryCluster.Faults) -> Void {
    changing(
      "Pod", ["status", "containerStatuses"],
      to: [["name": "mover", "state": ["terminated": ["reason": .string(reason)]]]])
  }
}

@Suite("What failures say") struct FailureTextTests {
  static func run(_ fault: ClusterFault) async throws -> String {
    let scene = try await MoverTests.scene(log: fault.log)
    await scene.cluster.setFate { _ in fault.fate }
    await scene.cluster.setFaults(fault.faults)
    let node = Scene.node(fault.action, timeoutSeconds: 3600)
    let cut: JSONValue = ["driver": "csi.sandbox.oadp-plan.dev", "handle": "snapshot-1"]
    let context = scene.context([0: cut], timeoutSeconds: 3600)
    do throws(ActionFailure) {
      return "success: \(try await scene.backend.perform(node, in: context))"
    } catch {
      return (["\(error.kind.rawValue): \(error)"] + error.evidence).joined(separator: "\n")
    }
  }

  @Test("every fault of the cluster is told whole", arguments: ClusterFault.all)
  func text(of fault: ClusterFault) async throws {
    let lines = try await Self.run(fault).split(separator: "\n")
    #expect(lines == fault.text.split(separator: "\n"))
  }

  @Test("secrets that others put in their messages are left out of ours")
  func secrets() async throws {
    let canary = "hunter2-canary"
    var fault = ClusterFault.all[0]
    fault.log = """
      cannot reach rest:https://backup:\(canary)@vault.example/repo
      RESTIC_PASSWORD=\(canary) aws_secret_access_key = \(canary)
      {"message_type":"error","secret_key":"\(canary)"}
      """
    fault.fate = .ends(after: .seconds(1), exitCode: 1)
    fault.faults = ClusterFault.event(
      of: "Job", "copy-1", "Odd", "https://user:\(canary)@registry.example/ token=\(canary)")
    let text = try await Self.run(fault)
    #expect(text.contains("vault.example") && text.contains("registry.example"))
    #expect(!text.contains(canary), "\(text)")
  }

  @Test("a mover that shows progress may take its time; one that stalls is replaced")
  func stall() async throws {
    var fault = ClusterFault.all[0]
    fault.fate = .runs
    fault.log = #"{"message_type":"status","bytes_done":4096,"total_bytes":8192}"#
    fault.faults = { _ in }
    let text = try await Self.run(fault)
    #expect(text.hasPrefix("transient: No progress for 60"))
    #expect(text.contains(#""bytes_done":4096"#))
  }

  @Test("waiting ends long before the deadline where it is useless")
  func early() async throws {
    let scene = try await MoverTests.scene(log: "")
    await scene.cluster.setFate { _ in
      .waits(reason: "InvalidImageName", message: "couldn't parse image")
    }
    let began = scene.time.now
    _ = await scene.failure(MoverTests.copy())
    #expect(scene.time.now - began < .seconds(5))
  }
}
