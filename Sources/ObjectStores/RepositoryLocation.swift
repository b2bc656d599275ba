/// Where a repository is, in restic's own spelling: a path, `local:PATH`, `s3:URL/bucket/prefix`
/// or `rest:URL`.
public enum RepositoryLocation: Hashable, Sendable, CustomStringConvertible {
  case directory(path: String)
  /// Everything behind `s3:`.
  case s3(String)
  /// Everything behind `rest:`.
  case rest(String)

  private static let schemesUnsupported = ["sftp", "azure", "gs", "b2", "rclone", "swift"]

  /// - Throws: ``ObjectStoreError/Reason/badLocation`` for an empty location,
  ///   ``ObjectStoreError/Reason/unsupported`` for a scheme of restic's that this program lacks.
  public init(parsing text: String) throws(ObjectStoreError) {
    func rest(after scheme: String) -> String? {
      text.hasPrefix(scheme + ":") ? String(text.dropFirst(scheme.count + 1)) : nil
    }
    for scheme in Self.schemesUnsupported where rest(after: scheme) != nil {
      throw ObjectStoreError(
        .unsupported, "Repositories at `\(scheme):` are not supported; \(Self.supported)")
    }
    if let remainder = rest(after: "s3") {
      self = .s3(remainder)
    } else if let remainder = rest(after: "rest") {
      self = .rest(remainder)
    } else {
      self = .directory(path: rest(after: "local") ?? text)
    }
    guard !target.isEmpty, !target.utf8.contains(0) else {
      throw ObjectStoreError(.badLocation, "Repository location `\(text)` names nothing")
    }
  }

  static let supported = "a path, `local:PATH`, `s3:URL/bucket/prefix` and `rest:URL` are"

  private var target: String {
    switch self {
    case .directory(let path): path
    case .s3(let target), .rest(let target): target
    }
  }

  /// The location without user name and password.
  public var description: String {
    switch self {
    case .directory(let path): path
    case .s3(let target): "s3:" + Self.withoutUser(target)
    case .rest(let target): "rest:" + Self.withoutUser(target)
    }
  }

  private static func withoutUser(_ url: String) -> String {
    guard let scheme = url.firstRange(of: "://") else { return url }
    let authority = url[scheme.upperBound...].prefix { $0 != "/" }
    guard let at = authority.lastIndex(of: "@") else { return url }
    return url[..<scheme.upperBound] + "***" + url[at...]
  }

  /// The store at this location. Nothing is opened or made yet.
  ///
  /// - Throws: ``ObjectStoreError/Reason/badLocation`` for a URL that is none, and
  ///   ``ObjectStoreError/Reason/forbidden`` for S3 without credentials.
  public func store(
    _ options: StoreOptions = StoreOptions()
  ) throws(ObjectStoreError) -> any ObjectStore {
    switch self {
    case .directory(let path): DirectoryStore(path: path)
    case .s3(let target): try S3Store(target, options)
    case .rest(let target): try RESTStore(target, options)
    }
  }
}
