import ObjectStores
import RepositoryFormat

/// The index as a check needs it: blobs, and of each pack what its header has to say.
///
/// 59 bytes for each blob at most, about 150 for each pack.
struct CheckedIndex: Sendable {
  struct Pack: Sendable {
    var id: ObjectID
    var sketch: PackSketch
    /// The index file that names it.
    var file: ObjectID
    /// As the store lists it; `nil` where it is missing.
    var bytesStored: Int?
  }

  private(set) var blobs = BlobIndex()
  /// In the order of ``BlobIndex/packs``.
  private(set) var packs: [Pack] = []
  private var numbers: [ObjectID: Int] = [:]

  mutating func add(_ file: IndexFile, named name: ObjectID, _ findings: CheckFindings) {
    for pack in file.packs {
      let object = ObjectName(.pack, pack.id).description
      let sketch = PackSketch(pack.blobs)
      if let number = numbers[pack.id] {
        let other = packs[number].file
        if packs[number].sketch == sketch {
          findings.hint(object, "Index files \(other.short) and \(name.short) both name it")
        } else {
          findings.problem(
            pack.id, "Index files \(other.short) and \(name.short) describe it differently")
        }
        continue
      }
      numbers[pack.id] = packs.count
      packs.append(Pack(id: pack.id, sketch: sketch, file: name))
      blobs.add(pack) { blob in
        findings.hint("\(blob.kind.name) blob \(blob.id)", "It is indexed more than once")
      }
    }
  }

  /// Enters which packs there are, and hints at those that no index names.
  mutating func enter(_ entries: [ObjectEntry], _ findings: CheckFindings) {
    for entry in entries {
      guard let id = ObjectID(entry.name.digest) else { continue }
      if let number = numbers[id] {
        packs[number].bytesStored = entry.bytes
      } else {
        findings.hint(entry.name.description, "No index names this pack; a prune removes it")
      }
    }
  }
}
