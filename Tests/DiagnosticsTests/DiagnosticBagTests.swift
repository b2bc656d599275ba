import Diagnostics
import Testing

@Suite("Collecting findings") struct DiagnosticBagTests {
  static func finding(_ code: DiagnosticCode, file: String = "a", line: Int) -> Diagnostic {
    let place = SourcePosition(line: line, column: 1, byte: 0)
    return Diagnostic(code, "Wrong", at: SourceSpan(file: file, start: place, end: place))
  }

  @Test("findings come in source order, whatever order they were found in")
  func order() {
    var bag = DiagnosticBag()
    bag.add(Self.finding(.wrongType, file: "b", line: 1))
    bag.add(Self.finding(.wrongType, line: 10))
    bag.add(Self.finding(.unknownField, line: 9))
    #expect(bag.diagnostics.map(\.span.description) == ["a:9:1", "a:10:1", "b:1:1"])
  }

  @Test("a full bag counts on and prefers errors")
  func bound() {
    var bag = DiagnosticBag(countMax: 2)
    for line in 1...3 { bag.add(Self.finding(.crowdedMinute, line: line)) }
    for line in 4...5 { bag.add(Self.finding(.wrongType, line: line)) }
    bag.add(Self.finding(.wrongType, line: 6))
    #expect(bag.diagnostics.map(\.severity) == [.error, .error])
    #expect(bag.count(of: .warning) == 3)
    #expect(bag.count(of: .error) == 3)
    #expect(bag.omittedCount == 4)
    var other = DiagnosticBag()
    other.add(bag)
    #expect(other.count(of: .error) == 3)
    #expect(other.count(of: .warning) == 3)
    #expect(other.omittedCount == 4)
  }

  @Test(
    "every code has a title and an explanation, and codes differ",
    arguments: DiagnosticCode.allCases)
  func catalogue(code: DiagnosticCode) {
    #expect(code.rawValue.wholeMatch(of: /OP[1-9][0-9]{3}/) != nil)
    #expect(!code.title.isEmpty && !code.title.hasSuffix("."))
    #expect(code.explanation.hasSuffix("."))
  }

  @Test("a position counts lines, scalars and bytes, however long the line")
  func positions() {
    let line = String(repeating: "aé𝄞", count: 500)
    let file = SourceFile(path: "f", text: "x\r\n" + line + "\n")
    for index in [0, 1, 255, 256, 257, 1499, 1500] {
      let byte = 3 + line.unicodeScalars.prefix(index).reduce(0) { $0 + $1.utf8.count }
      let expected = SourcePosition(line: 2, column: index + 1, byte: byte)
      #expect(file.position(ofByte: byte) == expected)
      #expect(file.scalarCount(beforeByte: byte) == 3 + index)
      #expect(file.byte(ofScalar: 3 + index) == byte)
    }
    #expect(file.line(1) == "x")
    #expect(file.line(2) == line)
    #expect(file.line(3) == "")
    #expect(file.line(4) == nil)
    #expect(file.position(ofByte: 1 << 40).line == 3)
  }
}
