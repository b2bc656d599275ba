public import Diagnostics

/// The way from the root of a document to one of its values.
public struct DocumentPath: Hashable, Sendable {
  public enum Step: Hashable, Sendable {
    case key(String)
    case index(Int)
  }

  public var steps: [Step]

  public init(_ steps: [Step] = []) { self.steps = steps }

  public func appending(_ key: String) -> DocumentPath { DocumentPath(steps + [.key(key)]) }
  public func appending(_ index: Int) -> DocumentPath { DocumentPath(steps + [.index(index)]) }
}

extension DocumentPath: ExpressibleByArrayLiteral {
  public init(arrayLiteral steps: Step...) { self.init(steps) }
}

extension DocumentPath.Step: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
  public init(stringLiteral key: String) { self = .key(key) }
  public init(integerLiteral index: Int) { self = .index(index) }
}

extension DocumentPath: CustomStringConvertible {
  /// `spec.hooks[0].use.name`
  public var description: String {
    steps.reduce(into: "") { text, step in
      switch step {
      case .key(let key): text += text.isEmpty ? key : ".\(key)"
      case .index(let index): text += "[\(index)]"
      }
    }
  }
}

extension DocumentNode {
  /// The value at the end of a path.
  public func node(at path: DocumentPath) -> DocumentNode? {
    var node = self
    for step in path.steps {
      let next: DocumentNode? =
        switch step {
        case .key(let key): node[key]
        case .index(let index): node[index]
        }
      guard let next else { return nil }
      node = next
    }
    return node
  }

  /// Where the value at the end of a path stands, or the last part of the way that is there.
  public func span(at path: DocumentPath) -> SourceSpan {
    var node = self
    var span = self.span
    for step in path.steps {
      switch step {
      case .key(let key):
        guard let entry = node.entry(key) else { return span }
        node = entry.value
        span = node.scalar == nil ? entry.keySpan : node.span
      case .index(let index):
        guard let element = node[index] else { return span }
        node = element
        span = node.span
      }
    }
    return span
  }
}
