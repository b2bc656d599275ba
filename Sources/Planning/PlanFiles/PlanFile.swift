public import ClusterModel
public import Documents

/// A plan as it is saved, reviewed and applied later exactly as it stands: canonical JSON with a
/// digest over everything that it says. It holds no secret.
public struct PlanFile: Hashable, Sendable, Codable {
  public static let apiVersion = "oadp-plan.dev/v1alpha1"
  public static let kind = "ExecutionPlan"
  /// Readers take any minor version of this major one.
  public static let formatVersion = "1.1"

  public var apiVersion: String
  public var kind: String
  public var formatVersion: String
  public var id: String
  /// `sha256:` and 64 digits, over everything but itself and the signatures.
  public var digest: String
  public var createdAt: Timestamp
  public var evaluatedAt: Timestamp
  /// Not to be applied after this.
  public var validUntil: Timestamp
  public var tool: Tool
  public var source: Source
  public var cluster: ClusterIdentity
  public var summary: Summary
  public var plans: [PlanVerdict]
  public var changes: [Change]
  public var graph: ExecutionGraph
  /// `nil` in files of format 1.0, which had none.
  public var limits: WorkLimits?
  public var coverage: [CoverageEntry]
  public var signatures: [Signature]

  public struct Tool: Hashable, Sendable, Codable {
    public var name: String
    public var version: String

    public init(name: String = "oadp-plan", version: String) {
      self.name = name
      self.version = version
    }
  }

  /// The plan files it was made from.
  public struct Source: Hashable, Sendable, Codable {
    public var repo: String?
    public var commit: String?
    /// Whether files differ from the commit.
    public var dirty: Bool
    public var files: [File]

    public struct File: Hashable, Sendable, Codable {
      public var path: String
      /// 64 digits.
      public var sha256: String

      public init(path: String, sha256: String) {
        self.path = path
        self.sha256 = sha256
      }
    }

    public init(repo: String? = nil, commit: String? = nil, dirty: Bool, files: [File]) {
      self.repo = repo
      self.commit = commit
      self.dirty = dirty
      self.files = files
    }
  }

  /// A detached signature over the digest.
  public struct Signature: Hashable, Sendable, Codable {
    public var key: String
    public var value: String

    public init(key: String, value: String) {
      self.key = key
      self.value = value
    }
  }

  /// - Parameter lifetime: How long after `createdAt` the plan may be applied.
  public init(
    report: ChangeReport, graph: ExecutionGraph, limits: WorkLimits = WorkLimits(),
    createdAt: Timestamp, lifetime: Duration = .seconds(1800), tool: Tool, source: Source
  ) {
    apiVersion = Self.apiVersion
    kind = Self.kind
    formatVersion = Self.formatVersion
    id = ""
    digest = ""
    self.createdAt = createdAt
    evaluatedAt = report.evaluatedAt
    validUntil = createdAt + lifetime
    self.tool = tool
    var source = source
    source.files.sort { $0.path < $1.path }
    self.source = source
    cluster = report.cluster
    summary = report.summary
    plans = report.plans
    changes = report.changes
    self.graph = graph
    self.limits = limits
    coverage = report.coverage
    signatures = []
    id = "pl-" + SHA256.hex(CanonicalJSON.bytes(json)).prefix(12)
    digest = Self.digest(of: json)
  }

  /// What a diff shows of it.
  public var report: ChangeReport {
    ChangeReport(
      evaluatedAt: evaluatedAt, cluster: cluster, summary: summary, plans: plans, changes: changes,
      coverage: coverage)
  }

  /// The bytes of the file: canonical JSON and a line feed.
  public var bytes: [UInt8] { CanonicalJSON.bytes(json) + [0x0A] }

  var json: JSONValue {
    do {
      return try JSONValue(encoding: self)
    } catch {
      preconditionFailure("a plan file without infinite numbers has a JSON form: \(error)")
    }
  }

  static func digest(of json: JSONValue) -> String {
    var content = json
    content["digest"] = nil
    content["signatures"] = nil
    return "sha256:" + SHA256.hex(CanonicalJSON.bytes(content))
  }
}
