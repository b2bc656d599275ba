import ClusterModel
public import ProtectionModel

extension RepositoryTarget {
  /// A declared repository as a run reaches it; `nil` where it or its location is not declared.
  ///
  /// - Parameter baseDirectory: Where relative paths of local storage locations begin; absolute.
  public init?(named name: String, in plans: PlanSet, baseDirectory: String) {
    guard let repository = plans.repository(named: name),
      let location = plans.storageLocation(named: repository.locationRef)
    else { return nil }
    let password = repository.encryption.password
    self.init(
      name: name,
      location: location.store.path(
        of: repository.path ?? name, baseDirectory: baseDirectory),
      password: SecretKeyReference(
        namespace: password.namespace, name: password.name, key: password.key),
      isCreatedWhenMissing: repository.mode == .createOrOpen,
      hostPath: location.store.hostPath(of: repository.path ?? name),
      access: location.store.access)
  }
}

extension StorageLocation.Store {
  /// Where a repository below this place lies on the nodes, where that is another path.
  fileprivate func hostPath(of repository: String) -> String? {
    guard case .local(let local) = self, let hostPath = local.hostPath else { return nil }
    return Self.join(hostPath, repository)
  }

  fileprivate var access: StoreAccess? {
    switch self {
    case .local: return nil
    case .s3(let s3):
      return StoreAccess(
        credentialsSecret: s3.credentials.secret?.name,
        authoritiesSecret: s3.certificateAuthority?.name,
        authoritiesKey: s3.certificateAuthority?.key, region: s3.region,
        isPathStyle: s3.pathStyle)
    case .rest(let rest):
      return StoreAccess(
        credentialsSecret: rest.credentials?.name,
        authoritiesSecret: rest.certificateAuthority?.name,
        authoritiesKey: rest.certificateAuthority?.key)
    }
  }

  /// The place of a repository below this one, in restic's spelling.
  func path(of repository: String, baseDirectory: String) -> String {
    switch self {
    case .local(let local):
      let path = local.path.hasPrefix("/") ? local.path : Self.join(baseDirectory, local.path)
      return Self.join(path, repository)
    case .s3(let s3):
      return "s3:" + Self.join(Self.join(s3.endpoint, s3.bucket), Self.join(s3.prefix, repository))
    case .rest(let rest): return "rest:" + Self.join(rest.url, repository)
    }
  }

  private static func join(_ left: String, _ right: String) -> String {
    var left = left[...]
    while left.count > 1, left.hasSuffix("/") { left = left.dropLast() }
    var right = right[...]
    while right.hasPrefix("./") { right = right.dropFirst(2) }
    if left.isEmpty || right.isEmpty { return String(left + right) }
    return left.hasSuffix("/") ? "\(left)\(right)" : "\(left)/\(right)"
  }
}
