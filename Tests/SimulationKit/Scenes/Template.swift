import ClusterModel
import Documents
import Planning
import ProtectionModel
import RunTesting
import Synchronization

/// A world at the beginning of time and the plans for it, made once for each shape.
struct Template: Sendable {
  let shape: Shape
  let plans: PlanSet
  var state: WorldState

  private static let known = Mutex<[Shape: Template]>([:])

  static func of(_ shape: Shape) -> Template {
    if let template = known.withLock({ $0[shape] }) { return template }
    let template = Template(shape)
    known.withLock { $0[shape] = template }
    return template
  }

  private init(_ shape: Shape) {
    do { plans = try Scene.plans(shape) } catch {
      preconditionFailure("the plans of \(shape) are wrong: \(error)")
    }
    self.shape = shape
    var state: WorldState
    switch shape.task {
    case .protect: state = Scene.world(shape)
    case .restore: state = Self.protected(shape)
    }
    state.breaches = []
    self.state = state
  }

  /// A world in which the application has been protected, so that there is something to restore.
  private static func protected(_ shape: Shape) -> WorldState {
    var earlier = shape
    earlier.task = .protect
    earlier.hookContainer = nil
    var state = Scenario(seed: 1, shape: earlier).world(after: Template.of(earlier))
    let repository = state.repositories[Scene.location(of: Scene.repositories[0])]
    guard let repository, let point = repository.points.last?.point else {
      preconditionFailure("no point was made for \(shape): \(state.breaches)")
    }
    var expected: [String: Storage.Content] = [:]
    for volume in point.volumes { expected[volume.claim] = repository[volume.snapshotID]?.content }
    state.expectedContents = [Scene.restored(0): expected]
    state.applications[Scene.restored(0)] = Application()
    return state
  }
}
