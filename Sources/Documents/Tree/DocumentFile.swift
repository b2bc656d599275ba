public import Diagnostics

/// A file with all documents in it and what was wrong with reading them.
public struct DocumentFile: Hashable, Sendable {
  public var source: SourceFile
  public var documents: [Document]
  public var findings: DiagnosticBag

  public init(source: SourceFile, documents: [Document], findings: DiagnosticBag) {
    self.source = source
    self.documents = documents
    self.findings = findings
  }
}

extension DocumentLimits {
  /// What makes a file unreadable before any parser looks at it: too many bytes, or no UTF-8.
  public func check(_ file: SourceFile) -> Diagnostic? {
    if file.bytes.count > bytesMax {
      return Diagnostic(
        .boundExceeded, "The file has \(file.bytes.count) bytes, more than \(bytesMax)",
        at: SourceSpan(file: file.path))
    }
    do {
      _ = try UTF8Span(validating: file.bytes.span)
      return nil
    } catch {
      return Diagnostic(
        .syntaxError, "The file is not UTF-8", at: file.span(ofBytes: error.byteOffsets),
        hint: "save the file in UTF-8")
    }
  }
}
