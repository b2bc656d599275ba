import Backends
import ClusterModel
import Documents
import Kubernetes
import Planning
import Ports

/// Lists that only the doctor asks for.
extension Examination {
  private static let driver = ResourceType(
    group: "storage.k8s.io", plural: "csidrivers", kind: "CSIDriver", isNamespaced: false)
  private static let quota = ResourceType(plural: "resourcequotas", kind: "ResourceQuota")
  private static let limitRange = ResourceType(plural: "limitranges", kind: "LimitRange")

  func askStorage(_ facts: inout ClusterFacts) async {
    facts.drivers = await list(Self.driver) { $0["metadata", "name"]?.stringValue }
    facts.controller.leases = await list(.lease) { ControllerTraces.Lease($0) }
    facts.controller.snapshots = await list(.snapshot) { ControllerTraces.Snapshot($0) }
  }

  func askNamespaces(_ demand: PlanDemand, _ facts: inout ClusterFacts) async {
    let namespaces = Set(demand.uses.map(\.namespace)).sorted()
    let answers = await concurrently(namespaces, atOnce: Self.requestsAtOnce) { namespace in
      (
        quotas: await list(Self.quota, in: namespace) { QuotaFacts($0) },
        limits: await list(Self.limitRange, in: namespace) { LimitFacts($0) }
      )
    }
    for (namespace, answer) in zip(namespaces, answers) {
      facts.quotas[namespace] = answer.quotas
      facts.limits[namespace] = answer.limits
    }
  }

  /// What can be read of each object; others are passed over.
  private func list<Value: Hashable & Sendable>(
    _ type: ResourceType, in namespace: String? = nil,
    _ read: (JSONValue) -> Value?
  ) async -> Known<[Value]> {
    do {
      return .known(
        try await client.list(type, namespace: namespace, selector: "").items.compactMap(read))
    } catch  where error.reason == .notFound {
      return .known([])
    } catch {
      return .unknown(error.refusal(ofListing: type, in: namespace))
    }
  }
}

extension ControllerTraces.Lease {
  /// - Returns: `nil` for the lease of something else.
  fileprivate init?(_ object: JSONValue) {
    guard let name = object["metadata", "name"]?.stringValue, name.contains("snapshot-controller")
    else { return nil }
    self.init(
      name: "\(object["metadata", "namespace"]?.stringValue ?? "")/\(name)",
      renewedAt: object["spec", "renewTime"]?.stringValue.flatMap { Timestamp($0) },
      seconds: object["spec", "leaseDurationSeconds"]?.intValue ?? 15)
  }
}

extension ControllerTraces.Snapshot {
  /// - Returns: `nil` for one that is being deleted.
  fileprivate init?(_ object: JSONValue) {
    guard object["metadata", "deletionTimestamp"] == nil,
      let name = object["metadata", "name"]?.stringValue,
      let created = object["metadata", "creationTimestamp"]?.stringValue.flatMap({ Timestamp($0) })
    else { return nil }
    self.init(
      name: "\(object["metadata", "namespace"]?.stringValue ?? "")/\(name)", createdAt: created,
      isBound: object["status", "boundVolumeSnapshotContentName"]?.stringValue != nil)
  }
}

extension QuotaFacts {
  fileprivate init?(_ object: JSONValue) {
    guard let name = object["metadata", "name"]?.stringValue else { return nil }
    // A quota that was made a moment ago has no status yet.
    let hard = object["status", "hard"] ?? object["spec", "hard"]
    self.init(
      name: name, hard: Self.quantities(hard), used: Self.quantities(object["status", "used"]),
      scopes: (object["spec", "scopes"]?.arrayValue ?? []).compactMap(\.stringValue),
      isSelective: object["spec", "scopeSelector"] != nil)
  }

  private static func quantities(_ object: JSONValue?) -> [String: Int64] {
    (object?.objectValue ?? [:]).compactMapValues { $0.stringValue.flatMap(Quantity.bytes) }
  }
}

extension LimitFacts {
  fileprivate init?(_ object: JSONValue) {
    guard let name = object["metadata", "name"]?.stringValue else { return nil }
    self.init(name: name)
    for item in object["spec", "limits"]?.arrayValue ?? [] {
      func bytes(_ bound: String) -> Int64? {
        item[bound]?["storage"]?.stringValue.flatMap(Quantity.bytes)
      }
      switch item["type"]?.stringValue {
      case "PersistentVolumeClaim":
        claimMin = [claimMin, bytes("min")].compactMap { $0 }.max()
        claimMax = [claimMax, bytes("max")].compactMap { $0 }.min()
      case "Container":
        for resource in item["default"]?.objectValue?.keys.sorted() ?? [] {
          // Who is given a limit and no request requests as much.
          defaults.formUnion(["limits.\(resource)", "requests.\(resource)"])
        }
        for resource in item["defaultRequest"]?.objectValue?.keys.sorted() ?? [] {
          defaults.insert("requests.\(resource)")
        }
      default: break
      }
    }
  }
}
