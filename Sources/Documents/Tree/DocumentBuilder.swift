public import Diagnostics

/// Builds documents from the events of a parser, and refuses what plan files do not have.
///
/// Mistakes go into ``findings``; the document goes on without the part that is wrong. Once
/// ``isExhausted``, a limit was passed and further events are ignored.
public struct DocumentBuilder: Sendable {
  public private(set) var documents: [Document] = []
  public private(set) var findings = DiagnosticBag()
  public private(set) var isExhausted = false

  private let limits: DocumentLimits
  private var open: [Frame] = []
  private var anchors: [String: Subtree] = [:]
  private var root: DocumentNode?
  private var nodeCount = 0
  private var isDamaged = false

  public init(limits: DocumentLimits = DocumentLimits()) { self.limits = limits }

  /// Adds a finding about the document that is open.
  public mutating func report(_ diagnostic: Diagnostic) {
    if diagnostic.severity == .error { isDamaged = true }
    findings.add(diagnostic)
  }

  public mutating func scalar(_ scalar: DocumentScalar, at span: SourceSpan, anchor: String? = nil)
  {
    guard count(1, at: span) else { return }
    let node = DocumentNode(.scalar(scalar), span: span)
    add(Subtree(node: node, size: 1, depth: 0), anchor: anchor)
  }

  public mutating func beginSequence(at span: SourceSpan, anchor: String? = nil) {
    begin(Frame(kind: .sequence([]), span: span, anchor: anchor))
  }

  public mutating func beginMapping(at span: SourceSpan, anchor: String? = nil) {
    begin(Frame(kind: .mapping(MappingFrame()), span: span, anchor: anchor))
  }

  /// Ends the innermost sequence or mapping.
  public mutating func endCollection(at end: SourcePosition) {
    guard !isExhausted, let frame = open.popLast() else { return }
    let span = SourceSpan(file: frame.span.file, start: frame.span.start, end: end)
    let content: DocumentNode.Content =
      switch frame.kind {
      case .sequence(let elements): .sequence(elements)
      case .mapping(let mapping): .mapping(mapping.entries)
      }
    let node = DocumentNode(content, span: span)
    add(Subtree(node: node, size: frame.size, depth: frame.depth), anchor: frame.anchor)
  }

  /// Puts in what an anchor of the same document stands for. An anchor is complete when its value
  /// is, so an alias inside of that value is unknown and nothing contains itself.
  public mutating func alias(_ name: String, at span: SourceSpan) {
    if let subtree = anchors[name] {
      guard count(subtree.size, at: span), checkDepth(open.count + subtree.depth, at: span) else {
        return
      }
      add(subtree)
    } else {
      report(Diagnostic(.syntaxError, "No anchor `&\(name)` comes before this alias", at: span))
      skipValue()
    }
  }

  /// Ends a document. What is still open is closed at `end`, so that a document cut short by a
  /// mistake shows its other mistakes too.
  ///
  /// - Parameter mistake: Where a syntax error begins that ends the document.
  public mutating func endDocument(
    at end: SourcePosition, isReadableUntil mistake: SourcePosition? = nil
  ) {
    while !open.isEmpty, !isExhausted { endCollection(at: end) }
    if let root, !isExhausted {
      if documents.count < limits.documentsMax {
        documents.append(
          Document(root: root, isDamaged: isDamaged, isReadableUntil: mistake))
      } else {
        exhaust("The file has more than \(limits.documentsMax) documents", at: root.span)
      }
    }
    root = nil
    open = []
    anchors = [:]
    isDamaged = false
  }
}

extension DocumentBuilder {
  /// A value with the number of its parts and how deep they lie.
  private struct Subtree {
    var node: DocumentNode
    var size: Int
    var depth: Int
  }

  /// A sequence or mapping that is not ended yet.
  private struct Frame {
    enum Kind {
      case sequence([DocumentNode])
      case mapping(MappingFrame)
    }
    var kind: Kind
    var span: SourceSpan
    var anchor: String?
    var size = 1
    var depth = 1
  }

  private mutating func begin(_ frame: Frame) {
    guard count(1, at: frame.span), checkDepth(open.count + 1, at: frame.span) else { return }
    open.append(frame)
  }

  private mutating func add(_ subtree: Subtree, anchor: String? = nil) {
    if let anchor { anchors[anchor] = subtree }
    guard var frame = open.popLast() else {
      root = subtree.node
      return
    }
    frame.size += subtree.size
    frame.depth = max(frame.depth, subtree.depth + 1)
    let kind = frame.kind
    frame.kind = .sequence([])  // gives up the shared reference, so that the change is in place
    switch consume kind {
    case .sequence(var elements):
      elements.append(subtree.node)
      frame.kind = .sequence(elements)
    case .mapping(var mapping):
      if let mistake = mapping.add(subtree.node) { report(mistake) }
      frame.kind = .mapping(mapping)
    }
    open.append(frame)
  }

  /// Leaves out the value that comes next.
  private mutating func skipValue() {
    guard var frame = open.popLast() else { return }
    if case .mapping(var mapping) = frame.kind {
      mapping.skip()
      frame.kind = .mapping(mapping)
    }
    open.append(frame)
  }

  /// Counts parts, the ones behind an alias each time it is used: no small file grows without end.
  private mutating func count(_ size: Int, at span: SourceSpan) -> Bool {
    guard !isExhausted else { return false }
    nodeCount += size
    if nodeCount <= limits.nodesMax { return true }
    exhaust(
      "The file has more than \(limits.nodesMax) values, counting what aliases stand for", at: span)
    return false
  }

  private mutating func checkDepth(_ depth: Int, at span: SourceSpan) -> Bool {
    if depth <= limits.depthMax { return true }
    exhaust("Values are nested deeper than \(limits.depthMax) levels", at: span)
    return false
  }

  private mutating func exhaust(_ message: String, at span: SourceSpan) {
    report(Diagnostic(.boundExceeded, message, at: span))
    isExhausted = true
  }
}
