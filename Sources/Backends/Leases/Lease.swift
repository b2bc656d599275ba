public import ClusterModel
public import Documents
import Execution
import Planning

/// The lock of one application, as the cluster has it: a `Lease` of `coordination.k8s.io/v1`.
///
/// A lease without a holder is free. It stays when it is released: its `leaseTransitions` count
/// the runs that have had the application, and must never go back.
public struct Lease: Hashable, Sendable {
  /// What changes whenever its holder lives.
  struct Pulse: Hashable, Sendable {
    var identity: String
    var transitions: Int64
    var acquireTime: String?
    var renewTime: String?
  }

  public let reference: ObjectReference
  /// The namespace that the lease protects.
  public let application: String
  var pulse: Pulse
  /// How long a holder may be silent before others take the lease.
  public var duration: Duration
  var resourceVersion: String
  /// The run that was asked to stop, and who asked.
  var stopRequest: String?

  public static let durationDefault = Duration.seconds(30)

  init(_ object: JSONValue) {
    reference = ObjectReference(.lease, namespace: object.namespace, name: object.name)
    application = object.annotations[LeaseMarks.application] ?? object.name
    let spec = object["spec"]
    pulse = Pulse(
      identity: spec?["holderIdentity"]?.stringValue ?? "",
      transitions: spec?["leaseTransitions"]?.intValue ?? 0,
      acquireTime: spec?["acquireTime"]?.stringValue, renewTime: spec?["renewTime"]?.stringValue)
    let seconds = spec?["leaseDurationSeconds"]?.intValue
    duration = seconds.map { .seconds(max($0, 1)) } ?? Self.durationDefault
    resourceVersion = object["metadata", "resourceVersion"]?.stringValue ?? ""
    stopRequest = object.annotations[LeaseMarks.stop]
  }

  public var isFree: Bool { pulse.identity.isEmpty }

  /// `nil` where the lease is free, or held by something that is not this program.
  public var holder: LeaseHolder? { LeaseHolder(pulse.identity) }

  /// The holder in words.
  public var holderText: String { holder?.description ?? "`\(pulse.identity)`" }

  /// How often the lease has changed hands: the larger number is the later run's.
  public var fencingToken: Int64 { pulse.transitions }

  public var heldSince: Timestamp? { pulse.acquireTime.flatMap(Timestamp.init(_:)) }
  public var renewedAt: Timestamp? { pulse.renewTime.flatMap(Timestamp.init(_:)) }

  /// Who asked this holder to stop; `nil` where nobody did.
  var stopAsker: String? {
    guard let holder, let stopRequest, let space = stopRequest.firstIndex(of: " "),
      stopRequest[..<space] == holder.run.rawValue
    else { return nil }
    return String(stopRequest[stopRequest.index(after: space)...])
  }
}

/// What this program writes on its leases beside their holder.
enum LeaseMarks {
  static let application = "oadp-plan.dev/application"
  /// `<run> <who>`: the run is asked to stop. Meant for that run alone, whoever holds it later.
  static let stop = "oadp-plan.dev/stop"

  static var selector: String { "\(OwnershipLabels.managedBy)=\(OwnershipLabels.manager)" }
}

/// How long leases last and how often they are renewed.
public struct LeaseSettings: Hashable, Sendable {
  public var duration: Duration
  public var heartbeat: Duration

  public static let standard = LeaseSettings()

  public init(duration: Duration = Lease.durationDefault, heartbeat: Duration = .seconds(10)) {
    precondition(heartbeat > .zero && duration >= heartbeat * 2, "\(heartbeat) of \(duration)")
    self.duration = duration
    self.heartbeat = heartbeat
  }

  /// How soon to try again after a failure, and how often to look at a lease of somebody else.
  var pause: Duration { heartbeat / 5 }

  /// A holder that has not renewed for so long stops, one heartbeat before others may take over.
  var trust: Duration { duration - heartbeat }
}
