/// Guesses what was meant by a misspelt word.
public enum Spelling {
  /// The candidate with the fewest edits to `word`, if they are few for its length.
  ///
  /// - Complexity: O(*n* × *m*) for each candidate, in the lengths of both words.
  public static func closest(to word: String, among candidates: [String]) -> String? {
    let letters = Array(word.lowercased().unicodeScalars.prefix(64))
    let editsMax = min(max(1, letters.count / 3), letters.count - 1)
    var best: (candidate: String, edits: Int)?
    for candidate in candidates {
      let edits = distance(letters, Array(candidate.lowercased().unicodeScalars.prefix(64)))
      if edits <= editsMax, edits < best?.edits ?? .max { best = (candidate, edits) }
    }
    return best?.candidate
  }

  /// `` `a`, `b` or `c` ``
  public static func list(_ words: [String], word: String = "or") -> String {
    let quoted = words.map { "`\($0)`" }
    guard quoted.count > 1, let last = quoted.last else { return quoted.first ?? "none" }
    return quoted.dropLast().joined(separator: ", ") + " \(word) " + last
  }

  /// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
  private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var beforePrevious: [Int] = []
    var previous = Array(0...right.count)
    for (i, a) in left.enumerated() {
      var current = [i + 1]
      for (j, b) in right.enumerated() {
        var edits = min(previous[j + 1] + 1, current[j] + 1, previous[j] + (a == b ? 0 : 1))
        if i > 0, j > 0, a == right[j - 1], b == left[i - 1] {
          edits = min(edits, beforePrevious[j - 1] + 1)
        }
        current.append(edits)
      }
      beforePrevious = previous
      previous = current
    }
    return previous[right.count]
  }
}
