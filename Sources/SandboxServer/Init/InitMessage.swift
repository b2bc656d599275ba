import Documents

/// What the server asks of an init process.
enum InitRequest: Hashable {
  case start(id: Int64, Command)
  /// To the process itself, or to its whole group.
  case signal(id: Int64, signal: Int32, group: Bool)

  struct Command: Hashable {
    var arguments: [String]
    /// `NAME=value` each.
    var environment: [String]
    var directory: String
    /// Whether the process gets a terminal; where not, three files travel with the message and
    /// become its standard input, output and error, further ones its files 3 and up.
    var terminal: Bool
  }
}

/// What an init process tells the server.
enum InitReport: Hashable {
  /// Where a terminal was asked for, its controlling end travels with the message.
  case started(id: Int64)
  /// `code` is what a shell would exit with: 127 not found, 126 not executable.
  case failed(id: Int64, message: String, code: Int32)
  case ended(id: Int64, ExitStatus)
}

extension InitRequest {
  var bytes: [UInt8] {
    switch self {
    case .start(let id, let command):
      CanonicalJSON.bytes([
        "id": .integer(id), "arguments": .strings(command.arguments),
        "environment": .strings(command.environment), "directory": .string(command.directory),
        "terminal": .bool(command.terminal),
      ])
    case .signal(let id, let signal, let group):
      CanonicalJSON.bytes([
        "id": .integer(id), "signal": .integer(Int64(signal)), "group": .bool(group),
      ])
    }
  }

  init?(_ bytes: [UInt8]) {
    guard let value = try? JSONValue(parsing: bytes), let id = value["id"]?.intValue else {
      return nil
    }
    if let signal = value["signal"]?.intValue, let group = value["group"]?.boolValue {
      self = .signal(id: id, signal: Int32(clamping: signal), group: group)
    } else if let directory = value["directory"]?.stringValue,
      let terminal = value["terminal"]?.boolValue
    {
      let command = Command(
        arguments: value["arguments"]?.strings ?? [],
        environment: value["environment"]?.strings ?? [],
        directory: directory, terminal: terminal)
      self = .start(id: id, command)
    } else {
      return nil
    }
  }
}

extension InitReport {
  var bytes: [UInt8] {
    switch self {
    case .started(let id): CanonicalJSON.bytes(["id": .integer(id)])
    case .failed(let id, let message, let code):
      CanonicalJSON.bytes([
        "id": .integer(id), "message": .string(message), "code": .integer(Int64(code)),
      ])
    case .ended(let id, .exited(let code)):
      CanonicalJSON.bytes(["id": .integer(id), "exited": .integer(Int64(code))])
    case .ended(let id, .signalled(let signal)):
      CanonicalJSON.bytes(["id": .integer(id), "signalled": .integer(Int64(signal))])
    }
  }

  init?(_ bytes: [UInt8]) {
    guard let value = try? JSONValue(parsing: bytes), let id = value["id"]?.intValue else {
      return nil
    }
    if let message = value["message"]?.stringValue {
      self = .failed(
        id: id, message: message, code: Int32(clamping: value["code"]?.intValue ?? 126))
    } else if let code = value["exited"]?.intValue {
      self = .ended(id: id, .exited(Int32(clamping: code)))
    } else if let signal = value["signalled"]?.intValue {
      self = .ended(id: id, .signalled(Int32(clamping: signal)))
    } else {
      self = .started(id: id)
    }
  }
}

extension JSONValue {
  static func strings(_ strings: [String]) -> JSONValue { .array(strings.map(JSONValue.string)) }

  /// The strings of an array; other elements are left out.
  var strings: [String] { arrayValue?.compactMap(\.stringValue) ?? [] }
}
