/// JSON whose members keep the order in which they are given, for reports that people read too.
enum OrderedJSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
  case string(String)
  case integer(Int)
  case bool(Bool)
  case array([OrderedJSON])
  /// A member without a value is left out.
  case object(KeyValuePairs<String, OrderedJSON?>)

  init(stringLiteral value: String) { self = .string(value) }
  init(integerLiteral value: Int) { self = .integer(value) }

  /// Broken into lines, with a line feed at the end.
  var text: String {
    var text = ""
    write(to: &text, depth: 0)
    return text + "\n"
  }

  private func write(to text: inout String, depth: Int) {
    switch self {
    case .string(let value): Self.write(value, to: &text)
    case .integer(let value): text += String(value)
    case .bool(let value): text += value ? "true" : "false"
    case .array(let elements):
      Self.list("[", "]", elements, to: &text, depth: depth) { element, text in
        element.write(to: &text, depth: depth + 1)
      }
    case .object(let members):
      let present = members.compactMap { key, value in value.map { (key, $0) } }
      Self.list("{", "}", present, to: &text, depth: depth) { member, text in
        Self.write(member.0, to: &text)
        text += ": "
        member.1.write(to: &text, depth: depth + 1)
      }
    }
  }

  private static func list<Element>(
    _ open: String, _ close: String, _ elements: [Element], to text: inout String, depth: Int,
    _ body: (Element, inout String) -> Void
  ) {
    text += open
    for (index, element) in elements.enumerated() {
      text += (index == 0 ? "\n" : ",\n") + String(repeating: "  ", count: depth + 1)
      body(element, &text)
    }
    if !elements.isEmpty { text += "\n" + String(repeating: "  ", count: depth) }
    text += close
  }

  private static func write(_ value: String, to text: inout String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case "\r": text += "\\r"
      case _ where scalar.value < 0x20:
        text += scalar.value < 0x10 ? "\\u000" : "\\u00"
        text += String(scalar.value, radix: 16)
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
