extension JSONValue {
  /// Makes a value of its JSON form. Members that the type does not know are ignored.
  ///
  /// - Throws: ``JSONCodingFailure`` with the place of the first member that does not fit.
  /// - Complexity: O(*n*) in the size of this value.
  public func decode<T: Decodable>(_ type: T.Type = T.self) throws(JSONCodingFailure) -> T {
    do {
      return try ValueDecoder(value: self, codingPath: []).decode(type)
    } catch let failure as JSONCodingFailure {
      throw failure
    } catch let error as DecodingError {
      throw JSONCodingFailure(error)
    } catch {
      throw JSONCodingFailure(path: "", message: "Value cannot be decoded: \(error)")
    }
  }
}

/// Reads one value of a tree; also the container of a single value, because it adds nothing.
struct ValueDecoder: Decoder, SingleValueDecodingContainer {
  let value: JSONValue
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard let members = value.objectValue else { throw mismatch("an object") }
    return KeyedDecodingContainer(MemberDecoder<Key>(members: members, codingPath: codingPath))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard let elements = value.arrayValue else { throw mismatch("an array") }
    return ElementDecoder(elements: elements, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { self }

  func decodeNil() -> Bool { value.isNull }

  func decode(_ type: Bool.Type) throws -> Bool {
    guard let bool = value.boolValue else { throw mismatch("a boolean") }
    return bool
  }

  func decode(_ type: String.Type) throws -> String {
    guard let string = value.stringValue else { throw mismatch("a string") }
    return string
  }

  func decode(_ type: Double.Type) throws -> Double {
    switch value {
    case .number(let number): return number
    case .integer(let integer): return Double(integer)
    default: throw mismatch("a number")
    }
  }

  func decode(_ type: Float.Type) throws -> Float { Float(try decode(Double.self)) }
  func decode(_ type: Int.Type) throws -> Int { try integer() }
  func decode(_ type: Int8.Type) throws -> Int8 { try integer() }
  func decode(_ type: Int16.Type) throws -> Int16 { try integer() }
  func decode(_ type: Int32.Type) throws -> Int32 { try integer() }
  func decode(_ type: Int64.Type) throws -> Int64 { try integer() }
  func decode(_ type: UInt.Type) throws -> UInt { try integer() }
  func decode(_ type: UInt8.Type) throws -> UInt8 { try integer() }
  func decode(_ type: UInt16.Type) throws -> UInt16 { try integer() }
  func decode(_ type: UInt32.Type) throws -> UInt32 { try integer() }
  func decode(_ type: UInt64.Type) throws -> UInt64 { try integer() }

  func decode<T: Decodable>(_ type: T.Type) throws -> T {
    if let value = value as? T, T.self == JSONValue.self { return value }
    return try T(from: self)
  }

  private func integer<T: FixedWidthInteger>() throws -> T {
    guard let integer = value.intValue else { throw mismatch("a whole number") }
    guard let result = T(exactly: integer) else {
      throw JSONCodingFailure(
        path: codingPath, message: "Number \(integer) is out of range \(T.min)...\(T.max)")
    }
    return result
  }

  private func mismatch(_ expected: String) -> JSONCodingFailure {
    JSONCodingFailure(path: codingPath, message: "Expected \(expected), found \(value.typeName)")
  }
}
