/// Why bytes are no valid object of a repository.
public struct FormatError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}
