/// Why no cluster can be reached with the configuration given. Names file and field, never a
/// credential.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
  public var file: String?
  /// `users[admin].user.client-key-data`
  public var field: String?
  public var message: String

  public init(_ message: String, file: String? = nil, field: String? = nil) {
    self.file = file
    self.field = field
    self.message = message
  }

  public var description: String {
    let place = [file.map { "`\($0)`" }, field.map { "`\($0)`" }].compactMap(\.self)
    return place.isEmpty ? message : place.joined(separator: ", ") + ": " + message
  }
}
