import ClusterModel
import Documents
import Planning

/// A volume of a pod, where its container has it, and how the program is told.
struct PodPart {
  var volume: JSONValue
  var mount: JSONValue
  var words: [String] = []

  /// - Parameter source: The volume's own member: `["secret": …]`.
  init(
    _ name: String, _ source: JSONValue, at path: String, isReadOnly: Bool = true,
    words: [String] = []
  ) {
    volume = source
    volume["name"] = .string(name)
    mount = ["name": .string(name), "mountPath": .string(path), "readOnly": .bool(isReadOnly)]
    self.words = words
  }

  /// One key of a Secret, or all of them.
  static func secret(_ name: String, key: String? = nil) -> JSONValue {
    var secret: JSONValue = ["secretName": .string(name)]
    if let key { secret["items"] = [["key": .string(key), "path": .string(key)]] }
    return ["secret": secret]
  }
}

/// What a container needs to open a repository. Secrets are mounted: none is copied, and none
/// passes through an argument or the environment.
extension RepositoryTarget {
  private static let secretPath = "/etc/oadp-plan/repository"
  private static let credentialsPath = "/etc/oadp-plan/credentials"
  private static let authoritiesPath = "/etc/oadp-plan/authorities"

  /// The words that name the repository and open it, with what they point to.
  var words: [String] {
    let region = access?.region.map { ["--region", $0] } ?? []
    return ["--repository", location] + parts.flatMap(\.words) + region
      + (access?.isPathStyle ?? false ? ["--path-style"] : [])
  }

  var parts: [PodPart] {
    var parts = [
      PodPart(
        "password", PodPart.secret(password.name, key: password.key), at: Self.secretPath,
        words: ["--password-file", "\(Self.secretPath)/\(password.key)"])
    ]
    if let directory { parts.append(directory) }
    guard let access else { return parts }
    if let secret = access.credentialsSecret {
      parts.append(
        PodPart(
          "credentials", PodPart.secret(secret), at: Self.credentialsPath,
          words: ["--credentials", Self.credentialsPath]))
    }
    if let secret = access.authoritiesSecret, let key = access.authoritiesKey {
      parts.append(
        PodPart(
          "authorities", PodPart.secret(secret, key: key), at: Self.authoritiesPath,
          words: ["--cacert", "\(Self.authoritiesPath)/\(key)"]))
    }
    return parts
  }

  /// A repository that is a directory. A container finds it under the same path as the runner,
  /// wherever the node has it.
  var directory: PodPart? {
    guard location.hasPrefix("/") else { return nil }
    return PodPart(
      "repository",
      ["hostPath": ["path": .string(hostPath ?? location), "type": "DirectoryOrCreate"]],
      at: location, isReadOnly: false)
  }
}
