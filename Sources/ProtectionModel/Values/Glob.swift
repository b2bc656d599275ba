/// Patterns in which `*` stands for any text, and nothing else is special.
public enum Glob {
  /// Whether `pattern` describes all of `text`.
  ///
  /// - Complexity: O(*n* × *m*) in the lengths of both.
  public static func matches(_ pattern: String, _ text: String) -> Bool {
    meet(Array(pattern.unicodeScalars), Array(text.unicodeScalars), starInText: false)
  }

  /// Whether some text fits both patterns.
  public static func overlap(_ left: String, _ right: String) -> Bool {
    meet(Array(left.unicodeScalars), Array(right.unicodeScalars), starInText: true)
  }

  /// `reached[j]`: the part of `left` seen so far and the first `j` scalars of `right` can meet.
  private static func meet(
    _ left: [Unicode.Scalar], _ right: [Unicode.Scalar], starInText: Bool
  ) -> Bool {
    func isStar(_ index: Int) -> Bool { starInText && right[index] == "*" }
    var reached = [true]
    for index in right.indices { reached.append(reached[index] && isStar(index)) }
    for scalar in left {
      var next = [reached[0] && scalar == "*"]
      for index in right.indices {
        let together = reached[index] && (scalar == right[index] || scalar == "*" || isStar(index))
        let stays = next[index] && (scalar == "*" || isStar(index))
        let waits = reached[index + 1] && (scalar == "*" || isStar(index))
        let skips = next[index] && isStar(index)
        next.append(together || stays && scalar == "*" || waits || skips)
      }
      reached = next
    }
    return reached[right.count]
  }
}
