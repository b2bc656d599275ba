public import Diagnostics

/// Settings of everything that is declared beside it. At most one in a set of plan files.
public struct Project: DeclaredObject {
  public static let kind = PlanKind.project

  public var metadata: Metadata
  public var source: SourceSpan
  /// An IANA name; schedules without a zone of their own are read in it.
  public var timezone: String?
  public var clusters: [Cluster]
  public var coverage: Coverage
  public var guardrails: Guardrails
  public var concurrency: Concurrency
  public var journal: Journal?
  public var notify: [Notification]
  public var metrics: Metrics?

  public init(
    metadata: Metadata, source: SourceSpan, timezone: String? = nil, clusters: [Cluster] = [],
    coverage: Coverage = Coverage(), guardrails: Guardrails = Guardrails(),
    concurrency: Concurrency = Concurrency(), journal: Journal? = nil,
    notify: [Notification] = [], metrics: Metrics? = nil
  ) {
    self.metadata = metadata
    self.source = source
    self.timezone = timezone
    self.clusters = clusters
    self.coverage = coverage
    self.guardrails = guardrails
    self.concurrency = concurrency
    self.journal = journal
    self.notify = notify
    self.metrics = metrics
  }
}

extension Project {
  public struct Cluster: Hashable, Sendable {
    public var name: String
    /// The kubeconfig context to use.
    public var context: String?
    /// The uid of the namespace `kube-system`: a run against any other cluster is refused.
    public var uid: String?

    public init(name: String, context: String? = nil, uid: String? = nil) {
      self.name = name
      self.context = context
      self.uid = uid
    }
  }

  /// What becomes of volumes that no plan protects.
  public struct Coverage: Hashable, Sendable {
    public enum Verdict: String, Hashable, Sendable, CaseIterable {
      case ignore = "Ignore"
      case warn = "Warn"
      case fail = "Fail"
    }

    /// Volumes that match any of these are never reported.
    public struct Exception: Hashable, Sendable {
      public var namespaces: [String]
      public var labels: [String: String]

      public init(namespaces: [String] = [], labels: [String: String] = [:]) {
        self.namespaces = namespaces
        self.labels = labels
      }
    }

    public var uncoveredVolumes: Verdict
    public var ignore: [Exception]

    public init(uncoveredVolumes: Verdict = .warn, ignore: [Exception] = []) {
      self.uncoveredVolumes = uncoveredVolumes
      self.ignore = ignore
    }
  }

  /// How much work may go on at once; `nil` leaves the choice to the planner.
  public struct Concurrency: Hashable, Sendable {
    public var apps: Int?
    public var movers: Int?
    public var perNode: Int?
    public var perRepository: Int?
    public var perSnapshotDriver: Int?
    public var perStorageClass: Int?
    public var perNamespace: Int?
    /// Per second, over all movers.
    public var bandwidth: ByteSize?

    public init(
      apps: Int? = nil, movers: Int? = nil, perNode: Int? = nil, perRepository: Int? = nil,
      perSnapshotDriver: Int? = nil, perStorageClass: Int? = nil, perNamespace: Int? = nil,
      bandwidth: ByteSize? = nil
    ) {
      self.apps = apps
      self.movers = movers
      self.perNode = perNode
      self.perRepository = perRepository
      self.perSnapshotDriver = perSnapshotDriver
      self.perStorageClass = perStorageClass
      self.perNamespace = perNamespace
      self.bandwidth = bandwidth
    }
  }

  /// Where records of runs are kept, beside git.
  public struct Journal: Hashable, Sendable {
    /// Names a ``StorageLocation``.
    public var locationRef: String
    public var keep: Duration?

    public init(locationRef: String, keep: Duration? = nil) {
      self.locationRef = locationRef
      self.keep = keep
    }
  }

  public struct Notification: Hashable, Sendable {
    public enum Event: String, Hashable, Sendable, CaseIterable {
      case failed, partial, thawUnconfirmed, breach, drillFailed
    }
    public enum Format: String, Hashable, Sendable, CaseIterable {
      case json, slack
    }

    public var on: [Event]
    public var webhookURL: SecretKeyReference
    public var format: Format

    public init(on: [Event], webhookURL: SecretKeyReference, format: Format = .json) {
      self.on = on
      self.webhookURL = webhookURL
      self.format = format
    }
  }

  public enum Metrics: Hashable, Sendable {
    /// A file for the node exporter's textfile collector.
    case textfile(path: String)
    case pushgateway(url: String)
    case otlp(url: String)
  }
}
