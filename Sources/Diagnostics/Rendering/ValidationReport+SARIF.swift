extension ValidationReport {
  /// SARIF 2.1.0 with one run, as GitHub's code scanning takes it.
  func sarif() -> String {
    let codes = Set(findings.diagnostics.map(\.code)).sorted { $0.rawValue < $1.rawValue }
    return OrderedJSON.object([
      "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
      "version": "2.1.0",
      "runs": .array([
        .object([
          "tool": .object([
            "driver": .object([
              "name": "oadp-plan",
              "rules": .array(codes.map(\.sarifRule)),
            ])
          ]),
          "columnKind": "unicodeCodePoints",
          "results": .array(findings.diagnostics.map(sarifResult)),
        ])
      ]),
    ]).text
  }

  private func sarifResult(of diagnostic: Diagnostic) -> OrderedJSON {
    let text = diagnostic.hint.map { "\(diagnostic.message). \($0)" } ?? diagnostic.message
    let related = diagnostic.notes.compactMap { note in
      note.span.map { span -> OrderedJSON in
        .object([
          "message": .object(["text": .string(note.message)]),
          "physicalLocation": span.sarifLocation,
        ])
      }
    }
    return .object([
      "ruleId": .string(diagnostic.code.rawValue),
      "level": .string(diagnostic.severity.rawValue),
      "message": .object(["text": .string(text)]),
      "locations": .array([.object(["physicalLocation": diagnostic.span.sarifLocation])]),
      "relatedLocations": related.isEmpty ? nil : .array(related),
      "partialFingerprints": .object([
        "primaryLocationLineHash": .string(fingerprint(of: diagnostic) + ":1")
      ]),
    ])
  }
}

extension DiagnosticCode {
  fileprivate var sarifRule: OrderedJSON {
    .object([
      "id": .string(rawValue),
      "name": .string(String(describing: self)),
      "shortDescription": .object(["text": .string(title)]),
      "fullDescription": .object(["text": .string(explanation)]),
      "defaultConfiguration": .object(["level": .string(severity.rawValue)]),
    ])
  }
}

extension SourceSpan {
  fileprivate var sarifLocation: OrderedJSON {
    .object([
      "artifactLocation": .object(["uri": .string(file.uriPath)]),
      "region": .object([
        "startLine": .integer(start.line), "startColumn": .integer(start.column),
        "endLine": .integer(end.line), "endColumn": .integer(end.column),
      ]),
    ])
  }
}

extension String {
  /// Percent-encoded as the path of a relative URI.
  fileprivate var uriPath: String {
    utf8.reduce(into: "") { path, byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "/"):
        path.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        path += (byte < 0x10 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }
  }
}
