import Backends
import ClusterModel
import Diagnostics
import Documents
import Execution
import Kubernetes
import Planning
import Ports
import ProtectionModel

/// Plans compared with the world at one instant, and what follows from it.
struct Evaluation {
  let changes: ChangeSet
  let graph: ExecutionGraph
  let file: PlanFile

  var report: ChangeReport { changes.report }

  /// Observes the cluster and every repository that the plans use, then plans.
  static func make(
    _ workspace: Workspace, on connection: ClusterConnection, targets: [String], at now: Timestamp
  ) async throws -> Evaluation {
    let options = workspace.planningOptions(targets: targets)
    let cluster: ObservedCluster
    do throws(ClusterError) {
      cluster = try await ClusterObserver(cluster: connection.cluster)
        .observe(
          name: connection.name, at: now, hasGroups: workspace.plans.hasGroups,
          forRestores: options.restores != .none)
    } catch {
      throw CommandFailure(.preflightFailed, "The cluster cannot be observed: \(error)")
    }
    let catalogs = await catalogs(of: workspace, connection, options)
    let observation = Observation(cluster: cluster, catalogs: catalogs)
    let changes = ChangeSet(
      desired: workspace.plans, observed: observation, at: now, options: options)
    let graph = try ExecutionGraphBuilder(passes: .standard).build(changes)
    let file = PlanFile(
      report: changes.report, graph: graph,
      limits: workspace.plans.project.map { WorkLimits($0.concurrency) } ?? WorkLimits(),
      createdAt: WallClock.now(),
      tool: PlanFile.Tool(version: Tool.version), source: workspace.source)
    return Evaluation(changes: changes, graph: graph, file: file)
  }

  /// What the repositories hold. One that cannot be read is a finding of planning, not a failure
  /// here: other plans go on.
  private static func catalogs(
    of workspace: Workspace, _ connection: ClusterConnection, _ options: PlanningOptions
  ) async -> [RepositoryCatalog] {
    var catalogs: [RepositoryCatalog] = []
    for repository in workspace.plans.repositories {
      guard
        let target = RepositoryTarget(
          named: repository.metadata.name, in: workspace.plans,
          baseDirectory: options.baseDirectory)
      else { continue }
      do {
        catalogs.append(try await connection.store.catalog(of: RepositoryAddress(target)))
      } catch {
        catalogs.append(
          RepositoryCatalog(repository: target.name, state: .unreadable(error.description)))
      }
    }
    return catalogs
  }

  /// What is wrong with the plans or with the world they meet, for standard error.
  func findings(_ workspace: Workspace, colour: Bool) -> String {
    var bag = DiagnosticBag()
    for diagnostic in changes.diagnostics { bag.add(diagnostic) }
    let report = ValidationReport(
      files: workspace.loaded.report.files, objectCount: workspace.plans.count, findings: bag)
    return report.rendered(as: .text, colour: colour)
  }
}

extension Workspace {
  /// Where the plans' repositories are; those that are not declared whole are left out.
  var repositoryAddresses: [RepositoryAddress] {
    let options = planningOptions(targets: [])
    return plans.repositories.compactMap { repository in
      RepositoryTarget(
        named: repository.metadata.name, in: plans, baseDirectory: options.baseDirectory
      ).map(RepositoryAddress.init)
    }
  }
}
