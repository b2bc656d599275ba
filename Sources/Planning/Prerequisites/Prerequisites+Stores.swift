import ClusterModel
import Diagnostics

/// Where repositories lie, and what is in them.
extension Prerequisites {
  mutating func checkStores() {
    for store in facts.stores {
      checkBehaviour(of: store)
      checkContents(of: store)
    }
  }

  /// A run asks a store some hundred times one after the other, beside all that it does at once.
  private static let stepMillisecondsMax: Int64 = 1000

  private mutating func checkBehaviour(of store: StoreFacts) {
    let failures = store.steps.filter { $0.failure != nil }
    for step in failures {
      let isProbe = step.name != "list"
      add(
        .error, isProbe ? .storeUntrue : .storeUnusable, in: .repositories, store.location,
        "\(step.name): \(step.failure ?? "")",
        fix: isProbe
          ? "see that the credentials may write and delete below oadp-plan/, and look at the store"
          : "check the address, the credentials and that they may list")
    }
    if let unprobed = store.unprobed {
      add(
        .note, .cannotTell, in: .repositories, store.location, "Writing was not tried: \(unprobed)")
    }
    if store.createsExclusively == false {
      add(
        .note, .storeUntrue, in: .repositories, store.location,
        "Of two who create one file at once both may succeed",
        fix: "runs can be taken up only on the machine that began them; a store that honours "
          + "`If-None-Match` has no such limit")
    }
    guard failures.isEmpty, !store.steps.isEmpty else { return }
    if let slowest = store.steps.max(by: { $0.milliseconds < $1.milliseconds }),
      slowest.milliseconds > Self.stepMillisecondsMax
    {
      add(
        .note, .storeUnusable, in: .repositories, store.location,
        "Answers slowly: \(slowest.name) took \(slowest.milliseconds) ms",
        fix: "look at the way there, or use a store that is nearer")
    }
    let times = store.steps.map { "\($0.name) \($0.milliseconds) ms" }.joined(separator: ", ")
    add(.ok, .storeUnusable, in: .repositories, store.location, times)
  }

  private mutating func checkContents(of store: StoreFacts) {
    let subject = "repository \(store.repository)"
    switch store.contents {
    case .missing where store.isCreatedWhenMissing:
      add(
        .ok, .repositoryUnusable, in: .repositories, subject,
        "Does not exist yet; the first run makes it")
    case .missing:
      add(
        .error, .repositoryUnusable, in: .repositories, subject,
        "Does not exist at \(store.location)",
        fix: "correct the location, or set `mode: CreateOrOpen`")
    case .unseen(let reason):
      add(.note, .cannotTell, in: .repositories, subject, "Cannot tell: \(reason)")
    case .unusable(let reason):
      add(
        .error, .repositoryUnusable, in: .repositories, subject, reason,
        fix: "correct the password's Secret or the location; `oadp-plan repo check` looks closer")
    case .repository(let version, let points, let staleLocks):
      add(
        .ok, .repositoryUnusable, in: .repositories, subject,
        "Opens; format version \(version), \(HumanText.count(points, "recovery point"))")
      guard !staleLocks.isEmpty else {
        return add(.ok, .staleLock, in: .repositories, subject, "No stale lock")
      }
      add(
        .warning, .staleLock, in: .repositories, subject,
        "\(HumanText.count(staleLocks.count, "stale lock")): \(Self.few(staleLocks))",
        fix: "when nobody works there: `oadp-plan repo maintain --remove-stale-locks`")
    }
  }
}
