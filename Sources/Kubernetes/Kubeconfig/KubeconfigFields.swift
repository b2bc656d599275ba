import Documents

/// One entry's fields; every mistake names file and field, and no message holds a value that may
/// be a secret.
struct KubeconfigFields {
  var fields: JSONValue
  var file: String
  /// `users[admin].user`
  var path: String

  func failure(_ message: String, _ name: String) -> ConfigurationError {
    ConfigurationError(message, file: file, field: "\(path).\(name)")
  }

  /// The text under `name`; `nil` where it is missing or empty.
  func text(_ name: String) throws(ConfigurationError) -> String? {
    guard let value = fields[name], !value.isNull else { return nil }
    guard let text = value.stringValue else {
      throw failure("The value is no string but \(value.typeName)", name)
    }
    return text.isEmpty ? nil : text
  }

  func required(_ name: String) throws(ConfigurationError) -> String {
    guard let text = try text(name) else { throw failure("The value is missing", name) }
    return text
  }

  func flag(_ name: String) throws(ConfigurationError) -> Bool {
    guard let value = fields[name], !value.isNull else { return false }
    guard let flag = value.boolValue else {
      throw failure("The value is no boolean but \(value.typeName)", name)
    }
    return flag
  }

  func texts(_ name: String) throws(ConfigurationError) -> [String] {
    guard let value = fields[name], !value.isNull else { return [] }
    guard let elements = value.arrayValue else { throw failure("The value is no list", name) }
    var texts: [String] = []
    for element in elements {
      guard let text = element.stringValue else {
        throw failure("The list holds something else than strings", name)
      }
      texts.append(text)
    }
    return texts
  }

  func object(_ name: String) throws(ConfigurationError) -> KubeconfigFields? {
    guard let value = fields[name], !value.isNull else { return nil }
    guard value.objectValue != nil else { throw failure("The value is no mapping", name) }
    return KubeconfigFields(fields: value, file: file, path: "\(path).\(name)")
  }

  /// The path under `name`, seen from the directory that its file is in.
  func localPath(_ name: String) throws(ConfigurationError) -> String? {
    try text(name).map(resolve)
  }

  func resolve(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    guard let slash = file.lastIndex(of: "/") else { return path }
    return file[...slash] + path
  }

  /// PEM bytes from `name-data` (base64) or else from the file that `name` names.
  func pem(_ name: String) throws(ConfigurationError) -> [UInt8]? {
    let bytes: [UInt8]
    let source: String
    if let data = try text("\(name)-data") {
      source = "\(name)-data"
      guard let decoded = Base64.decode(data) else {
        throw failure("The value is no base64", source)
      }
      bytes = decoded
    } else if let path = try localPath(name) {
      source = name
      bytes = try LocalFile.read(path, bytesMax: 1 << 20)
    } else {
      return nil
    }
    guard bytes.firstRange(of: Array("-----BEGIN ".utf8)) != nil else {
      throw failure("The value is no PEM text", source)
    }
    return bytes
  }
}
