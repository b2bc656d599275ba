public import Diagnostics

/// A value read from a file, every part of which knows its place.
public struct DocumentNode: Hashable, Sendable {
  public enum Content: Hashable, Sendable {
    case scalar(DocumentScalar)
    case sequence([DocumentNode])
    case mapping([DocumentEntry])
  }

  public var content: Content
  public var span: SourceSpan

  public init(_ content: Content, span: SourceSpan) {
    self.content = content
    self.span = span
  }
}

/// A key of a mapping, with its value. Keys of one mapping differ.
public struct DocumentEntry: Hashable, Sendable {
  public var key: String
  public var keySpan: SourceSpan
  public var value: DocumentNode

  public init(key: String, keySpan: SourceSpan, value: DocumentNode) {
    self.key = key
    self.keySpan = keySpan
    self.value = value
  }
}

/// One of the documents of a file.
public struct Document: Hashable, Sendable {
  public var root: DocumentNode
  /// Whether reading it found mistakes: parts may be missing then.
  public var isDamaged: Bool
  /// Where a syntax error begins: what stands from this line on may not be what was meant.
  public var isReadableUntil: SourcePosition?

  public init(
    root: DocumentNode, isDamaged: Bool = false, isReadableUntil: SourcePosition? = nil
  ) {
    self.root = root
    self.isDamaged = isDamaged
    self.isReadableUntil = isReadableUntil
  }
}

extension DocumentNode {
  public var scalar: DocumentScalar? {
    if case .scalar(let scalar) = content { scalar } else { nil }
  }

  public var elements: [DocumentNode]? {
    if case .sequence(let elements) = content { elements } else { nil }
  }

  public var entries: [DocumentEntry]? {
    if case .mapping(let entries) = content { entries } else { nil }
  }

  /// The text of a scalar that resolves to a string.
  public var stringValue: String? { scalar?.value.stringValue }

  /// - Complexity: O(*n*) in the number of keys.
  public func entry(_ key: String) -> DocumentEntry? {
    entries?.first { $0.key == key }
  }

  /// The value under a key of a mapping.
  public subscript(key: String) -> DocumentNode? { entry(key)?.value }

  public subscript(index: Int) -> DocumentNode? {
    guard let elements, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  /// Where the value begins: all of a scalar, the first key of a mapping, the start of a list.
  public var firstSpan: SourceSpan {
    switch content {
    case .scalar: span
    case .mapping(let entries): entries.first?.keySpan ?? span
    case .sequence: SourceSpan(file: span.file, start: span.start, end: span.start)
    }
  }

  /// The same value without places.
  public var json: JSONValue {
    switch content {
    case .scalar(let scalar): scalar.value
    case .sequence(let elements): .array(elements.map(\.json))
    case .mapping(let entries):
      .object(Dictionary(entries.map { ($0.key, $0.value.json) }) { first, _ in first })
    }
  }
}
