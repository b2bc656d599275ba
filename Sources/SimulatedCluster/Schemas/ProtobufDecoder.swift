import Documents

/// Reads built-in objects as `kubectl create` and other Go clients send them: protocol buffers in
/// Kubernetes' envelope. Answers are always JSON, which those clients take as well.
struct ProtobufDecoder {
  struct Failure: Error { var message: String }

  private static let magic: [UInt8] = [0x6B, 0x38, 0x73, 0x00]
  private static let depthMax = 64

  /// Goes by their Go types: members that are written even where nobody set them.
  private static let writtenZeros: Set<String> = [
    "generation", "minReadySeconds", "hostPort", "nodePort", "initialDelaySeconds",
    "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold",
    "healthCheckNodePort", "targetPort",
  ]
  private static let meantFalse: Set<String> = [
    "automountServiceAccountToken", "enableServiceLinks", "hostUsers", "attachRequired",
    "allowPrivilegeEscalation", "orphanDependents",
  ]

  /// - Throws: ``Failure`` where the bytes are no envelope or no message of `schema`.
  static func object(_ bytes: [UInt8], schema: Schema) throws(Failure) -> JSONValue {
    guard bytes.starts(with: magic) else {
      throw Failure(message: "provided data does not appear to be a protobuf message")
    }
    var object: JSONValue = [:]
    var type: ArraySlice<UInt8> = []
    for field in try fields(bytes[4...]) {
      switch field.number {
      case 1: type = field.bytes
      case 2: object = try message(field.bytes, schema, depth: 0)
      default: break
      }
    }
    for field in try fields(type) {
      switch field.number {
      case 1: object["apiVersion"] = .string(try text(field.bytes))
      case 2: object["kind"] = .string(try text(field.bytes))
      default: break
      }
    }
    return object
  }

  // MARK: Wire format

  private struct Field {
    var number: Int
    var integer: UInt64 = 0
    var bytes: ArraySlice<UInt8> = []
  }

  private static func fields(_ bytes: ArraySlice<UInt8>) throws(Failure) -> [Field] {
    var rest = bytes
    var fields: [Field] = []
    while !rest.isEmpty {
      let tag = try varint(&rest)
      var field = Field(number: Int(truncatingIfNeeded: tag >> 3))
      switch tag & 7 {
      case 0: field.integer = try varint(&rest)
      case 1: field.bytes = try take(8, &rest)
      case 2: field.bytes = try take(try varint(&rest), &rest)
      case 5: field.bytes = try take(4, &rest)
      case let type: throw Failure(message: "proto: illegal wireType \(type)")
      }
      fields.append(field)
    }
    return fields
  }

  private static func varint(_ rest: inout ArraySlice<UInt8>) throws(Failure) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while let byte = rest.popFirst() {
      guard shift < 64 else { throw Failure(message: "proto: integer overflow") }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    throw Failure(message: "unexpected EOF")
  }

  private static func take(_ count: UInt64, _ rest: inout ArraySlice<UInt8>) throws(Failure)
    -> ArraySlice<UInt8>
  {
    guard count <= UInt64(rest.count) else { throw Failure(message: "unexpected EOF") }
    defer { rest = rest.dropFirst(Int(count)) }
    return rest.prefix(Int(count))
  }

  private static func text(_ bytes: ArraySlice<UInt8>) throws(Failure) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Failure(message: "string field contains invalid UTF-8")
    }
    return text
  }
}

// Messages by their schemas.
extension ProtobufDecoder {
  private static func message(_ bytes: ArraySlice<UInt8>, _ schema: Schema, depth: Int)
    throws(Failure) -> JSONValue
  {
    guard depth < depthMax else { throw Failure(message: "nested too deeply") }
    guard case .object(let members) = schema.shape else { return .object([:]) }
    var result: [String: JSONValue] = [:]
    try read(bytes, members, schema.numbers, within: nil, depth, &result)
    return .object(result)
  }

  /// Reads the members of a message; those of an embedded one (`2.7`) belong to the outer object.
  private static func read(
    _ bytes: ArraySlice<UInt8>, _ members: [String: Schema], _ numbers: [String: [Int]],
    within outer: Int?, _ depth: Int, _ result: inout [String: JSONValue]
  ) throws(Failure) {
    var names: [Int: String] = [:]
    var embedded: Set<Int> = []
    for (name, path) in numbers {
      if let outer {
        if path.count == 2, path[0] == outer { names[path[1]] = name }
      } else if path.count == 2 {
        embedded.insert(path[0])
      } else {
        names[path[0]] = name
      }
    }
    for field in try fields(bytes) {
      if embedded.contains(field.number) {
        try read(field.bytes, members, numbers, within: field.number, depth, &result)
      } else if let name = names[field.number], let schema = members[name] {
        try add(field, name, schema, depth, &result)
      }
    }
  }

  private static func add(
    _ field: Field, _ name: String, _ schema: Schema, _ depth: Int,
    _ result: inout [String: JSONValue]
  ) throws(Failure) {
    switch schema.shape {
    case .list(let element):
      guard let value = try value(field, element, depth) else { return }
      result[name] = .array((result[name]?.arrayValue ?? []) + [value])
    case .map(let element):
      let entry = try fields(field.bytes)
      let key = try entry.first { $0.number == 1 }.map { field throws(Failure) in
        try text(field.bytes)
      }
      let content = entry.first { $0.number == 2 } ?? Field(number: 2)
      var map = result[name]?.objectValue ?? [:]
      map[key ?? ""] = try value(content, element, depth)
      result[name] = .object(map)
    default:
      guard let value = try value(field, schema, depth) else { return }
      switch value {
      case "": return
      case 0 where writtenZeros.contains(name): return
      case false where !meantFalse.contains(name): return
      default: result[name] = value
      }
    }
  }

  private static func value(_ field: Field, _ schema: Schema, _ depth: Int) throws(Failure)
    -> JSONValue?
  {
    switch schema.shape {
    case .string: return .string(try text(field.bytes))
    case .bytes: return .string(Base64.encode(Array(field.bytes)))
    case .boolean: return .bool(field.integer != 0)
    case .integer: return .integer(Int64(bitPattern: field.integer))
    case .object: return try message(field.bytes, schema, depth: depth + 1)
    case .time, .microTime: return try time(field.bytes, schema)
    case .quantity:
      let text = try fields(field.bytes).first { $0.number == 1 }
      return .string(try self.text(text?.bytes ?? []))
    case .intOrString: return try intOrString(field.bytes)
    case .any: return try raw(field.bytes)
    case .number, .list, .map: return nil
    }
  }

  private static func time(_ bytes: ArraySlice<UInt8>, _ schema: Schema) throws(Failure)
    -> JSONValue?
  {
    let parts = try fields(bytes)
    guard let seconds = parts.first(where: { $0.number == 1 })?.integer else { return nil }
    let fraction = parts.first { $0.number == 2 }?.integer ?? 0
    let limit = UInt64(9_000_000_000)
    guard seconds < limit, fraction < 1_000_000_000 else { return nil }
    let time = Timestamp(secondsSinceEpoch: Int64(seconds), nanoseconds: Int64(fraction))
    if case .microTime = schema.shape { return .string(time.microTime) }
    return .string(time.rounded)
  }

  private static func intOrString(_ bytes: ArraySlice<UInt8>) throws(Failure) -> JSONValue {
    let parts = try fields(bytes)
    if parts.first(where: { $0.number == 1 })?.integer == 1 {
      return .string(try text(parts.first { $0.number == 3 }?.bytes ?? []))
    }
    return .integer(Int64(bitPattern: parts.first { $0.number == 2 }?.integer ?? 0))
  }

  /// Open values travel as JSON inside of a message.
  private static func raw(_ bytes: ArraySlice<UInt8>) throws(Failure) -> JSONValue? {
    guard let field = try fields(bytes).first(where: { $0.number == 1 }) else { return nil }
    do {
      return try JSONValue(parsing: Array(field.bytes))
    } catch {
      return nil
    }
  }
}
