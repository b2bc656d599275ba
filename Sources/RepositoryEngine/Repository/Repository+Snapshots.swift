import ObjectStores
public import RepositoryFormat

/// A snapshot and the id that names it.
public struct IdentifiedSnapshot: Sendable {
  public var id: ObjectID
  public var snapshot: Snapshot
}

extension Repository {
  /// All snapshots, oldest first.
  ///
  /// - Parameter tags: Only those that carry every one of these tags; none asks for all.
  /// - Throws: ``RepositoryError/damaged(object:reason:)`` for the first that cannot be read: a
  ///   listing that hides one would be no evidence.
  /// - Complexity: One read for each snapshot.
  public func snapshots(tags: [String] = []) async throws(RepositoryError) -> [IdentifiedSnapshot] {
    var snapshots: [IdentifiedSnapshot] = []
    for id in try await ids(.snapshot) {
      let snapshot = try await snapshot(id)
      if tags.allSatisfy(snapshot.tags.contains) {
        snapshots.append(IdentifiedSnapshot(id: id, snapshot: snapshot))
      }
    }
    return snapshots.sorted { ($0.snapshot.time, $0.id) < ($1.snapshot.time, $1.id) }
  }

  public func snapshot(_ id: ObjectID) async throws(RepositoryError) -> Snapshot {
    let name = ObjectName(.snapshot, id)
    let json = try await readFile(name)
    return try Self.decoding(name.description) { () throws(FormatError) in
      try Snapshot(decoding: json)
    }
  }

  /// The snapshot that a person means: an id, the unambiguous beginning of one, or `latest`.
  public func resolve(_ text: String, tags: [String] = []) async throws(RepositoryError)
    -> IdentifiedSnapshot
  {
    if text == "latest" {
      guard let latest = try await snapshots(tags: tags).last else {
        throw .notFound("A snapshot in \(store.description)")
      }
      return latest
    }
    let matching = try await ids(.snapshot).filter { $0.description.hasPrefix(text) }
    guard let id = matching.first, !text.isEmpty else {
      throw .notFound("Snapshot `\(text)` in \(store.description)")
    }
    guard matching.count == 1 else {
      throw .invalidArgument("`\(text)` is the beginning of \(matching.count) snapshot ids")
    }
    return IdentifiedSnapshot(id: id, snapshot: try await snapshot(id))
  }

  /// Removes snapshots; what they alone needed stays until a prune. Those gone already are passed
  /// over, so it may be repeated.
  ///
  /// Takes the exclusive lock, as restic's `forget` does.
  public func forget(_ snapshots: [ObjectID]) async throws(RepositoryError) {
    guard !snapshots.isEmpty else { return }
    try await withLock(.exclusive) { () async throws(RepositoryError) in
      for id in snapshots {
        try await self.delete(ObjectName(.snapshot, id))
      }
    }
  }
}
