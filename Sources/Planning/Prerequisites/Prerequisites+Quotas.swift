import ClusterModel
import Diagnostics

/// Whether what a run makes fits into the namespaces' quotas, beside what is there.
extension Prerequisites {
  /// Scopes under which pods without any request and without a deadline of their own fall.
  private static let scopesOfMovers: Set = ["BestEffort", "NotTerminating"]
  private static let compute: Set = [
    "cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory",
    "requests.ephemeral-storage", "limits.ephemeral-storage", "ephemeral-storage",
  ]

  mutating func checkQuotas() {
    for namespace in usedNamespaces {
      guard let known = facts.quotas[namespace],
        let quotas = look(at: known, in: .namespaces, "quotas of \(namespace)")
      else { continue }
      let uses = demand.uses.filter { $0.namespace == namespace }
      if quotas.isEmpty {
        add(.ok, .quotaTooSmall, in: .namespaces, "quotas of \(namespace)", "There is none")
      }
      for quota in quotas.sorted(by: { $0.name < $1.name }) where !quota.isSelective {
        check(quota, uses, in: namespace)
      }
    }
  }

  private mutating func check(
    _ quota: QuotaFacts, _ uses: [PlanDemand.Use], in namespace: String
  ) {
    let subject = "ResourceQuota \(namespace)/\(quota.name)"
    let isScoped = !quota.scopes.isEmpty
    if isScoped, !quota.scopes.allSatisfy(Self.scopesOfMovers.contains) { return }
    var fitting: [String] = []
    var isFine = true
    for (resource, hard) in quota.hard.sorted(by: { $0.key < $1.key }) {
      if Self.compute.contains(resource) {
        guard !isScoped, refusesUnsized(resource, uses, in: namespace) else { continue }
        isFine = false
        add(
          .error, .quotaTooSmall, in: .namespaces, subject,
          "Limits `\(resource)`, so pods must name theirs, and movers' pods do not",
          fix: "give \(namespace) a LimitRange with defaults for containers")
        continue
      }
      let isOfPods = resource == "pods" || resource == "count/pods"
      guard !isScoped || isOfPods, let left = left(of: resource, hard, quota) else { continue }
      let needs = uses.compactMap { use in
        amount(of: resource, use).map { (plan: use.plan, amount: $0) }
      }.filter { $0.amount > 0 }
      guard let largest = needs.max(by: { $0.amount < $1.amount }) else { continue }
      let all = needs.reduce(Int64(0)) { $0.adding($1.amount) }
      func told(_ amount: Int64) -> String {
        resource.hasSuffix("storage") ? HumanText.bytes(amount) : String(amount)
      }
      let room = "\(told(left)) of \(told(hard)) left"
      if largest.amount > left {
        isFine = false
        add(
          .error, .quotaTooSmall, in: .namespaces, subject,
          "\(resource): \(largest.plan) needs \(told(largest.amount)), \(room)",
          fix: "raise `\(resource)` by \(told(largest.amount - left)), or free as much")
      } else if all > left {
        isFine = false
        add(
          .warning, .quotaTooSmall, in: .namespaces, subject,
          "\(resource): \(HumanText.count(needs.count, "plan")) at once need \(told(all)), \(room)",
          fix: "raise it, or let fewer plans run at once: `concurrency` in the project")
      } else {
        fitting.append("\(resource) \(told(all)) of \(told(left)) left")
      }
    }
    guard isFine else { return }
    add(
      .ok, .quotaTooSmall, in: .namespaces, subject,
      fitting.isEmpty ? "Limits nothing that runs make" : "Fits: " + fitting.joined(separator: ", ")
    )
  }

  private func left(of resource: String, _ hard: Int64, _ quota: QuotaFacts) -> Int64? {
    max(0, hard.subtracting(quota.used[resource] ?? 0))
  }

  /// What one plan has of a resource at once; `nil` for what runs do not make.
  private func amount(of resource: String, _ use: PlanDemand.Use) -> Int64? {
    switch resource {
    case "count/volumesnapshots.snapshot.storage.k8s.io": return Int64(use.snapshots)
    case "persistentvolumeclaims", "count/persistentvolumeclaims": return Int64(use.claims.count)
    case "requests.storage": return bytes(of: use.claims)
    case "count/jobs.batch", "pods", "count/pods": return Int64(use.jobs)
    default:
      let parts = resource.split(separator: "/", maxSplits: 1).map(String.init)
      let suffix = ".storageclass.storage.k8s.io"
      guard parts.count == 2, parts[0].hasSuffix(suffix) else { return nil }
      let name = String(parts[0].dropLast(suffix.count))
      let claims = use.claims.filter { ($0.storageClass ?? defaultClass) == name }
      switch parts[1] {
      case "requests.storage": return bytes(of: claims)
      case "persistentvolumeclaims": return Int64(claims.count)
      default: return nil
      }
    }
  }

  private func bytes(of claims: [PlanDemand.Claim]) -> Int64 {
    claims.reduce(0) { $0.adding($1.bytes) }
  }

  private var defaultClass: String? {
    facts.storageClasses.value?.first(where: \.isDefault)?.name
  }

  /// Whether a quota on this compute resource refuses pods that name none.
  private func refusesUnsized(
    _ resource: String, _ uses: [PlanDemand.Use], in namespace: String
  ) -> Bool {
    guard uses.contains(where: { $0.jobs > 0 }) else { return false }
    let name = resource.contains(".") ? resource : "requests.\(resource)"
    let limits = facts.limits[namespace]?.value ?? []
    return !limits.contains { $0.defaults.contains(name) }
  }

  /// The namespaces that plans make something in and that are there, sorted.
  private var usedNamespaces: [String] {
    let used = Set(demand.uses.map(\.namespace)).sorted()
    guard let there = facts.namespaces.value else { return used }
    return used.filter { name in there.contains { $0.name == name } }
  }

  mutating func checkClaimSizes() {
    for namespace in usedNamespaces {
      let claims = demand.uses.filter { $0.namespace == namespace }.flatMap { use in
        use.claims.map { (plan: use.plan, bytes: $0.bytes) }
      }
      guard !claims.isEmpty, let known = facts.limits[namespace],
        let limits = look(at: known, in: .namespaces, "limits of \(namespace)")
      else { continue }
      for limit in limits.sorted(by: { $0.name < $1.name }) {
        guard limit.claimMin != nil || limit.claimMax != nil else { continue }
        let subject = "LimitRange \(namespace)/\(limit.name)"
        let least = limit.claimMin ?? 0
        let most = limit.claimMax ?? .max
        let refused = claims.filter { $0.bytes < least || $0.bytes > most }
        guard let worst = refused.max(by: { $0.bytes < $1.bytes }) else {
          add(.ok, .claimSizeRefused, in: .namespaces, subject, "Takes all claims that runs make")
          continue
        }
        let bound =
          worst.bytes > most
          ? "the most is \(HumanText.bytes(most))" : "the least is \(HumanText.bytes(least))"
        add(
          .error, .claimSizeRefused, in: .namespaces, subject,
          "Refuses \(HumanText.count(refused.count, "claim")) of \(worst.plan): "
            + "\(HumanText.bytes(worst.bytes)), \(bound)",
          fix: "change the LimitRange, or keep movers in another namespace")
      }
    }
  }
}

extension Int64 {
  /// Quantities come from outside: their sum stays at the largest number.
  fileprivate func adding(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }

  fileprivate func subtracting(_ other: Int64) -> Int64 {
    let (difference, overflow) = subtractingReportingOverflow(other)
    return overflow ? (other < 0 ? .max : .min) : difference
  }
}
