import Documents

/// The cluster's state on the disk: one file, replaced as a whole.
struct StateFile: Sendable {
  let path: String

  /// The state that was saved last; `nil` where there is none.
  func load() throws -> JSONValue? {
    guard Files.exists(path) else { return nil }
    return try JSONValue(parsing: try Files.read(path, atMost: 1 << 30))
  }

  /// Returns when the state would survive a loss of power.
  func save(_ state: JSONValue) async throws {
    try await onOwnThread {
      try Files.write(CanonicalJSON.bytes(state), to: path, isDurable: true)
    }
  }
}
