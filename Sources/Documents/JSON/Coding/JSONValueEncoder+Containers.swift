struct SlotMembers<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let slot: EncodedSlot
  let codingPath: [any CodingKey]

  private func value(_ key: Key) -> SlotValue {
    SlotValue(slot: slot.member(key.stringValue), codingPath: codingPath + [key])
  }

  func encodeNil(forKey key: Key) throws { value(key).encodeNil() }
  func encode(_ value: Bool, forKey key: Key) throws { try self.value(key).encode(value) }
  func encode(_ value: String, forKey key: Key) throws { try self.value(key).encode(value) }
  func encode(_ value: Double, forKey key: Key) throws { try self.value(key).encode(value) }
  func encode(_ value: Float, forKey key: Key) throws { try self.value(key).encode(value) }
  func encode(_ value: Int, forKey key: Key) throws { try self.value(key).encode(value) }
  func encode(_ value: Int8, forKey key: Key) throws { try self.value(key).encode(value) }
  func encode(_ value: Int16, forKey key: Key) throws { try self.value(key).encode(value) }
  func encode(_ value: Int32, forKey key: Key) throws { try self.value(key).encode(value) }
  func encode(_ value: Int64, forKey key: Key) throws { try self.value(key).encode(value) }
  func encode(_ value: UInt, forKey key: Key) throws { try self.value(key).encode(value) }
  func encode(_ value: UInt8, forKey key: Key) throws { try self.value(key).encode(value) }
  func encode(_ value: UInt16, forKey key: Key) throws { try self.value(key).encode(value) }
  func encode(_ value: UInt32, forKey key: Key) throws { try self.value(key).encode(value) }
  func encode(_ value: UInt64, forKey key: Key) throws { try self.value(key).encode(value) }

  func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
    try self.value(key).encode(value)
  }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type, forKey key: Key
  ) -> KeyedEncodingContainer<NestedKey> {
    superEncoder(forKey: key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    superEncoder(forKey: key).unkeyedContainer()
  }

  func superEncoder() -> any Encoder { encoder(JSONKey("super")) }
  func superEncoder(forKey key: Key) -> any Encoder { encoder(key) }

  private func encoder(_ key: some CodingKey) -> SlotEncoder {
    SlotEncoder(slot: slot.member(key.stringValue), codingPath: codingPath + [key])
  }
}

struct SlotElements: UnkeyedEncodingContainer {
  let slot: EncodedSlot
  let codingPath: [any CodingKey]
  var count: Int { slot.count }

  private func next() -> SlotValue {
    let key = JSONKey(index: count)
    return SlotValue(slot: slot.append(), codingPath: codingPath + [key])
  }

  func encodeNil() throws { next().encodeNil() }
  func encode(_ value: Bool) throws { try next().encode(value) }
  func encode(_ value: String) throws { try next().encode(value) }
  func encode(_ value: Double) throws { try next().encode(value) }
  func encode(_ value: Float) throws { try next().encode(value) }
  func encode(_ value: Int) throws { try next().encode(value) }
  func encode(_ value: Int8) throws { try next().encode(value) }
  func encode(_ value: Int16) throws { try next().encode(value) }
  func encode(_ value: Int32) throws { try next().encode(value) }
  func encode(_ value: Int64) throws { try next().encode(value) }
  func encode(_ value: UInt) throws { try next().encode(value) }
  func encode(_ value: UInt8) throws { try next().encode(value) }
  func encode(_ value: UInt16) throws { try next().encode(value) }
  func encode(_ value: UInt32) throws { try next().encode(value) }
  func encode(_ value: UInt64) throws { try next().encode(value) }
  func encode<T: Encodable>(_ value: T) throws { try next().encode(value) }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type
  ) -> KeyedEncodingContainer<NestedKey> {
    superEncoder().container(keyedBy: type)
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    superEncoder().unkeyedContainer()
  }

  func superEncoder() -> any Encoder {
    let value = next()
    return SlotEncoder(slot: value.slot, codingPath: value.codingPath)
  }
}

struct SlotValue: SingleValueEncodingContainer {
  let slot: EncodedSlot
  let codingPath: [any CodingKey]

  func encodeNil() { slot.set(.null) }
  func encode(_ value: Bool) throws { slot.set(.bool(value)) }
  func encode(_ value: String) throws { slot.set(.string(value)) }
  func encode(_ value: Double) throws { try slot.set(number: value, at: codingPath) }
  func encode(_ value: Float) throws { try slot.set(number: Double(value), at: codingPath) }
  func encode(_ value: Int) throws { try slot.set(integer: value, at: codingPath) }
  func encode(_ value: Int8) throws { try slot.set(integer: value, at: codingPath) }
  func encode(_ value: Int16) throws { try slot.set(integer: value, at: codingPath) }
  func encode(_ value: Int32) throws { try slot.set(integer: value, at: codingPath) }
  func encode(_ value: Int64) throws { try slot.set(integer: value, at: codingPath) }
  func encode(_ value: UInt) throws { try slot.set(integer: value, at: codingPath) }
  func encode(_ value: UInt8) throws { try slot.set(integer: value, at: codingPath) }
  func encode(_ value: UInt16) throws { try slot.set(integer: value, at: codingPath) }
  func encode(_ value: UInt32) throws { try slot.set(integer: value, at: codingPath) }
  func encode(_ value: UInt64) throws { try slot.set(integer: value, at: codingPath) }
  func encode<T: Encodable>(_ value: T) throws { try slot.encode(value, at: codingPath) }
}
