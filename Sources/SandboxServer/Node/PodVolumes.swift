import Documents
import Glibc

/// Why a pod's volumes cannot be used yet; the node tries again.
struct MountError: Error {
  var reason = "FailedMount"
  var message: String
}

/// Turns a pod's volumes into directories of the host.
struct PodVolumes: Sendable {
  let references: References
  let store: VolumeStore
  /// The pod's own directory: volumes that live as long as the pod lie below.
  let directory: String

  private var spec: PodSpec { references.spec }
  private var namespace: String { spec.pod["metadata"]?["namespace"]?.stringValue ?? "" }

  struct Volume: Hashable, Sendable {
    var path: String
    var isReadOnly = false
  }

  /// Finds or makes every volume, by name.
  ///
  /// - Throws: ``MountError``; trying again is right, since claims get bound and objects created.
  func prepare() async throws -> [String: Volume] {
    var volumes: [String: Volume] = [:]
    for volume in spec.volumes {
      let name = volume["name"]?.stringValue ?? ""
      do {
        volumes[name] = try await prepare(volume, at: "\(directory)/volumes/\(name)")
      } catch let error as MountError {
        throw MountError(
          reason: error.reason,
          message: "MountVolume.SetUp failed for volume \"\(name)\" : \(error.message)")
      } catch {
        throw MountError(message: "MountVolume.SetUp failed for volume \"\(name)\" : \(error)")
      }
    }
    return volumes
  }

  private func prepare(_ volume: JSONValue, at path: String) async throws -> Volume {
    if let claim = volume["persistentVolumeClaim"] {
      let name = claim["claimName"]?.stringValue ?? ""
      return try await self.claim(name, isReadOnly: claim["readOnly"]?.boolValue ?? false)
    }
    if volume["ephemeral"] != nil {
      let pod = spec.pod["metadata"]?["name"]?.stringValue ?? ""
      let name = volume["name"]?.stringValue ?? ""
      return try await claim("\(pod)-\(name)", isReadOnly: false)
    }
    if let host = volume["hostPath"] {
      let path = host["path"]?.stringValue ?? ""
      if host["type"]?.stringValue == "DirectoryOrCreate" { try Files.makeDirectories(path) }
      guard let resolved = Files.resolved(path) else {
        throw MountError(message: "hostPath type check failed: \(path) does not exist")
      }
      return Volume(path: resolved)
    }
    try Files.makeDirectories(path)
    if volume["emptyDir"] != nil {
      try Files.setMode(path, 0o777)
      return Volume(path: path)
    }
    if let secret = volume["secret"] {
      try await write(secret, kind: "secret", name: secret["secretName"]?.stringValue, in: path)
    } else if let map = volume["configMap"] {
      try await write(map, kind: "configmap", name: map["name"]?.stringValue, in: path)
    } else if let downward = volume["downwardAPI"] {
      try writeFields(downward, in: path)
    } else if let projected = volume["projected"] {
      try await write(projected: projected, in: path)
    } else {
      let kinds = (volume.objectValue ?? [:]).keys.filter { $0 != "name" }.sorted()
      throw MountError(message: "volumes of type \(kinds) are not supported by the sandbox")
    }
    return Volume(path: path, isReadOnly: true)
  }

  private func claim(_ name: String, isReadOnly: Bool) async throws -> Volume {
    let owner = references.owner
    guard
      let claim = await owner.object(
        at: "/api/v1/namespaces/\(namespace)/persistentvolumeclaims/\(name)")
    else { throw MountError(message: "persistentvolumeclaim \"\(name)\" not found") }
    guard claim["status"]?["phase"]?.stringValue == "Bound",
      let volumeName = claim["spec"]?["volumeName"]?.stringValue,
      let volume = await owner.object(at: "/api/v1/persistentvolumes/\(volumeName)")
    else { throw MountError(message: "persistentvolumeclaim \"\(name)\" is not bound") }
    let source = volume["spec"] ?? [:]
    let path: String
    if let handle = source["csi"]?["volumeHandle"]?.stringValue {
      path = store.path(ofVolume: handle)
    } else if let host = source["hostPath"]?["path"] ?? source["local"]?["path"],
      let hostPath = host.stringValue
    {
      path = hostPath
    } else {
      throw MountError(message: "persistentvolume \"\(volumeName)\" has no source to mount")
    }
    guard Files.kind(path) == .directory else {
      throw MountError(
        reason: "FailedAttachVolume", message: "persistentvolume \"\(volumeName)\" has no data")
    }
    if spec.opensVolumesToGroup, !isReadOnly { try Files.openToGroup(path) }
    return Volume(path: path, isReadOnly: isReadOnly)
  }

  private func write(
    _ source: JSONValue, kind: String, name: String?, in path: String
  ) async throws {
    let name = name ?? ""
    let found =
      kind == "secret"
      ? await references.members(ofSecret: name) : await references.members(ofConfigMap: name)
    let isOptional = source["optional"]?.boolValue ?? false
    guard let members = found else {
      if isOptional { return }
      throw MountError(message: "\(kind) \"\(name)\" not found")
    }
    let mode = mode_t(truncatingIfNeeded: source["defaultMode"]?.intValue ?? 0o644)
    guard let items = source["items"]?.arrayValue else {
      for (key, bytes) in members { try write(bytes, to: key, mode: mode, in: path) }
      return
    }
    for item in items {
      let key = item["key"]?.stringValue ?? ""
      guard let bytes = members[key] else {
        if isOptional { continue }
        throw MountError(message: "references non-existent \(kind) key: \(key)")
      }
      let itemMode = item["mode"]?.intValue.map { mode_t(truncatingIfNeeded: $0) }
      try write(bytes, to: item["path"]?.stringValue ?? key, mode: itemMode ?? mode, in: path)
    }
  }

  private func writeFields(_ source: JSONValue, in path: String) throws {
    let mode = mode_t(truncatingIfNeeded: source["defaultMode"]?.intValue ?? 0o644)
    for item in source["items"]?.arrayValue ?? [] {
      let field = item["fieldRef"]?["fieldPath"]?.stringValue ?? ""
      let value = spec.field(
        field, address: references.address, hostAddress: references.hostAddress)
      guard let value else { throw MountError(message: "fieldPath \"\(field)\" is not supported") }
      try write(Array(value.utf8), to: item["path"]?.stringValue ?? "", mode: mode, in: path)
    }
  }

  private func write(projected: JSONValue, in path: String) async throws {
    for source in projected["sources"]?.arrayValue ?? [] {
      if var secret = source["secret"] {
        secret["defaultMode"] = projected["defaultMode"]
        try await write(secret, kind: "secret", name: secret["name"]?.stringValue, in: path)
      } else if var map = source["configMap"] {
        map["defaultMode"] = projected["defaultMode"]
        try await write(map, kind: "configmap", name: map["name"]?.stringValue, in: path)
      } else if let downward = source["downwardAPI"] {
        try writeFields(downward, in: path)
      } else if let token = source["serviceAccountToken"] {
        // No pod reaches the API from its own network, so its token opens nothing.
        try write([], to: token["path"]?.stringValue ?? "token", mode: 0o644, in: path)
      }
    }
  }

  private func write(
    _ bytes: [UInt8], to name: String, mode: mode_t, in path: String
  ) throws {
    let parts = name.split(separator: "/")
    guard !parts.isEmpty, !parts.contains("..") else {
      throw MountError(message: "\"\(name)\" is no path inside of a volume")
    }
    let file = "\(path)/\(parts.joined(separator: "/"))"
    if let parent = Files.parent(of: file) { try Files.makeDirectories(parent) }
    try Files.write(bytes, to: file, mode: mode)
  }

  /// What a container mounts, from the pod's volumes.
  func mounts(
    of container: ContainerSpec, from volumes: [String: Volume], environment: [String: String]
  ) throws -> [SandboxRoot.Mount] {
    try container.mounts.map { mount in
      let name = mount["name"]?.stringValue ?? ""
      guard let volume = volumes[name], let target = mount["mountPath"]?.stringValue else {
        throw ContainerConfigError(message: "volume \"\(name)\" is not defined")
      }
      let below =
        mount["subPathExpr"]?.stringValue.map { expanded($0, with: environment) }
        ?? mount["subPath"]?.stringValue ?? ""
      return SandboxRoot.Mount(
        source: try source(below, in: volume), target: Self.cleaned(target),
        isReadOnly: volume.isReadOnly || mount["readOnly"]?.boolValue ?? false)
    }
  }

  private func source(_ below: String, in volume: Volume) throws -> String {
    let parts = below.split(separator: "/").filter { $0 != "." }
    if parts.isEmpty { return volume.path }
    guard !parts.contains("..") else {
      throw ContainerConfigError(message: "must not contain '..': subPath \"\(below)\"")
    }
    let path = "\(volume.path)/\(parts.joined(separator: "/"))"
    if !Files.exists(path) { try Files.makeDirectories(path) }
    guard let root = Files.resolved(volume.path), let real = Files.resolved(path),
      real.hasPrefix(root + "/")
    else { throw ContainerConfigError(message: "subPath \"\(below)\" leads out of its volume") }
    return real
  }

  /// Without doubled and trailing slashes.
  private static func cleaned(_ path: String) -> String {
    "/" + path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }
}
