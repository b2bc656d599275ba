/// Why a value could not be encoded to or decoded from JSON, and where in it.
public struct JSONCodingFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// As people write it: `graph.nodes[3].address`; empty for the value as a whole.
  public var path: String
  public var message: String

  public init(path: String, message: String) {
    self.path = path
    self.message = message
  }

  init(path: [any CodingKey], message: String) {
    var text = ""
    for key in path {
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += text.isEmpty ? key.stringValue : ".\(key.stringValue)"
      }
    }
    self.init(path: text, message: message)
  }

  init(_ error: DecodingError) {
    switch error {
    case .keyNotFound(let key, let context):
      self.init(path: context.codingPath, message: "Member `\(key.stringValue)` is missing")
    case .valueNotFound(_, let context), .typeMismatch(_, let context),
      .dataCorrupted(let context):
      self.init(path: context.codingPath, message: context.debugDescription)
    @unknown default:
      self.init(path: "", message: "Value cannot be decoded: \(error)")
    }
  }

  public var description: String { path.isEmpty ? message : "\(message) at `\(path)`" }
}

/// A member's name or an element's index.
struct JSONKey: CodingKey {
  let stringValue: String
  let intValue: Int?

  init(_ name: String) {
    stringValue = name
    intValue = nil
  }

  init(index: Int) {
    stringValue = "\(index)"
    intValue = index
  }

  init?(stringValue: String) { self.init(stringValue) }
  init?(intValue: Int) { self.init(index: intValue) }
}
