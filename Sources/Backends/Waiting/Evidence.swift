import FoundationEssentials

/// Lines that explain a failure: short, few, and without secrets.
enum Evidence {
  private static let columnsMax = 300

  static func lines(_ lines: some Sequence<String>, max: Int) -> [String] {
    lines.suffix(max).map(line)
  }

  /// Each line once, where it first stands.
  static func unique(_ lines: [String]) -> [String] {
    var seen: Set<String> = []
    return lines.filter { seen.insert($0).inserted }
  }

  /// One line of somebody else's words. What looks like a secret's value is left out: a
  /// password in a URL, or what follows `password=` and the like.
  static func line(_ text: String) -> String {
    var text = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    text = text.replacing(/(?<scheme>:\/\/)[^\/\s@]+@/) { "\($0.output.scheme)…@" }
    let values =
      /(?<name>(?i:password|passwd|secret|token|api_?key|access_?key(_?id)?)"?\s*=\s*"?)[^\s",;&]+/
    text = text.replacing(values) { "\($0.output.name)…" }
    let members =
      /(?<name>"(?i:[a-z_]*(password|passwd|secret|token|key))"\s*:\s*")[^"]*/
    text = text.replacing(members) { "\($0.output.name)…" }
    return String(text.prefix(columnsMax))
  }
}
