import ClusterModel
import Documents
import Ports

/// Reads what only restores ask about.
struct SurroundingsObserver {
  let cluster: any ClusterAccess

  /// - Parameter tracked: Objects whose marks may tell who keeps them.
  func observe(tracked: [JSONValue]) async throws(ClusterError) -> ObservedSurroundings {
    let types = try await cluster.servedResources()
    var keepers: [ObservedGitOps] = []
    for type in types.preferred where type.isGitOpsKeeper {
      keepers += try await items(of: type).map { Self.keeper($0, type) }
    }
    return ObservedSurroundings(
      types: types.sorted { ($0.group, $0.plural, $0.version) < ($1.group, $1.plural, $1.version) },
      quotas: try await items(of: .resourceQuota).compactMap(Self.quota)
        .sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) },
      claimLimits: try await items(of: .limitRange).flatMap(Self.claimLimits)
        .sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) },
      deadWebhooks: try await deadWebhooks(),
      gitOps: keepers.sorted { $0.reference.description < $1.reference.description },
      tracks: Set(tracked.flatMap(Self.tracks)).sorted {
        ($0.namespace, $0.kind, $0.owner) < ($1.namespace, $1.kind, $1.owner)
      })
  }

  /// What a server does not have is an answer like another.
  private func items(of type: ResourceType) async throws(ClusterError) -> [JSONValue] {
    do { return try await cluster.list(type, namespace: nil, selector: "").items } catch {
      guard error.reason == .notFound else { throw error }
      return []
    }
  }

  // MARK: Limits

  private static let plainCounts: Set<String> = [
    "configmaps", "secrets", "services", "pods", "replicationcontrollers", "resourcequotas",
  ]

  /// A quota with scopes counts pods only.
  private static func quota(_ object: JSONValue) -> ObservedQuota? {
    guard object["spec", "scopes"] == nil, object["spec", "scopeSelector"] == nil else {
      return nil
    }
    func amounts(_ value: JSONValue?) -> [String: Int64] {
      var amounts: [String: Int64] = [:]
      for (key, amount) in value?.objectValue ?? [:]
      where key.contains("persistentvolumeclaims") || key.hasSuffix("requests.storage")
        || key.hasPrefix("count/") || plainCounts.contains(key)
      {
        amounts[key] = amount.stringValue.flatMap(Quantity.bytes) ?? amount.intValue
      }
      return amounts
    }
    let hard = amounts(object["status", "hard"] ?? object["spec", "hard"])
    guard !hard.isEmpty else { return nil }
    return ObservedQuota(
      namespace: object.namespace, name: object.name, hard: hard,
      used: amounts(object["status", "used"]))
  }

  private static func claimLimits(_ object: JSONValue) -> [ObservedClaimLimit] {
    (object["spec", "limits"]?.arrayValue ?? []).compactMap { limit in
      guard limit["type"]?.stringValue == "PersistentVolumeClaim" else { return nil }
      return ObservedClaimLimit(
        namespace: object.namespace, name: object.name,
        bytesMin: limit["min", "storage"]?.stringValue.flatMap(Quantity.bytes),
        bytesMax: limit["max", "storage"]?.stringValue.flatMap(Quantity.bytes))
    }
  }

  // MARK: Webhooks

  private func deadWebhooks() async throws(ClusterError) -> [ObservedWebhook] {
    var found: [ObservedWebhook] = []
    for type in [ResourceType.validatingWebhooks, .mutatingWebhooks] {
      for configuration in try await items(of: type) {
        for webhook in configuration["webhooks"]?.arrayValue ?? [] {
          guard let webhook = Self.webhook(webhook, of: "\(type.kind) \(configuration.name)") else {
            continue
          }
          found.append(webhook)
        }
      }
    }
    let services = Set(try await items(of: .service).map { "\($0.namespace)/\($0.name)" })
    return found.filter { !services.contains($0.service) }
      .sorted { ($0.configuration, $0.name) < ($1.configuration, $1.name) }
  }

  /// A webhook behind a Service that is asked about creations and whose silence is a refusal.
  private static func webhook(_ webhook: JSONValue, of configuration: String) -> ObservedWebhook? {
    guard let service = webhook["clientConfig", "service"],
      webhook["failurePolicy"]?.stringValue ?? "Fail" == "Fail"
    else { return nil }
    let rules = (webhook["rules"]?.arrayValue ?? []).filter { rule in
      let operations = rule["operations"]?.strings ?? []
      return operations.contains("*") || operations.contains("CREATE")
    }
    guard !rules.isEmpty else { return nil }
    return ObservedWebhook(
      configuration: configuration, name: webhook["name"]?.stringValue ?? "",
      service: "\(service["namespace"]?.stringValue ?? "")/\(service["name"]?.stringValue ?? "")",
      groups: Set(rules.flatMap { $0["apiGroups"]?.strings ?? [] }).sorted(),
      plurals: Set(rules.flatMap { $0["resources"]?.strings ?? [] }).sorted())
  }
}
