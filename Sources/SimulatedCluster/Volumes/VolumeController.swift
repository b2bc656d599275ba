import Documents

/// A snapshot as the storage knows it, whether or not an object speaks of it.
struct PhysicalSnapshot: Sendable, Equatable {
  var bytes: Int64
  /// When it was cut, in nanoseconds since the epoch.
  var time: Int64
  var volumeHandle: String
}

extension SimulatedKubernetes {
  static let volumeComponent = "persistentvolume-controller"
  static let provisionerFinalizer = "external-provisioner.volume.kubernetes.io/finalizer"
  private static let claimProtection = "kubernetes.io/pvc-protection"
  private static let volumeProtection = "kubernetes.io/pv-protection"

  /// Binds claims, provisions and deletes volumes, and protects both while they are used.
  mutating func manageVolumes(at now: Timestamp) -> Timestamp? {
    for (key, volume) in store.sorted(Resources.volumes) { settle(key, volume, at: now) }
    for (key, claim) in store.sorted(Resources.claims) {
      if claim.isBeingDeleted {
        releaseClaim(key, claim, at: now)
      } else if claim.string("status", "phase") == "Bound" {
        checkBound(key, claim, at: now)
      } else if claim.string("status", "phase") != "Lost" {
        bind(key, claim, at: now)
      }
    }
    dropAbandonedVolumes()
    return nil
  }

  // MARK: Claims

  /// A claim goes when no pod on a node uses it any more.
  private mutating func releaseClaim(_ key: ObjectKey, _ claim: JSONValue, at now: Timestamp) {
    guard claim.finalizers.contains(Self.claimProtection) else { return }
    let isUsed = store.list(Resources.pods, namespace: claim.namespace).contains { pod in
      pod.string("spec", "nodeName") != nil && Self.claimNames(of: pod).contains(claim.name)
    }
    if !isUsed { change(key, at: now) { $0.removeFinalizer(Self.claimProtection) } }
  }

  private mutating func checkBound(_ key: ObjectKey, _ claim: JSONValue, at now: Timestamp) {
    let name = claim.string("spec", "volumeName") ?? ""
    guard let volume = store[ObjectKey(Resources.volumes, "", name)] else {
      change(key, at: now) { $0.set(["status", "phase"], to: "Lost") }
      note(
        claim, "Warning", "ClaimLost",
        "Bound claim has lost its PersistentVolume. Data on the volume is lost!",
        by: Self.volumeComponent, at: now)
      return
    }
    expand(key, claim, volume, at: now)
  }

  /// Volumes are directories: to grow one is to say so.
  private mutating func expand(
    _ key: ObjectKey, _ claim: JSONValue, _ volume: JSONValue, at now: Timestamp
  ) {
    guard let wanted = claim.string("spec", "resources", "requests", "storage"),
      let bytes = Quantity.whole(wanted), bytes > Self.capacity(of: volume)
    else { return }
    change(self.key(Resources.volumes, volume), at: now) {
      $0.set(["spec", "capacity", "storage"], to: .string(wanted))
    }
    change(key, at: now) { $0.set(["status", "capacity", "storage"], to: .string(wanted)) }
  }

  static func capacity(of volume: JSONValue) -> Int64 {
    volume.string("spec", "capacity", "storage").flatMap { Quantity.whole($0) } ?? 0
  }

  // MARK: Volumes

  /// Brings a volume's phase in line with its claim, and deletes what is to be deleted.
  private mutating func settle(_ key: ObjectKey, _ volume: JSONValue, at now: Timestamp) {
    let phase = volume.string("status", "phase")
    let reference = volume.value(at: ["spec", "claimRef"])
    var wanted = "Available"
    if let uid = reference?.string("uid"), !uid.isEmpty {
      let claimKey = ObjectKey(
        Resources.claims, reference?.string("namespace") ?? "", reference?.string("name") ?? "")
      let claim = store[claimKey]
      let isBound = claim?.uid == uid
      wanted = isBound ? (phase == "Bound" ? "Bound" : phase ?? "Pending") : "Released"
      if isBound, claim?.string("spec", "volumeName") == volume.name { wanted = "Bound" }
    }
    if phase == "Failed", wanted == "Released" { wanted = "Failed" }
    if wanted != phase { setPhase(key, wanted, at: now) }
    if volume.isBeingDeleted {
      if wanted != "Bound" { removeVolume(key, volume, at: now) }
    } else if wanted == "Released" || wanted == "Failed",
      volume.string("spec", "persistentVolumeReclaimPolicy") == "Delete"
    {
      reclaim(key, volume, at: now)
    }
  }

  mutating func setPhase(
    _ key: ObjectKey, _ phase: String, message: String? = nil, at now: Timestamp
  ) {
    change(key, at: now) { volume in
      volume.set(["status", "phase"], to: .string(phase))
      volume.set(["status", "message"], to: message.map { .string($0) })
      volume.set(["status", "reason"], to: message == nil ? nil : "VolumeFailedDelete")
      volume.set(["status", "lastPhaseTransitionTime"], to: .string(now.rounded))
    }
  }

  /// The handle of a volume that this cluster's driver keeps.
  func handle(of volume: JSONValue) -> String? {
    guard volume.string("spec", "csi", "driver") == configuration.storageDriver else { return nil }
    return volume.string("spec", "csi", "volumeHandle")
  }

  /// Deletes a released volume's data, then the object.
  private mutating func reclaim(_ key: ObjectKey, _ volume: JSONValue, at now: Timestamp) {
    guard let handle = handle(of: volume) else { return }
    switch deletion(of: handle) {
    case .finished(.done, _):
      effects.forget(.deleteVolume(handle))
      change(key, at: now) { $0.removeFinalizer(Self.provisionerFinalizer) }
      erase(key, at: now)
    case .finished(.failed(let message, _), _), .resting(_, let message, _):
      if volume.string("status", "phase") != "Failed" {
        setPhase(key, "Failed", message: message, at: now)
        note(volume, "Warning", "VolumeFailedDelete", message, by: Self.volumeComponent, at: now)
      }
    case .waiting, .inFlight: break
    }
  }

  private mutating func deletion(of handle: String) -> EffectQueue.State {
    effects.request(.deleteVolume(handle)) { .deleteVolume($0, handle: handle) }
  }

  /// Lets go a volume object that somebody deletes; its data goes along where the policy says so.
  private mutating func removeVolume(_ key: ObjectKey, _ volume: JSONValue, at now: Timestamp) {
    if volume.finalizers.contains(Self.provisionerFinalizer) {
      let deletesData = volume.string("spec", "persistentVolumeReclaimPolicy") == "Delete"
      if deletesData, let handle = handle(of: volume) {
        guard case .finished(.done, _) = deletion(of: handle) else { return }
        effects.forget(.deleteVolume(handle))
      }
    }
    change(key, at: now) { volume in
      volume.removeFinalizer(Self.provisionerFinalizer)
      volume.removeFinalizer(Self.volumeProtection)
    }
  }

  /// Takes back volumes that were made for claims which are gone.
  private mutating func dropAbandonedVolumes() {
    let wanted = Set(store.list(Resources.claims).map { "pvc-" + $0.uid })
    for subject in effects.subjects {
      switch subject {
      case .createVolume(let handle) where !wanted.contains(handle):
        switch effects.state(of: subject) {
        case .finished(.done, _):
          effects.forget(subject)
          _ = deletion(of: handle)
        case .inFlight: break
        default: effects.forget(subject)
        }
      case .deleteVolume:
        if case .finished(.done, _) = effects.state(of: subject) { effects.forget(subject) }
      default: break
      }
    }
  }
}
