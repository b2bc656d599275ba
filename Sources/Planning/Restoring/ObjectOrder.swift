import ClusterModel
import ProtectionModel

/// In which order captured objects are made again, and which of them only when the volumes are
/// there.
struct ObjectOrder {
  private static let standard: [RestoreStage] = [
    .namespace, .rbac, .secret, .configMap, .volume, .service, .workload, .everythingElse,
  ]

  let early: [RecoveryPoint.Object]
  let late: [RecoveryPoint.Object]

  /// - Parameter order: Empty takes the usual order. Workloads come after the volumes whatever it
  ///   says: a pod must not start on an empty volume.
  init(_ objects: [RecoveryPoint.Object], order: [RestoreStage]) {
    let order = order.isEmpty ? Self.standard : order
    let volumes = order.firstIndex(of: .volume) ?? order.firstIndex(of: .workload) ?? order.count
    func rank(_ object: RecoveryPoint.Object) -> Int {
      let stage = Self.stage(of: object.kind)
      let rank =
        order.firstIndex(of: stage) ?? order.firstIndex(of: .everythingElse) ?? order.count
      return stage == .workload ? max(rank, volumes) : rank
    }
    let sorted = objects.map { (rank: rank($0), object: $0) }.sorted { left, right in
      (left.rank, left.object.kind, left.object.name)
        < (right.rank, right.object.kind, right.object.name)
    }
    early = sorted.filter { $0.rank < volumes }.map(\.object)
    late = sorted.filter { $0.rank >= volumes }.map(\.object)
  }

  static func stage(of kind: String) -> RestoreStage {
    switch kind {
    case "Namespace": .namespace
    case "ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding": .rbac
    case "Secret": .secret
    case "ConfigMap": .configMap
    case "PersistentVolumeClaim", "PersistentVolume": .volume
    case "Service": .service
    case "StatefulSet", "Deployment", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Pod": .workload
    default: .everythingElse
    }
  }
}
