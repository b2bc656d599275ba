import ClusterModel
import Documents
import Execution
import Planning
import Runner

/// One attempt at one node, with what the backend needs to know about it.
struct Step: Sendable {
  let node: Node
  let context: RunContext
  let clock: any Clock<Duration>
  /// The address of every node of the graph, for messages.
  let addresses: [String]

  var runID: String { context.runID.rawValue }

  /// The plan that the node works for: its address begins with it.
  var plan: PlanKey {
    let parts = node.address.split(separator: "/", maxSplits: 1)
    let name = parts.last?.prefix { $0 != "@" && $0 != "/" && $0 != ":" } ?? ""
    return PlanKey(namespace: String(parts.first ?? ""), name: String(name))
  }

  func now() -> Timestamp { context.now() }

  var labels: [String: String] {
    OwnershipLabels.labels(run: runID, node: node.address, plan: plan)
  }

  /// Whether some node of this run made the object.
  func isOwn(_ object: JSONValue) -> Bool {
    let labels = object.labels
    return [OwnershipLabels.managedBy, OwnershipLabels.run].allSatisfy {
      labels[$0] == self.labels[$0]
    }
  }

  /// The result of an earlier node that this one builds on.
  func result(of node: NodeID) throws(ActionFailure) -> JSONValue {
    guard let result = context.result(of: node) else {
      throw ActionFailure(.permanent, "\(address(of: node)) has no result to go on from")
    }
    return result
  }

  /// What a cut says of one volume, whether it was cut alone or in a group.
  func cut(of volume: String, by node: NodeID) throws(ActionFailure) -> JSONValue {
    let result = try result(of: node)
    guard let members = result["members"] else { return result }
    guard let member = members[volume] else {
      throw ActionFailure(.permanent, "\(address(of: node)) did not cut volume `\(volume)`")
    }
    return member
  }

  func address(of node: NodeID) -> String {
    addresses.indices.contains(node.rawValue) ? addresses[node.rawValue] : node.description
  }

  /// What a staged claim's volume is marked with; the same for every node that works on it.
  func subject(of claim: ObjectReference) -> String { OwnershipLabels.value(claim.name) }

  /// Pauses; a stopped run or a reached deadline ends the pause and the action.
  func sleep(_ pause: Duration) async throws(ActionFailure) {
    do { try await clock.sleep(for: pause) } catch {
      throw ActionFailure(.cancelled, "Stopped while waiting")
    }
  }
}
