import ClusterModel
import Diagnostics

/// Namespaces and Secrets that plans refer to, and whether movers may run there.
extension Prerequisites {
  private static let enforce = "pod-security.kubernetes.io/enforce"

  mutating func checkNamespaces() {
    guard !demand.places.isEmpty,
      let namespaces = look(at: facts.namespaces, in: .namespaces, "namespaces")
    else { return }
    let found = Dictionary(
      namespaces.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for place in demand.places {
      let subject = "namespace \(place.name)"
      guard let namespace = found[place.name] else {
        missing(place, subject)
        continue
      }
      guard !namespace.isTerminating else {
        add(
          .error, .namespaceMissing, in: .namespaces, subject,
          "Is being deleted; \(place.reason)", fix: "wait until it is gone, and create it again")
        continue
      }
      add(.ok, .namespaceMissing, in: .namespaces, subject, "Is there; \(place.reason)")
      if let mountsNode = place.mountsNode {
        checkPodSecurity(namespace, subject, mountsNode: mountsNode)
      }
    }
  }

  private mutating func missing(_ place: PlanDemand.Place, _ subject: String) {
    if place.isMade {
      add(
        .ok, .namespaceMissing, in: .namespaces, subject, "The restore makes it; \(place.reason)")
    } else {
      add(
        .error, .namespaceMissing, in: .namespaces, subject, "Not in the cluster; \(place.reason)",
        fix: place.role == .target
          ? "create it, or set `createNamespace: true`" : "create it, or correct the plans")
    }
  }

  private mutating func checkPodSecurity(
    _ namespace: ObservedNamespace, _ subject: String, mountsNode: Bool
  ) {
    let level = namespace.labels[Self.enforce]
    let reason: String? =
      switch level {
      case "restricted": "movers run as root"
      case "baseline" where mountsNode: "movers mount the repository's directory from their node"
      default: nil
      }
    guard let reason, let level else {
      return add(
        .ok, .podSecurityRefuses, in: .namespaces, subject,
        "Pod Security \(level.map { "`\($0)`" } ?? "without a label") lets movers run")
    }
    add(
      .error, .podSecurityRefuses, in: .namespaces, subject,
      "Labelled \(Self.enforce)=\(level), and \(reason)",
      fix: level == "restricted" && !mountsNode
        ? "label it `baseline`, or keep the repository's password in another namespace"
        : "label it `privileged`, or keep the repository in an object store")
  }

  mutating func checkSecrets() {
    for need in demand.secrets {
      let subject = "Secret \(need.namespace)/\(need.name)"
      guard let known = facts.secrets[need],
        let state = look(at: known, in: .repositories, subject)
      else { continue }
      switch state {
      case .missing:
        add(
          .error, .secretMissing, in: .repositories, subject,
          "Not in the cluster; \(need.purpose)", fix: "create it")
      case .present(let keys) where !keys.isEmpty:
        let names = HumanText.list(keys.sorted().map { "`\($0)`" })
        add(
          .error, .secretMissing, in: .repositories, subject,
          "Has no value under \(names); \(need.purpose)", fix: "add the key, or correct the plans")
      case .present:
        add(.ok, .secretMissing, in: .repositories, subject, "Is there; \(need.purpose)")
      }
    }
  }
}

extension PlanDemand.Place {
  fileprivate var reason: String {
    switch role {
    case .protected: "plans protect it"
    case .movers: "movers run in it"
    case .target: "a restore goes to it"
    }
  }
}
