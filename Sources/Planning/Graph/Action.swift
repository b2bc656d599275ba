/// What a node does, with everything it needs to know beforehand.
///
/// What only the run can tell (a snapshot's handle, a backup's id) is the *result* of a node; a
/// later action names the node whose result it uses. Every action can be performed again after a
/// crash: it finds what an earlier try made, by name, and goes on from there.
///
/// Indirect, so that a node is small and copied with its action's reference.
public indirect enum Action: Hashable, Sendable {
  case ensureRepository(EnsureRepository)
  case openSession(OpenSession)
  case runSessionStep(RunSessionStep)
  case closeSession(CloseSession)
  case execute(ExecuteCommand)
  case cutVolume(CutVolume)
  case cutGroup(CutGroup)
  case exposeSnapshot(ExposeSnapshot)
  case copyVolume(CopyVolume)
  case retractSnapshot(RetractSnapshot)
  case releaseSnapshot(ReleaseSnapshot)
  case releaseGroup(ReleaseGroup)
  case captureObjects(CaptureObjects)
  case sealPoint(SealPoint)
  case expirePoint(ExpirePoint)
  case ensureNamespace(EnsureNamespace)
  case checkObjects(CheckObjects)
  case pauseGitOps(PauseGitOps)
  case resumeGitOps(ResumeGitOps)
  case restoreObjects(RestoreObjects)
  case stageVolume(StageVolume)
  case fillVolume(FillVolume)
  case writeArtifact(WriteArtifact)
  case bindVolume(BindVolume)
  case retractStage(RetractStage)
  case awaitWorkload(AwaitWorkload)
}

extension Action: Codable {
  private enum CodingKeys: String, CodingKey { case op, with }

  /// The name of the operation in plan files, journals and messages.
  public enum Operation: String, Hashable, Sendable, Codable, CaseIterable {
    case ensureRepository = "repository.ensure"
    case openSession = "session.open"
    case runSessionStep = "session.step"
    case closeSession = "session.close"
    case execute = "hook.exec"
    case cutVolume = "volume.cut"
    case cutGroup = "group.cut"
    case exposeSnapshot = "snapshot.expose"
    case copyVolume = "volume.copy"
    case retractSnapshot = "snapshot.retract"
    case releaseSnapshot = "snapshot.release"
    case releaseGroup = "group.release"
    case captureObjects = "objects.capture"
    case sealPoint = "point.seal"
    case expirePoint = "point.expire"
    case ensureNamespace = "namespace.ensure"
    case checkObjects = "objects.check"
    case pauseGitOps = "gitops.pause"
    case resumeGitOps = "gitops.resume"
    case restoreObjects = "objects.restore"
    case stageVolume = "volume.stage"
    case fillVolume = "volume.fill"
    case writeArtifact = "artifact.write"
    case bindVolume = "volume.bind"
    case retractStage = "stage.retract"
    case awaitWorkload = "workload.await"
  }

  public var operation: Operation {
    switch self {
    case .ensureRepository: .ensureRepository
    case .openSession: .openSession
    case .runSessionStep: .runSessionStep
    case .closeSession: .closeSession
    case .execute: .execute
    case .cutVolume: .cutVolume
    case .cutGroup: .cutGroup
    case .exposeSnapshot: .exposeSnapshot
    case .copyVolume: .copyVolume
    case .retractSnapshot: .retractSnapshot
    case .releaseSnapshot: .releaseSnapshot
    case .releaseGroup: .releaseGroup
    case .captureObjects: .captureObjects
    case .sealPoint: .sealPoint
    case .expirePoint: .expirePoint
    case .ensureNamespace: .ensureNamespace
    case .checkObjects: .checkObjects
    case .pauseGitOps: .pauseGitOps
    case .resumeGitOps: .resumeGitOps
    case .restoreObjects: .restoreObjects
    case .stageVolume: .stageVolume
    case .fillVolume: .fillVolume
    case .writeArtifact: .writeArtifact
    case .bindVolume: .bindVolume
    case .retractStage: .retractStage
    case .awaitWorkload: .awaitWorkload
    }
  }

  /// The operation's parameters.
  private var parameters: any Codable {
    switch self {
    case .ensureRepository(let value): value
    case .openSession(let value): value
    case .runSessionStep(let value): value
    case .closeSession(let value): value
    case .execute(let value): value
    case .cutVolume(let value): value
    case .cutGroup(let value): value
    case .exposeSnapshot(let value): value
    case .copyVolume(let value): value
    case .retractSnapshot(let value): value
    case .releaseSnapshot(let value): value
    case .releaseGroup(let value): value
    case .captureObjects(let value): value
    case .sealPoint(let value): value
    case .expirePoint(let value): value
    case .ensureNamespace(let value): value
    case .checkObjects(let value): value
    case .pauseGitOps(let value): value
    case .resumeGitOps(let value): value
    case .restoreObjects(let value): value
    case .stageVolume(let value): value
    case .fillVolume(let value): value
    case .writeArtifact(let value): value
    case .bindVolume(let value): value
    case .retractStage(let value): value
    case .awaitWorkload(let value): value
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(operation, forKey: .op)
    try container.encode(parameters, forKey: .with)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func parameters<T: Decodable>() throws -> T { try container.decode(T.self, forKey: .with) }
    self =
      switch try container.decode(Operation.self, forKey: .op) {
      case .ensureRepository: .ensureRepository(try parameters())
      case .openSession: .openSession(try parameters())
      case .runSessionStep: .runSessionStep(try parameters())
      case .closeSession: .closeSession(try parameters())
      case .execute: .execute(try parameters())
      case .cutVolume: .cutVolume(try parameters())
      case .cutGroup: .cutGroup(try parameters())
      case .exposeSnapshot: .exposeSnapshot(try parameters())
      case .copyVolume: .copyVolume(try parameters())
      case .retractSnapshot: .retractSnapshot(try parameters())
      case .releaseSnapshot: .releaseSnapshot(try parameters())
      case .releaseGroup: .releaseGroup(try parameters())
      case .captureObjects: .captureObjects(try parameters())
      case .sealPoint: .sealPoint(try parameters())
      case .expirePoint: .expirePoint(try parameters())
      case .ensureNamespace: .ensureNamespace(try parameters())
      case .checkObjects: .checkObjects(try parameters())
      case .pauseGitOps: .pauseGitOps(try parameters())
      case .resumeGitOps: .resumeGitOps(try parameters())
      case .restoreObjects: .restoreObjects(try parameters())
      case .stageVolume: .stageVolume(try parameters())
      case .fillVolume: .fillVolume(try parameters())
      case .writeArtifact: .writeArtifact(try parameters())
      case .bindVolume: .bindVolume(try parameters())
      case .retractStage: .retractStage(try parameters())
      case .awaitWorkload: .awaitWorkload(try parameters())
      }
  }
}
