public import Diagnostics

/// A place that holds repositories.
public struct StorageLocation: DeclaredObject {
  public static let kind = PlanKind.storageLocation

  public var metadata: Metadata
  public var source: SourceSpan
  public var store: Store
  /// Names what fails together with this place (a building, a region, a cluster).
  public var faultDomain: String?

  public init(
    metadata: Metadata, source: SourceSpan, store: Store, faultDomain: String? = nil
  ) {
    self.metadata = metadata
    self.source = source
    self.store = store
    self.faultDomain = faultDomain
  }

  /// How the place is reached.
  public enum Store: Hashable, Sendable {
    case s3(S3)
    case local(Local)
    case rest(REST)
  }
}

extension StorageLocation {
  public struct S3: Hashable, Sendable {
    public enum Credentials: Hashable, Sendable {
      case secret(SecretReference)
      case webIdentity
      case environment

      public var secret: SecretReference? {
        if case .secret(let secret) = self { secret } else { nil }
      }
    }

    public struct ObjectLock: Hashable, Sendable {
      public enum Mode: String, Hashable, Sendable, CaseIterable {
        case governance = "Governance"
        case compliance = "Compliance"
      }

      public var mode: Mode
      /// Whether a bucket without object lock is refused.
      public var require: Bool

      public init(mode: Mode, require: Bool = false) {
        self.mode = mode
        self.require = require
      }
    }

    public var endpoint: String
    public var region: String?
    public var bucket: String
    public var prefix: String
    /// Whether the bucket is named in the path of a URL, not in its host.
    public var pathStyle: Bool
    public var certificateAuthority: SecretKeyReference?
    public var credentials: Credentials
    public var objectLock: ObjectLock?

    public init(
      endpoint: String, region: String? = nil, bucket: String, prefix: String = "",
      pathStyle: Bool = false, certificateAuthority: SecretKeyReference? = nil,
      credentials: Credentials, objectLock: ObjectLock? = nil
    ) {
      self.endpoint = endpoint
      self.region = region
      self.bucket = bucket
      self.prefix = prefix
      self.pathStyle = pathStyle
      self.certificateAuthority = certificateAuthority
      self.credentials = credentials
      self.objectLock = objectLock
    }
  }

  /// A directory.
  public struct Local: Hashable, Sendable {
    /// Where this program finds it: absolute, or relative to the plan files' directory.
    public var path: String
    /// Where the same directory lies on the nodes; data movers mount it from there. `nil`: `path`.
    public var hostPath: String?

    public init(path: String, hostPath: String? = nil) {
      self.path = path
      self.hostPath = hostPath
    }
  }

  /// A server that speaks restic's REST protocol.
  public struct REST: Hashable, Sendable {
    public var url: String
    /// Holds `username` and `password`.
    public var credentials: SecretReference?
    public var certificateAuthority: SecretKeyReference?

    public init(
      url: String, credentials: SecretReference? = nil,
      certificateAuthority: SecretKeyReference? = nil
    ) {
      self.url = url
      self.credentials = credentials
      self.certificateAuthority = certificateAuthority
    }
  }
}
