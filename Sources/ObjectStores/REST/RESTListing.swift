import Documents

/// A listing of the REST protocol: names in its first version, names and sizes in its second.
/// A server may answer with either, whichever was asked for.
struct RESTListing {
  static let version2 = "application/vnd.x.restic.rest.v2"
  /// Some 700,000 objects.
  static let bytesMax = 64 << 20

  private(set) var entries: [ObjectEntry] = []
  /// Objects whose length was not told.
  private(set) var namesOnly: [ObjectName] = []

  /// - Returns: `nil` for what is no listing. Names that no repository gives are passed over.
  init?(parsing bytes: [UInt8], _ kind: ObjectKind) {
    guard let value = try? JSONValue(parsing: bytes, depthMax: 4) else { return nil }
    // Go's empty list.
    if value == .null { return }
    guard case .array(let items) = value else { return nil }
    for item in items {
      switch item {
      case .string(let text):
        if let name = ObjectName(kind, digest: text) { namesOnly.append(name) }
      case .object(let fields):
        guard case .string(let text)? = fields["name"], case .integer(let size)? = fields["size"],
          let bytes = Int(exactly: size), bytes >= 0
        else { return nil }
        if let name = ObjectName(kind, digest: text) {
          entries.append(ObjectEntry(name: name, bytes: bytes))
        }
      default: return nil
      }
    }
  }
}
