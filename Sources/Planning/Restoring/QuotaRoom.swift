import ClusterModel

/// What is asked of one namespace: claims, and objects by their plural (`secrets`,
/// `deployments.apps`).
struct QuotaDemand {
  struct Claim {
    let bytes: Int64
    let storageClass: String?
  }

  let namespace: String
  var claims: [Claim] = []
  var objects: [String: Int64] = [:]

  /// The amounts by the keys of a ResourceQuota.
  ///
  /// - Complexity: O(*n*) in the number of claims and kinds.
  var amounts: [String: Int64] {
    var amounts: [String: Int64] = [:]
    func add(_ key: String, _ amount: Int64) {
      let (sum, overflow) = amounts[key, default: 0].addingReportingOverflow(amount)
      amounts[key] = overflow ? .max : sum
    }
    for claim in claims {
      add("persistentvolumeclaims", 1)
      add("count/persistentvolumeclaims", 1)
      add("requests.storage", claim.bytes)
      guard let name = claim.storageClass else { continue }
      let prefix = "\(name).storageclass.storage.k8s.io/"
      add(prefix + "persistentvolumeclaims", 1)
      add(prefix + "requests.storage", claim.bytes)
    }
    for (plural, count) in objects {
      add("count/\(plural)", count)
      // The oldest kinds are counted by their bare name, too.
      if !plural.contains(".") { add(plural, count) }
    }
    return amounts
  }
}

/// Compares a demand with what the quotas of its namespace leave.
struct QuotaRoom {
  let quotas: [ObservedQuota]

  struct Excess: Hashable {
    let quota: String
    let key: String
    let hard: Int64
    let used: Int64
    let wanted: Int64

    /// Whether it is exceeded even where all that is used is replaced.
    var isCertain: Bool { wanted > hard }
    var isInBytes: Bool { key.hasSuffix("requests.storage") }
    /// Claims are made anew in any case; other objects may be there already.
    var isOfClaims: Bool { isInBytes || key.hasSuffix("persistentvolumeclaims") }
  }

  /// By quota and key, in their order.
  func excesses(of demand: QuotaDemand) -> [Excess] {
    let amounts = demand.amounts
    var found: [Excess] = []
    for quota in quotas where quota.namespace == demand.namespace {
      for (key, hard) in quota.hard.sorted(by: { $0.key < $1.key }) {
        guard let wanted = amounts[key] else { continue }
        let used = quota.used[key] ?? 0
        let (sum, overflow) = used.addingReportingOverflow(wanted)
        guard overflow || sum > hard else { continue }
        found.append(
          Excess(quota: quota.name, key: key, hard: hard, used: used, wanted: wanted))
      }
    }
    return found
  }
}
