public import ClusterModel
import Documents
public import Planning

/// A lease that a run needs: one application, in the namespace where movers run.
///
/// The application's own namespace may not exist yet (a restore makes it); the movers' always does,
/// because the repository's password is there.
public struct LeaseTarget: Hashable, Sendable, Comparable {
  /// The namespace of the protected or restored application.
  public var application: String
  /// Where the Lease is kept.
  public var namespace: String

  public init(application: String, namespace: String) {
    self.application = application
    self.namespace = namespace
  }

  public var reference: ObjectReference {
    ObjectReference(.lease, namespace: namespace, name: "oadp-plan-\(application)")
  }

  /// Everybody takes leases in this order, so that nobody waits for somebody who waits.
  public static func < (left: LeaseTarget, right: LeaseTarget) -> Bool {
    (left.namespace, left.application) < (right.namespace, right.application)
  }

  /// What a run of `graph` must hold: every application that it touches, in every movers'
  /// namespace that it uses.
  public static func all(of graph: ExecutionGraph) -> [LeaseTarget] {
    var applications: Set<String> = []
    var namespaces: Set<String> = []
    for node in graph.nodes {
      if let application = node.action.application { applications.insert(application) }
      if let repository = node.action.repository { namespaces.insert(repository.moverNamespace) }
    }
    return namespaces.flatMap { namespace in
      applications.map { LeaseTarget(application: $0, namespace: namespace) }
    }.sorted()
  }
}

extension Action {
  /// The namespace whose application the action reads or changes.
  var application: String? {
    switch self {
    case .execute(let action): action.target.namespace
    case .openSession(let action): action.target.namespace
    case .cutVolume(let action): action.claim.namespace
    case .cutGroup(let action): action.snapshot.namespace
    case .captureObjects(let action): action.namespace
    case .sealPoint(let action): action.plan.namespace
    case .expirePoint(let action): action.plan.namespace
    case .ensureNamespace(let action): action.name
    case .checkObjects(let action): action.restore.targetNamespace
    case .restoreObjects(let action): action.targetNamespace
    case .bindVolume(let action): action.target.namespace
    case .awaitWorkload(let action): action.workload.namespace
    case .releaseSnapshot(let action): action.snapshot.namespace
    case .releaseGroup(let action): action.snapshot.namespace
    case .ensureRepository, .runSessionStep, .closeSession, .exposeSnapshot, .copyVolume,
      .retractSnapshot, .stageVolume, .fillVolume, .writeArtifact, .retractStage, .pauseGitOps,
      .resumeGitOps:
      nil
    }
  }

  /// The repository that the action works with.
  public var repository: RepositoryTarget? {
    switch self {
    case .ensureRepository(let action): action.repository
    case .copyVolume(let action): action.repository
    case .sealPoint(let action): action.repository
    case .expirePoint(let action): action.repository
    case .checkObjects(let action): action.restore.repository
    case .restoreObjects(let action): action.repository
    case .fillVolume(let action): action.repository
    case .writeArtifact(let action): action.repository
    default: nil
    }
  }
}
