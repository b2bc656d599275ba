import Documents

/// A short name for one piece of planned work, from which the names of all its objects derive.
///
/// Two evaluations of one plan differ in it, so that a later run never takes a half-made object of
/// an earlier one for its own; the runs of one plan file agree in it, so that a second try finds
/// what the first one made.
struct RunKey: Hashable, Sendable {
  let hex: String

  init(_ parts: String...) {
    hex = String(SHA256.hex(parts.joined(separator: "\u{0}")).prefix(10))
  }

  /// `op-91c0a2b3c4-data`: a DNS label of at most 63 characters.
  func name(_ suffix: String) -> String { "op-\(hex)-\(Self.label(suffix, lengthMax: 49))" }

  /// `text` where it is a DNS label of that length, else a shortened form that no other text has.
  static func label(_ text: String, lengthMax: Int) -> String {
    var label = String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          switch scalar {
          case "a"..."z", "0"..."9", "-": scalar
          default: "-"
          }
        }))
    while label.hasPrefix("-") { label.removeFirst() }
    while label.hasSuffix("-") { label.removeLast() }
    if label == text, label.utf8.count <= lengthMax { return label }
    return String(label.prefix(lengthMax - 7)) + "-" + SHA256.hex(text).prefix(6)
  }
}
