/// Who asks. Never shown.
public struct S3Credentials: Hashable, Sendable, CustomStringConvertible,
  CustomDebugStringConvertible
{
  public var accessKey: String
  public var secretKey: String
  public var sessionToken: String?

  public init(accessKey: String, secretKey: String, sessionToken: String? = nil) {
    self.accessKey = accessKey
    self.secretKey = secretKey
    self.sessionToken = sessionToken
  }

  /// As restic finds them in the environment.
  ///
  /// - Throws: ``ObjectStoreError/Reason/forbidden`` where one of the two keys is missing.
  init(_ options: StoreOptions) throws(ObjectStoreError) {
    guard let access = options.value("AWS_ACCESS_KEY_ID"),
      let secret = options.value("AWS_SECRET_ACCESS_KEY")
    else {
      throw ObjectStoreError(
        .forbidden,
        "S3 needs `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY` in the environment")
    }
    self.init(
      accessKey: access, secretKey: secret, sessionToken: options.value("AWS_SESSION_TOKEN"))
  }

  public var description: String { "S3Credentials(***)" }
  public var debugDescription: String { description }
}
