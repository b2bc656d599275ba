import Diagnostics
import Documents

extension SchemaValidator {
  mutating func check(_ scalar: DocumentScalar, _ place: ValidatedPlace, _ node: SchemaNode) {
    if let allowed = node.allowed, !allowed.contains(scalar.value) {
      reportUnknownValue(scalar, place, allowed)
      return
    }
    if let text = scalar.value.stringValue { check(text, place, node) }
    if let number = scalar.value.doubleValue { check(number, place, node) }
    let mayBeText = node.types.isEmpty || node.types.contains(.string)
    let mayBeBoolean = node.types.isEmpty || node.types.contains(.boolean)
    if scalar.isYAML11Boolean, mayBeText, mayBeBoolean, node.allowed == nil, !node.isCombination {
      report(
        .ambiguousScalar, "`\(scalar.text)` is a boolean in YAML 1.1 and text in YAML 1.2",
        at: place.node.span, hint: "put quotes around it, or write `true` or `false`")
    }
  }

  private mutating func reportUnknownValue(
    _ scalar: DocumentScalar, _ place: ValidatedPlace, _ allowed: [JSONValue]
  ) {
    let words = allowed.map { $0.stringValue ?? CanonicalJSON.string($0) }
    if let guess = Spelling.closest(to: scalar.text, among: words) {
      report(
        .unknownValue, "\(place.subject) cannot be `\(scalar.text)`", at: place.node.span,
        hint: "did you mean `\(guess)`?")
    } else {
      report(
        .unknownValue, "\(place.subject) cannot be `\(scalar.text)`", at: place.node.span,
        hint: "use \(Spelling.list(words))")
    }
  }

  private mutating func check(_ text: String, _ place: ValidatedPlace, _ node: SchemaNode) {
    if let format = node.format, let mistake = formats[format]?(text) {
      report(mistake.code, mistake.message, at: place.node.span, hint: mistake.hint)
      return
    }
    if let pattern = node.pattern, !pattern.matches(text) {
      report(
        .invalidValue, "\(place.subject) cannot be `\(text)`", at: place.node.span,
        hint: node.description.map { "expected: \($0)" } ?? "it must match `\(pattern.text)`")
    }
    guard node.length != 0...Int.max else { return }
    let length = text.unicodeScalars.count
    if length < node.length.lowerBound {
      let message =
        length == 0
        ? "\(place.subject) is empty"
        : "\(place.subject) is shorter than \(node.length.lowerBound) characters"
      report(.invalidValue, message, at: place.node.span)
    } else if length > node.length.upperBound {
      report(
        .invalidValue, "\(place.subject) is longer than \(node.length.upperBound) characters",
        at: place.node.span)
    }
  }

  private mutating func check(_ number: Double, _ place: ValidatedPlace, _ node: SchemaNode) {
    let span = place.node.span
    if let minimum = node.minimum, number < minimum {
      report(.invalidValue, "\(place.subject) must be \(minimum.short) or more", at: span)
    }
    if let maximum = node.maximum, number > maximum {
      report(.invalidValue, "\(place.subject) must be \(maximum.short) or less", at: span)
    }
    if let minimum = node.exclusiveMinimum, number <= minimum {
      report(.invalidValue, "\(place.subject) must be more than \(minimum.short)", at: span)
    }
    if let maximum = node.exclusiveMaximum, number >= maximum {
      report(.invalidValue, "\(place.subject) must be less than \(maximum.short)", at: span)
    }
    if let factor = node.multipleOf, factor > 0,
      number.truncatingRemainder(dividingBy: factor) != 0
    {
      report(.invalidValue, "\(place.subject) must be a multiple of \(factor.short)", at: span)
    }
  }
}

extension Double {
  /// Without a fraction where there is none.
  fileprivate var short: String { CanonicalJSON.string(.number(self)) }
}
