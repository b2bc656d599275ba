extension ValidationReport {
  /// As `terraform validate -json` writes it, with `code` and `hint` besides.
  func json() -> String {
    OrderedJSON.object([
      "format_version": "1.0",
      "valid": .bool(isValid),
      "error_count": .integer(findings.count(of: .error)),
      "warning_count": .integer(findings.count(of: .warning)),
      "file_count": .integer(files.count),
      "object_count": .integer(objectCount),
      "diagnostics": .array(findings.diagnostics.map(\.json)),
    ]).text
  }

  /// GitLab's code quality report.
  func gitLabCodeQuality() -> String {
    OrderedJSON.array(
      findings.diagnostics.map { diagnostic in
        .object([
          "description": .string(diagnostic.message),
          "check_name": .string(diagnostic.code.rawValue),
          "fingerprint": .string(fingerprint(of: diagnostic)),
          "severity": .string(diagnostic.severity.codeQualityWord),
          "location": .object([
            "path": .string(diagnostic.span.file),
            "lines": .object(["begin": .integer(diagnostic.span.start.line)]),
          ]),
        ])
      }
    ).text
  }

  /// Stays the same while lines above the finding come and go: made from the code, the file and
  /// the text of the line.
  func fingerprint(of diagnostic: Diagnostic) -> String {
    let file = files.first { $0.path == diagnostic.span.file }
    let line = file?.line(diagnostic.span.start.line) ?? ""
    let text = "\(diagnostic.code.rawValue)\n\(diagnostic.span.file)\n\(line)"
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a
    for byte in (text + "\n" + diagnostic.message).utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension Diagnostic {
  fileprivate var json: OrderedJSON {
    .object([
      "severity": .string(severity.rawValue),
      "code": .string(code.rawValue),
      "summary": .string(message),
      "detail": label.map { .string($0) },
      "hint": hint.map { .string($0) },
      "range": span.json,
      "notes": notes.isEmpty
        ? nil
        : .array(
          notes.map { .object(["message": .string($0.message), "range": $0.span?.json]) }),
    ])
  }
}

extension SourceSpan {
  fileprivate var json: OrderedJSON {
    .object(["filename": .string(file), "start": start.json, "end": end.json])
  }
}

extension SourcePosition {
  fileprivate var json: OrderedJSON {
    .object(["line": .integer(line), "column": .integer(column), "byte": .integer(byte)])
  }
}

extension Severity {
  fileprivate var codeQualityWord: String {
    switch self {
    case .error: "critical"
    case .warning: "minor"
    case .note: "info"
    }
  }
}
