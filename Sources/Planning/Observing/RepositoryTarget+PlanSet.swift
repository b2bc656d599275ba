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
      isCreatedWhenMissing: repository.mode == .createOrOpen)
  }
}

extension StorageLocation.Store {
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
