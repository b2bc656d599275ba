public import Documents

extension SimulatedKubernetes {
  /// How long events are kept after they were last seen.
  private static let eventLifetime = Duration.seconds(3600)
  /// A controller repeats itself at most this often.
  private static let repeatInterval = Duration.seconds(30)

  /// Tells what happened to an object; equal events are counted, not repeated.
  ///
  /// - Parameters:
  ///   - involved: The object as the API gave it.
  ///   - type: `Normal` or `Warning`.
  public mutating func recordEvent(
    about involved: JSONValue, type: String, reason: String, message: String, component: String,
    at now: Timestamp
  ) {
    let key = eventKey(involved, type, reason, message, component)
    guard store[key] == nil else {
      change(key, at: now) { event in
        event["count"] = .integer((event.integer("count") ?? 1) + 1)
        event["lastTimestamp"] = .string(now.rounded)
      }
      return
    }
    let time = JSONValue.string(now.rounded)
    make(
      [
        "apiVersion": "v1", "kind": "Event",
        "metadata": ["name": .string(key.name), "namespace": .string(key.namespace)],
        "involvedObject": involved.reference, "type": .string(type), "reason": .string(reason),
        "message": .string(String(message.prefix(1024))), "firstTimestamp": time,
        "lastTimestamp": time, "count": 1, "source": ["component": .string(component)],
        "reportingComponent": .string(component), "reportingInstance": "",
      ], Resources.events, at: now)
  }

  /// An event of a controller that may say the same on every pass.
  mutating func note(
    _ involved: JSONValue, _ type: String, _ reason: String, _ message: String,
    by component: String, at now: Timestamp
  ) {
    let key = eventKey(involved, type, reason, message, component)
    if let last = store[key]?.string("lastTimestamp").flatMap({ Timestamp($0) }),
      now - last < Self.repeatInterval
    {
      return
    }
    recordEvent(
      about: involved, type: type, reason: reason, message: message, component: component, at: now)
  }

  private func eventKey(
    _ involved: JSONValue, _ type: String, _ reason: String, _ message: String,
    _ component: String
  ) -> ObjectKey {
    let identity: JSONValue = [
      .string(involved.uid), .string(type), .string(reason), .string(message), .string(component),
    ]
    let namespace = involved.namespace.isEmpty ? "default" : involved.namespace
    return ObjectKey(Resources.events, namespace, "\(involved.name).\(contentHash(identity))")
  }

  mutating func expireEvents(at now: Timestamp) -> Timestamp? {
    var wake: Timestamp?
    for (key, event) in store.sorted(Resources.events) {
      let last =
        (event.string("lastTimestamp") ?? event.string("eventTime"))
        .flatMap { Timestamp($0) } ?? event.creationTimestamp ?? now
      let end = last + Self.eventLifetime
      if end <= now { erase(key, at: now) } else { wake = min(wake ?? end, end) }
    }
    return wake
  }
}
