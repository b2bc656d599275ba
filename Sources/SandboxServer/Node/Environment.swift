import Documents

/// Why a container cannot be created as its specification says; the reason is the kubelet's.
struct ContainerConfigError: Error {
  var reason = "CreateContainerConfigError"
  var message: String
}

/// Where the values of references come from: the cluster's objects and the pod's own fields.
struct References: Sendable {
  let owner: ClusterOwner
  let spec: PodSpec
  let address: String
  let hostAddress: String

  private var namespace: String { spec.pod["metadata"]?["namespace"]?.stringValue ?? "" }

  /// The members of a Secret or ConfigMap; `nil` where there is no such object.
  func members(ofSecret name: String) async -> [String: [UInt8]]? {
    guard let object = await owner.object(at: "/api/v1/namespaces/\(namespace)/secrets/\(name)")
    else { return nil }
    return (object["data"]?.objectValue ?? [:]).compactMapValues {
      $0.stringValue.flatMap(Base64.decode)
    }
  }

  func members(ofConfigMap name: String) async -> [String: [UInt8]]? {
    guard let object = await owner.object(at: "/api/v1/namespaces/\(namespace)/configmaps/\(name)")
    else { return nil }
    let binary = (object["binaryData"]?.objectValue ?? [:]).compactMapValues {
      $0.stringValue.flatMap(Base64.decode)
    }
    return (object["data"]?.objectValue ?? [:]).compactMapValues {
      $0.stringValue.map { Array($0.utf8) }
    }.merging(binary) { text, _ in text }
  }

  /// The members of the object that a reference names; none where it is missing and optional.
  private func members(_ reference: JSONValue, isSecret: Bool) async throws
    -> [String: [UInt8]]?
  {
    let name = reference["name"]?.stringValue ?? ""
    let found = isSecret ? await members(ofSecret: name) : await members(ofConfigMap: name)
    if found == nil, reference["optional"]?.boolValue != true {
      throw ContainerConfigError(
        message: "\(isSecret ? "secret" : "configmap") \"\(name)\" not found")
    }
    return found
  }

  /// The environment a container's specification asks for, in order; later ones win.
  func environment(of container: ContainerSpec) async throws -> [String: String] {
    var values: [String: String] = [:]
    for source in container.value["envFrom"]?.arrayValue ?? [] {
      let prefix = source["prefix"]?.stringValue ?? ""
      for (member, isSecret) in [("secretRef", true), ("configMapRef", false)] {
        guard let reference = source[member] else { continue }
        for (key, value) in try await members(reference, isSecret: isSecret) ?? [:] {
          values[prefix + key] = String(decoding: value, as: UTF8.self)
        }
      }
    }
    for variable in container.value["env"]?.arrayValue ?? [] {
      guard let name = variable["name"]?.stringValue else { continue }
      if let source = variable["valueFrom"] {
        if let value = try await value(from: source, container) { values[name] = value }
      } else {
        values[name] = expanded(variable["value"]?.stringValue ?? "", with: values)
      }
    }
    return values
  }

  private func value(from source: JSONValue, _ container: ContainerSpec) async throws -> String? {
    if let field = source["fieldRef"] {
      let path = field["fieldPath"]?.stringValue ?? ""
      guard let value = spec.field(path, address: address, hostAddress: hostAddress) else {
        throw ContainerConfigError(message: "fieldPath \"\(path)\" is not supported")
      }
      return value
    }
    if let resource = source["resourceFieldRef"] {
      let path = (resource["resource"]?.stringValue ?? "").split(separator: ".")
      guard path.count == 2 else { return "0" }
      let amount = container.value["resources"]?[String(path[0])]?[String(path[1])]
      return amount?.stringValue ?? amount?.intValue.map(String.init) ?? "0"
    }
    for (member, isSecret) in [("secretKeyRef", true), ("configMapKeyRef", false)] {
      guard let reference = source[member] else { continue }
      let key = reference["key"]?.stringValue ?? ""
      if let value = try await members(reference, isSecret: isSecret)?[key] {
        return String(decoding: value, as: UTF8.self)
      }
      if reference["optional"]?.boolValue == true { return nil }
      let kind = isSecret ? "Secret" : "ConfigMap"
      let name = reference["name"]?.stringValue ?? ""
      throw ContainerConfigError(
        message: "couldn't find key \(key) in \(kind) \(namespace)/\(name)")
    }
    return nil
  }
}

/// Replaces `$(NAME)` by the value of a known name; `$$` stands for `$`.
func expanded(_ text: String, with values: [String: String]) -> String {
  var result = ""
  var rest = text[...]
  while let dollar = rest.firstIndex(of: "$") {
    result += rest[..<dollar]
    rest = rest[dollar...].dropFirst()
    if rest.hasPrefix("$") {
      result += "$"
      rest = rest.dropFirst()
    } else if rest.hasPrefix("("), let end = rest.firstIndex(of: ")") {
      let name = String(rest[..<end].dropFirst())
      result += values[name] ?? "$(\(name))"
      rest = rest[end...].dropFirst()
    } else {
      result += "$"
    }
  }
  return result + rest
}
