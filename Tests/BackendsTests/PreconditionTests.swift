import ClusterModel
import Documents
import Execution
import Planning
import Runner
import Testing

@testable import Backends

@Suite("Preconditions") struct PreconditionTests {
  private func failure(
    _ precondition: (ObjectReference, _ uid: String, _ volume: String) -> Precondition
  ) async throws -> ActionFailure? {
    let scene = try await Scene()
    let claim = scene.claim("data")
    let object = try #require(try await scene.cluster.get(claim))
    let volume = object["spec", "volumeName"]?.stringValue ?? ""
    let node = Scene.node(.ensureNamespace(EnsureNamespace(name: "shop")))
    do throws(ActionFailure) {
      try await scene.backend.check(
        [precondition(claim, object.uid, volume)], of: node, in: scene.context())
    } catch { return error }
    return nil
  }

  @Test("hold where the object is the one that was planned for, with the fields it had")
  func hold() async throws {
    #expect(
      try await failure { Precondition($0, uid: $1, fields: ["spec.volumeName": $2]) } == nil)
  }

  @Test("fail where another object has the name, or a field has changed")
  func fail() async throws {
    let uid = try await failure { claim, _, _ in Precondition(claim, uid: "another") }
    #expect(uid?.kind == .stale)
    let field = try await failure { claim, uid, _ in
      Precondition(
        claim, uid: uid, fields: ["spec.volumeName": "pv-1", "spec.volumeMode": "Block"])
    }
    #expect(field?.kind == .stale)
    #expect(
      field?.message
        == "PersistentVolumeClaim shop/data has `spec.volumeMode` `Filesystem`, "
        + "the plan was made with `Block`")
    let gone = try await failure { claim, _, _ in Precondition(claim, uid: nil) }
    #expect(gone?.kind == .stale)
  }
}
