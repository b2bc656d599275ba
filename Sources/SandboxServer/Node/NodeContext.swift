/// What every part of the node agent works with.
struct NodeContext: Sendable {
  let owner: ClusterOwner
  let reactor: Reactor
  let store: VolumeStore
  /// The state directory.
  let directory: String
  /// This program, which becomes init inside of the sandboxes.
  let program: String
  let bubblewrap: String
  let hostAddress = "127.0.0.1"

  func logDirectory(of pod: PodIdentity, container: String) -> String {
    "\(directory)/logs/\(pod.uid)/\(container)"
  }

  func directory(of pod: PodIdentity) -> String { "\(directory)/pods/\(pod.uid)" }
}
