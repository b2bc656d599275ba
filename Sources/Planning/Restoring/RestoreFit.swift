import ClusterModel
import Diagnostics
import Documents
import ProtectionModel

/// Whether the target takes a restore, as far as that can be seen before anything is changed. All
/// that stands in the way is told at once.
struct RestoreFit {
  let context: PlanningContext
  let plan: RestorePlan
  let surroundings: ObservedSurroundings
  let objects: [RecoveryPoint.Object]
  let volumes: [RestoredVolume]
  let moverNamespace: String

  private var target: String { plan.target.namespace }

  func check(_ bag: inout DiagnosticBag) {
    checkKinds(&bag)
    checkQuotas(&bag)
    checkClaimLimits(&bag)
    checkWebhooks(&bag)
  }

  // MARK: Kinds

  private struct Kind: Hashable, Comparable {
    let apiVersion: String
    let kind: String

    static func < (left: Kind, right: Kind) -> Bool {
      (left.kind, left.apiVersion) < (right.kind, right.apiVersion)
    }
  }

  /// What the object is when its transforms have been applied.
  private func kind(of object: RecoveryPoint.Object) -> Kind {
    var version = object.apiVersion
    for transform in plan.resources.transforms
    where transform.kind == object.kind && NamePattern.describes(object.name, transform.name) {
      for operation in transform.jsonPatch.arrayValue ?? []
      where operation["path"]?.stringValue == "/apiVersion" {
        version = operation["value"]?.stringValue ?? version
      }
    }
    return Kind(apiVersion: version, kind: object.kind)
  }

  private func checkKinds(_ bag: inout DiagnosticBag) {
    let served = Set(
      surroundings.types.map { Kind(apiVersion: $0.apiVersion, kind: $0.kind) })
    let wanted = Dictionary(grouping: objects, by: kind)
    for (kind, objects) in wanted.sorted(by: { $0.key < $1.key }) where !served.contains(kind) {
      let names = objects.map { "`\($0.name)`" }.sorted()
      let others = surroundings.types.filter { $0.kind == kind.kind }.map(\.apiVersion).sorted()
      let group = kind.apiVersion.split(separator: "/").dropLast().joined()
      let versions = others.filter { $0.split(separator: "/").dropLast().joined() == group }
      let what =
        "\(HumanText.count(objects.count, "captured object")) of kind `\(kind.kind)` in "
        + "`\(kind.apiVersion)`"
      let message: String
      let hint: String
      if !versions.isEmpty {
        message = "The cluster serves `\(kind.kind)` only as \(Self.list(versions)), not \(what)"
        hint =
          "serve that version, or restore it with a transform of `/apiVersion` to one that is "
          + "served"
      } else {
        message = "The cluster does not serve \(what)"
        hint =
          "install the CustomResourceDefinition, or leave the kind out with "
          + "`resources.exclude: [\(kind.kind)]`"
      }
      bag.add(
        Diagnostic(
          .kindNotServed, message, at: plan.source,
          notes: [Diagnostic.Note("It is about \(Self.list(names, max: 5))")]
            + (versions.isEmpty && !others.isEmpty
              ? [Diagnostic.Note("Another kind of that name is served as \(Self.list(others))")]
              : []),
          hint: hint))
    }
  }

  private static func list(_ names: [String], max: Int = 10) -> String {
    let quoted = names.map { $0.hasPrefix("`") ? $0 : "`\($0)`" }
    let rest = quoted.count - max
    return HumanText.list(Array(quoted.prefix(max)) + (rest > 0 ? ["\(rest) more"] : []))
  }

  // MARK: Quotas and limits

  private var claims: [QuotaDemand.Claim] {
    let standard = context.cluster.storageClasses.values.filter(\.isDefault).map(\.name).min()
    return volumes.map {
      QuotaDemand.Claim(bytes: $0.bytes, storageClass: $0.storageClass ?? standard)
    }
  }

  /// Each volume is a claim of the movers' namespace first, and of the target later.
  private func checkQuotas(_ bag: inout DiagnosticBag) {
    let plurals = Dictionary(
      surroundings.types.map { type in
        (
          Kind(apiVersion: type.apiVersion, kind: type.kind),
          type.group.isEmpty ? type.plural : "\(type.plural).\(type.group)"
        )
      }, uniquingKeysWith: { first, _ in first })
    var demand = QuotaDemand(namespace: target, claims: claims)
    for object in objects {
      guard let plural = plurals[kind(of: object)] else {
        continue
      }
      demand.objects[plural, default: 0] += 1
    }
    var demands = [demand]
    if moverNamespace != target {
      demands.append(QuotaDemand(namespace: moverNamespace, claims: claims))
    }
    let room = QuotaRoom(quotas: surroundings.quotas)
    for demand in demands {
      for excess in room.excesses(of: demand) { report(excess, in: demand.namespace, &bag) }
    }
  }

  private func report(
    _ excess: QuotaRoom.Excess, in namespace: String, _ bag: inout DiagnosticBag
  ) {
    func text(_ amount: Int64) -> String {
      excess.isInBytes ? HumanText.bytes(amount) : String(amount)
    }
    // Of objects that are there already, none is made anew: then they fit.
    let isSure = excess.isOfClaims || excess.isCertain
    let verb = isSure ? "exceeds" : "may exceed"
    bag.add(
      Diagnostic(
        .quotaExceeded,
        "The restore \(verb) `\(excess.key)` of ResourceQuota `\(namespace)/\(excess.quota)`: "
          + "it needs \(text(excess.wanted)), \(text(excess.used)) of \(text(excess.hard)) are "
          + "used", at: plan.source, severity: isSure ? .error : .warning,
        hint: "raise the quota by \(text(excess.used + excess.wanted - excess.hard)), or make room"
      ))
  }

  private func checkClaimLimits(_ bag: inout DiagnosticBag) {
    for limit in surroundings.claimLimits
    where limit.namespace == target || limit.namespace == moverNamespace {
      for volume in volumes {
        let bound: (String, Int64)
        if let most = limit.bytesMax, volume.bytes > most {
          bound = ("more than the", most)
        } else if let least = limit.bytesMin, volume.bytes < least {
          bound = ("less than the", least)
        } else {
          continue
        }
        bag.add(
          Diagnostic(
            .claimOutOfLimits,
            "Volume `\(volume.name)` asks for \(HumanText.bytes(volume.bytes)), \(bound.0) "
              + "\(HumanText.bytes(bound.1)) that LimitRange `\(limit.namespace)/\(limit.name)` "
              + "allows", at: plan.source,
            hint: "change the LimitRange, or the volume's `size` under `map.volumes`"))
      }
    }
  }

  // MARK: Webhooks

  private func checkWebhooks(_ bag: inout DiagnosticBag) {
    let wanted = Set(objects.map(kind))
    let types =
      surroundings.types.filter {
        wanted.contains(Kind(apiVersion: $0.apiVersion, kind: $0.kind))
      } + (volumes.isEmpty ? [] : [.claim])
    for webhook in surroundings.deadWebhooks {
      let kinds = Set(types.filter { webhook.judges($0) }.map(\.kind)).sorted()
      guard !kinds.isEmpty else { continue }
      bag.add(
        Diagnostic(
          .webhookUnanswered,
          "Webhook `\(webhook.name)` of \(webhook.configuration) asks Service "
            + "`\(webhook.service)`, which is not there: it may refuse \(Self.list(kinds))",
          at: plan.source, hint: "bring its service back first, or delete the configuration"))
    }
  }
}
