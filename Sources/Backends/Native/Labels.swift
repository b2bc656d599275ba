/// The labels and annotations on everything that a run makes. Clean-up looks for nothing else.
enum Labels {
  static let managedBy = "app.kubernetes.io/managed-by"
  static let run = "oadp-plan.dev/run"
  static let plan = "oadp-plan.dev/plan"
  static let node = "oadp-plan.dev/node"
  /// On a PersistentVolume between its staged and its final claim.
  static let stage = "oadp-plan.dev/stage"
  /// What a volume's reclaim policy was before it was staged (an annotation).
  static let reclaimPolicy = "oadp-plan.dev/reclaim-policy"

  /// `text` as a label value: at most 63 letters, digits, `-`, `_` and `.`, beginning and ending
  /// with a letter or digit. The end is kept where it is too long, since that tells nodes apart.
  static func value(_ text: String) -> String {
    let mapped = text.map { character -> Character in
      let isAllowed = character.isASCII && (character.isLetter || character.isNumber)
      return isAllowed || character == "-" || character == "_" ? character : "."
    }
    func isEdge(_ character: Character) -> Bool { !character.isLetter && !character.isNumber }
    var value = String(mapped.suffix(63).drop(while: isEdge))
    while let last = value.last, isEdge(last) { value.removeLast() }
    return value
  }
}
