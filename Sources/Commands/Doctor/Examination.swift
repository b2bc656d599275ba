import Backends
import ClusterModel
import Documents
import Execution
import Kubernetes
import Planning
import Ports
import ProtectionModel

/// Gathers what a cluster and its stores say of themselves, and has it judged.
///
/// What may not be read is a fact as well: nothing here fails but for a cluster that cannot be
/// asked at all.
struct Examination {
  /// Stores are asked side by side: one that is away takes its deadline's time.
  private static let storesAtOnce = 4
  static let requestsAtOnce = 8

  let client: KubernetesClient
  let workspace: Workspace
  /// Whether stores are tried by writing.
  let writes: Bool
  let now: @Sendable () -> Timestamp

  func findings() async throws(CommandFailure) -> [Finding] {
    var facts = ClusterFacts(now: now())
    try await askServer(&facts)
    let forgiving = ForgivingCluster(client)
    let observed = try await observe(forgiving)
    facts.refusals = forgiving.refusals
    keep(observed, in: &facts)

    var options = workspace.planningOptions(targets: [])
    if workspace.selection == nil {
      // Nothing is restored here: all that may be one day is looked at.
      options.restores = .only(Set(workspace.plans.restorePlans.map(\.metadata).map(Self.planKey)))
    }
    let inspections = await inspectStores(options)
    facts.stores = inspections.map(\.facts)
    let demand = PlanDemand(
      desired: workspace.plans,
      observed: Observation(cluster: observed, catalogs: inspections.map(\.catalog)),
      at: facts.now, options: options,
      moversMax: workspace.plans.project?.concurrency.movers ?? RunLimits.moversDefault,
      hidden: Set(facts.refusals.keys))
    await askStorage(&facts)
    await askNamespaces(demand, &facts)
    facts.secrets = await secrets(demand.secrets)
    facts.permissions = await permissions()
    return Prerequisites.findings(of: demand, in: facts)
  }

  private func askServer(_ facts: inout ClusterFacts) async throws(CommandFailure) {
    do throws(ClusterError) {
      facts.serverVersion = .known(try await client.serverVersion())
      // The connection stands now: the second question measures the clock, not the handshake.
      facts.clock =
        try await client.serverClock(now: now).map {
          .known(ClockReading(server: $0.server, asked: $0.asked, answered: $0.answered))
        } ?? .unknown("the server's answers carry no date")
    } catch  where error.reason == .forbidden {
      facts.serverVersion = .unknown("no permission to get /version")
      facts.clock =
        facts.clock.value.map { .known($0) } ?? .unknown("no permission to get /version")
    } catch {
      throw CommandFailure(
        .preflightFailed, error.message, hint: "is the cluster up, and is this the right context?")
    }
    do throws(ClusterError) {
      facts.served = .known(
        try await client.servedResources().filter {
          ["snapshot.storage.k8s.io", "groupsnapshot.storage.k8s.io"].contains($0.group)
        })
    } catch {
      facts.served = .unknown(error.message)
    }
  }

  private func observe(_ cluster: ForgivingCluster) async throws(CommandFailure) -> ObservedCluster
  {
    do {
      return try await ClusterObserver(cluster: cluster)
        .observe(
          name: client.configuration.context ?? "in-cluster", at: now(),
          hasGroups: workspace.plans.hasGroups)
    } catch {
      throw CommandFailure(.preflightFailed, "The cluster cannot be observed: \(error)")
    }
  }

  /// What observing for plans has brought along.
  private func keep(_ observed: ObservedCluster, in facts: inout ClusterFacts) {
    func known<Value>(_ type: ResourceType, _ value: Value) -> Known<Value> {
      facts.refusals[type.plural].map { .unknown($0) } ?? .known(value)
    }
    let namespaces = known(.namespace, observed.namespaces)
    let storageClasses = known(.storageClass, observed.storageClasses)
    let snapshotClasses = known(.snapshotClass, observed.snapshotClasses)
    let pods = known(
      .pod,
      observed.pods.filter { $0.name.contains("snapshot-controller") }.map {
        ControllerTraces.Pod(name: "\($0.namespace)/\($0.name)", isReady: $0.isReady)
      })
    facts.namespaces = namespaces
    facts.storageClasses = storageClasses
    facts.snapshotClasses = snapshotClasses
    facts.controller.pods = pods
  }

  private func inspectStores(_ options: PlanningOptions) async -> [StoreInspection] {
    let store = EngineStore(cluster: client)
    let plans = workspace.plans
    let targets = plans.repositories.compactMap { repository in
      RepositoryTarget(
        named: repository.metadata.name, in: plans, baseDirectory: options.baseDirectory
      ).map { (target: $0, isReadOnly: repository.mode == .readOnly) }
    }
    return await concurrently(targets, atOnce: Self.storesAtOnce) { [writes] place in
      await store.inspect(
        place.target,
        refusingWrites: !writes ? "--no-writes" : place.isReadOnly ? "`mode: ReadOnly`" : nil)
    }
  }

  private func permissions() async -> Known<PermissionAnswers> {
    do throws(ClusterError) {
      let permissions = workspace.plans.permissions(resources: try await client.resources())
      return .known(
        PermissionAnswers(
          asked: permissions.count,
          missing: try await AccessReviews(cluster: client).missing(of: permissions)))
    } catch {
      return .unknown(error.message)
    }
  }

  private func secrets(_ needs: [SecretNeed]) async -> [SecretNeed: Known<SecretState>] {
    let answers = await concurrently(needs, atOnce: Self.requestsAtOnce) {
      need -> Known<SecretState> in
      let reference = ObjectReference(.secret, namespace: need.namespace, name: need.name)
      do throws(ClusterError) {
        guard let secret = try await client.get(reference) else { return .known(.missing) }
        let missing = need.keys.filter { secret["data", $0]?.stringValue?.isEmpty ?? true }
        return .known(.present(keysMissing: missing))
      } catch  where error.reason == .forbidden {
        return .unknown("no permission to get \(reference)")
      } catch {
        return .unknown(error.message)
      }
    }
    return Dictionary(zip(needs, answers)) { first, _ in first }
  }

  private static func planKey(_ plan: Metadata) -> PlanKey {
    PlanKey(namespace: plan.namespace ?? "", name: plan.name)
  }
}
