import Documents
import Testing

@Suite("Plain scalars") struct ScalarTests {
  @Test(
    "resolve by YAML 1.2's core schema",
    arguments: [
      ("", .null), ("~", .null), ("null", .null), ("NULL", .null), ("nUll", .string("nUll")),
      ("true", .bool(true)), ("False", .bool(false)), ("yes", .string("yes")),
      ("on", .string("on")), ("0", .integer(0)), ("-12", .integer(-12)), ("+7", .integer(7)),
      ("010", .integer(10)), ("0o17", .integer(15)), ("0x1F", .integer(31)),
      ("0x-1", .string("0x-1")), ("1.5", .number(1.5)), (".5", .number(0.5)), ("5.", .number(5)),
      ("1e3", .number(1000)), ("1e", .string("1e")), (".", .string(".")), ("-", .string("-")),
      ("1_000", .string("1_000")), ("12:30:45", .string("12:30:45")), ("1h", .string("1h")),
      (".inf", .string(".inf")), (".nan", .string(".nan")), ("1e999", .string("1e999")),
      ("99999999999999999999", .number(1e20)), ("2026-11-22", .string("2026-11-22")),
    ] as [(String, JSONValue)])
  func resolve(text: String, expected: JSONValue) {
    #expect(DocumentScalar(text: text, style: .plain).value == expected)
  }

  @Test("quotes make any of them text", arguments: ["", "null", "true", "12", "1.5"])
  func quoted(text: String) {
    #expect(DocumentScalar(text: text, style: .quoted).value == .string(text))
  }
}
