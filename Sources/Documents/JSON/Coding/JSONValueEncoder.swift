extension JSONValue {
  /// The JSON form of an encodable value; optional members that are `nil` are left out.
  ///
  /// - Throws: ``JSONCodingFailure`` for what JSON has no words for (an infinite number, an
  ///   integer beyond 64 bits), and whatever the value's own `encode(to:)` throws.
  /// - Complexity: O(*n*) in the size of the value.
  public init(encoding value: some Encodable) throws(JSONCodingFailure) {
    let slot = EncodedSlot()
    do {
      try slot.encode(value, at: [])
    } catch let failure as JSONCodingFailure {
      throw failure
    } catch {
      throw JSONCodingFailure(path: [], message: "Value cannot be encoded: \(error)")
    }
    self = slot.jsonValue
  }
}

/// A place in the value being built. A class, because encoders hand out containers that are filled
/// later than they are made.
final class EncodedSlot {
  private enum Content {
    case empty
    case value(JSONValue)
    case array([EncodedSlot])
    case object([String: EncodedSlot])
  }

  private var content = Content.empty

  var jsonValue: JSONValue {
    switch content {
    case .empty: .object([:])
    case .value(let value): value
    case .array(let elements): .array(elements.map(\.jsonValue))
    case .object(let members): .object(members.mapValues(\.jsonValue))
    }
  }

  var count: Int {
    if case .array(let elements) = content { elements.count } else { 0 }
  }

  func set(_ value: JSONValue) { content = .value(value) }

  func becomeArray() {
    if case .array = content { return }
    content = .array([])
  }

  func becomeObject() {
    if case .object = content { return }
    content = .object([:])
  }

  func append() -> EncodedSlot {
    guard case .array(var elements) = content else {
      preconditionFailure("appending to a value that is no array")
    }
    let slot = EncodedSlot()
    content = .empty  // gives up the shared reference, so that the change is made in place
    elements.append(slot)
    content = .array(elements)
    return slot
  }

  func member(_ key: String) -> EncodedSlot {
    guard case .object(var members) = content else {
      preconditionFailure("setting a member of a value that is no object")
    }
    if let slot = members[key] { return slot }
    let slot = EncodedSlot()
    content = .empty
    members[key] = slot
    content = .object(members)
    return slot
  }

  func encode(_ value: some Encodable, at path: [any CodingKey]) throws {
    if let value = value as? JSONValue { return set(value) }
    try value.encode(to: SlotEncoder(slot: self, codingPath: path))
  }

  func set(integer value: some BinaryInteger, at path: [any CodingKey]) throws {
    guard let integer = Int64(exactly: value) else {
      throw JSONCodingFailure(path: path, message: "Integer \(value) does not fit 64 bits")
    }
    set(.integer(integer))
  }

  func set(number value: Double, at path: [any CodingKey]) throws {
    guard value.isFinite else {
      throw JSONCodingFailure(path: path, message: "JSON has no word for \(value)")
    }
    // As a parser would read it back, so that a value and its reread text are equal.
    if let integer = Int64(exactly: value) { set(.integer(integer)) } else { set(.number(value)) }
  }
}

struct SlotEncoder: Encoder {
  let slot: EncodedSlot
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    slot.becomeObject()
    return KeyedEncodingContainer(SlotMembers<Key>(slot: slot, codingPath: codingPath))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    slot.becomeArray()
    return SlotElements(slot: slot, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    SlotValue(slot: slot, codingPath: codingPath)
  }
}
