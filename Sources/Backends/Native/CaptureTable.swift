import Documents
import Planning

/// The Kubernetes objects captured in this run. Secrets are among them, so memory is the only
/// place they are kept in until they are sealed into the encrypted repository.
actor CaptureTable {
  struct Capture: Sendable {
    var objects: [JSONValue]
    var at: Timestamp
  }

  private var captures: [NodeID: Capture] = [:]

  func keep(_ capture: Capture, by node: NodeID) { captures[node] = capture }

  func capture(by node: NodeID) -> Capture? { captures[node] }
}
