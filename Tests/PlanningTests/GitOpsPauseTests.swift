import ClusterModel
import Diagnostics
import Planning
import ProtectionModel
import Testing

@Suite("GitOps beside a restore") struct GitOpsPauseTests {
  static let application = ResourceType(
    group: "argoproj.io", version: "v1alpha1", plural: "applications", kind: "Application")
  static let kustomization = ResourceType(
    group: "kustomize.toolkit.fluxcd.io", plural: "kustomizations", kind: "Kustomization")

  static func keeper(
    _ name: String = "shop", of type: ResourceType = application, targets: [String] = ["shop"],
    isAutomatic: Bool = true, isHeld: Bool = false, generator: String? = nil
  ) -> ObservedGitOps {
    ObservedGitOps(
      ObjectReference(type, namespace: "argocd", name: name), targets: targets,
      isAutomatic: isAutomatic, isHeld: isHeld, generator: generator)
  }

  static func changes(
    _ keepers: [ObservedGitOps], mode: RestoreSafety.PauseGitOps = .auto,
    tracks: [GitOpsTrack] = []
  ) throws -> ChangeSet {
    var plan = Shop.restore()
    plan.safety.pauseGitOps = mode
    return try RestoreFitTests.changes(plan) {
      $0.gitOps = keepers
      $0.tracks = tracks
    }
  }

  static func paused(_ changes: ChangeSet) throws -> [String] {
    guard
      case .pauseGitOps(let pause)? = try changes.graph().node("shop/pg-back:gitops.pause")?.action
    else { return [] }
    return pause.keepers.map(\.description)
  }

  @Test("it is paused before anything is changed, and resumed by a guard after everything")
  func order() throws {
    let graph = try Self.changes([Self.keeper()]).graph()
    let arrows = graph.arrows
    #expect(arrows.contains("shop/pg-back:objects.check -> shop/pg-back:gitops.pause"))
    #expect(arrows.contains("shop/pg-back:gitops.pause -> shop/pg-back:namespace"))
    #expect(arrows.contains("shop/pg-back:gitops.pause -> shop/pg-back/data:stage"))
    #expect(arrows.contains("shop/pg-back:gitops.pause ~> shop/pg-back:gitops.resume"))
    let after = Set(arrows.filter { $0.hasSuffix("> shop/pg-back:gitops.resume") })
    #expect(after.count == graph.nodes.count - 2)
  }

  @Test("a diff says what is paused")
  func shown() throws {
    let changes = try Self.changes([Self.keeper()])
    let change = try #require(changes.report.changes.first)
    #expect(change.title == "pause Argo CD Application argocd/shop")
    #expect(TextDiff(changes.report).text.contains("1 GitOps object to pause meanwhile"))
  }

  @Test(
    "what does not act, what a person has paused and what keeps another namespace is left alone",
    arguments: [
      keeper(isAutomatic: false), keeper(isHeld: true), keeper(targets: ["other"]),
      keeper(targets: []),
    ])
  func leftAlone(keeper: ObservedGitOps) throws {
    let changes = try Self.changes([keeper], mode: .require)
    #expect(try Self.paused(changes) == [])
    #expect(try changes.graph().node("shop/pg-back:gitops.resume") == nil)
    #expect(changes.diagnostics.isEmpty)
  }

  @Test("objects of the target that name their keeper are believed")
  func tracked() throws {
    let tracks = [
      GitOpsTrack(
        namespace: "shop", kind: "Kustomization", ownerNamespace: "argocd", owner: "apps",
        isCertain: true),
      GitOpsTrack(
        namespace: "other", kind: "Application", ownerNamespace: nil, owner: "far",
        isCertain: true),
    ]
    let keepers = [
      Self.keeper("apps", of: Self.kustomization, targets: []), Self.keeper("far", targets: []),
    ]
    #expect(
      try Self.paused(Self.changes(keepers, tracks: tracks)) == ["Kustomization argocd/apps"])
  }

  @Test(
    "a keeper in another cluster is told, and refused where the plan requires the pause",
    arguments: [
      (RestoreSafety.PauseGitOps.auto, ["warning OP3034"]), (.require, ["error OP3034"]),
      (.never, []),
    ])
  func outOfReach(mode: RestoreSafety.PauseGitOps, findings: [String]) throws {
    let stranger = GitOpsTrack(
      namespace: "shop", kind: "Application", ownerNamespace: nil, owner: "shop", isCertain: true)
    let helm = GitOpsTrack(
      namespace: "shop", kind: "Application", ownerNamespace: nil, owner: "redis",
      isCertain: false)
    let changes = try Self.changes([], mode: mode, tracks: [stranger, helm])
    #expect(RestoreFitTests.findings(changes).map { String($0.prefix { $0 != ":" }) } == findings)
  }

  @Test("an Application that an ApplicationSet writes over is told")
  func generated() throws {
    let changes = try Self.changes([Self.keeper(generator: "ApplicationSet shops")])
    #expect(
      RestoreFitTests.findings(changes) == [
        "warning OP3034: Argo CD Application argocd/shop is made by ApplicationSet shops, which "
          + "may undo its pause"
      ])
    #expect(try Self.paused(changes) == ["Application argocd/shop"])
  }

  @Test("`Never` pauses nothing and says what may come of it")
  func never() throws {
    let changes = try Self.changes([Self.keeper()], mode: .never)
    #expect(try Self.paused(changes) == [])
    #expect(
      changes.report.plans.first?.notices == [
        "Argo CD Application argocd/shop is not paused and may undo the restore; "
          + "`pauseGitOps: Never`"
      ])
  }

  @Test(
    "a missing edge around a pause or a check is found",
    arguments: [
      (
        "gitops.pause", "gitops.resume",
        "G7: What is paused is not resumed by a guard (`shop/pg-back:gitops.pause`)"
      ),
      (
        "check.rows", "gitops.resume",
        "G7: GitOps is resumed before this node has ended (`shop/pg-back:check.rows`)"
      ),
      (
        "gitops.pause", "namespace",
        "G1: It does not wait until GitOps is paused (`shop/pg-back:namespace`)"
      ),
      (
        "objects.check", "gitops.pause",
        "G1: It does not wait for the check (`shop/pg-back:namespace`)"
      ),
    ])
  func missingEdge(from: String, to: String, fault: String) throws {
    let graph = try Self.changes([Self.keeper()]).graph()
    let cut = try GraphCheckTests.cutting(graph, "shop/pg-back:\(from)", "shop/pg-back:\(to)")
    let faults = GraphCheckTests.faults(cut)
    #expect(faults.contains(fault), "\(faults)")
  }
}
