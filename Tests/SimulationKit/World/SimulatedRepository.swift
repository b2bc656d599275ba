import Documents
import Ports

/// A repository without bytes: which snapshots it holds, and of what.
struct SimulatedRepository: Sendable {
  struct Snapshot: Sendable {
    var id: String
    var tags: Set<String>
    /// What a volume's snapshot holds.
    var content: Storage.Content?
    /// What a manifest's snapshot holds.
    var files: [StoredFile] = []
  }

  var snapshots: [Snapshot] = []

  subscript(id: String) -> Snapshot? { snapshots.first { $0.id == id } }
}
