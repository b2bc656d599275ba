import Documents

/// One change as watches see it.
struct Change: Sendable {
  enum Kind: Sendable { case added, modified, deleted }

  let revision: UInt64
  let kind: Kind
  /// For a deletion the last state, with the deletion's own revision.
  let object: JSONValue
  let previous: JSONValue?
}

/// All objects, each resource's recent changes, and who owns whom.
///
/// Every write takes the next revision and leaves it in the object's `resourceVersion`.
struct ObjectStore: Sendable {
  /// How many changes of one resource are kept for watches.
  static let changesMax = 4096

  private(set) var revision: UInt64
  /// By resource, then namespace: listing one namespace does not look at the others.
  private var objects: [String: [String: [String: JSONValue]]] = [:]
  private var changes: [String: [Change]] = [:]
  /// Changes of a resource at or before this revision are forgotten.
  private var compacted: [String: UInt64] = [:]
  private let oldestRevision: UInt64
  /// Objects by the `uid` of an owner.
  private var dependents: [String: Set<ObjectKey>] = [:]
  private var keysByUID: [String: ObjectKey] = [:]
  /// The revision of the last change of each resource.
  private(set) var lastChange: [String: UInt64] = [:]

  init(revision: UInt64 = 1) {
    self.revision = revision
    oldestRevision = revision
  }

  subscript(key: ObjectKey) -> JSONValue? { objects[key.resource]?[key.namespace]?[key.name] }

  func contains(uid: String) -> Bool { keysByUID[uid] != nil }

  /// All objects of a resource, or those of one namespace, by namespace and name.
  ///
  /// - Complexity: O(*n* log *n*) in the number of objects listed.
  func sorted(_ resource: String, namespace: String? = nil) -> [(key: ObjectKey, value: JSONValue)]
  {
    let all = objects[resource] ?? [:]
    let namespaces = namespace.map { [$0] } ?? all.keys.sorted()
    return namespaces.flatMap { namespace in
      (all[namespace] ?? [:]).sorted { $0.key < $1.key }
        .map { (ObjectKey(resource, namespace, $0.key), $0.value) }
    }
  }

  func list(_ resource: String, namespace: String? = nil) -> [JSONValue] {
    sorted(resource, namespace: namespace).map(\.value)
  }

  var resources: [String] { objects.keys.sorted() }

  func dependents(of uid: String) -> [ObjectKey] { (dependents[uid] ?? []).sorted() }

  /// Creates or replaces an object.
  ///
  /// - Returns: The object with its new `resourceVersion`.
  @discardableResult
  mutating func write(_ object: JSONValue, at key: ObjectKey) -> JSONValue {
    revision += 1
    var object = object
    object.set(["metadata", "resourceVersion"], to: .string(String(revision)))
    let previous = objects[key.resource, default: [:]][key.namespace, default: [:]]
      .updateValue(object, forKey: key.name)
    if let previous { forget(previous, at: key) }
    for owner in object.ownerReferences {
      dependents[owner.string("uid") ?? "", default: []].insert(key)
    }
    keysByUID[object.uid] = key
    record(
      Change(
        revision: revision, kind: previous == nil ? .added : .modified, object: object,
        previous: previous), for: key.resource)
    return object
  }

  /// Removes an object for good.
  @discardableResult
  mutating func remove(_ key: ObjectKey) -> JSONValue? {
    guard var object = objects[key.resource]?[key.namespace]?.removeValue(forKey: key.name) else {
      return nil
    }
    if objects[key.resource]?[key.namespace]?.isEmpty == true {
      objects[key.resource]?[key.namespace] = nil
    }
    revision += 1
    forget(object, at: key)
    let previous = object
    object.set(["metadata", "resourceVersion"], to: .string(String(revision)))
    record(
      Change(revision: revision, kind: .deleted, object: object, previous: previous),
      for: key.resource)
    return object
  }

  private mutating func forget(_ object: JSONValue, at key: ObjectKey) {
    keysByUID[object.uid] = nil
    for owner in object.ownerReferences {
      let uid = owner.string("uid") ?? ""
      dependents[uid]?.remove(key)
      if dependents[uid]?.isEmpty == true { dependents[uid] = nil }
    }
  }

  private mutating func record(_ change: Change, for resource: String) {
    lastChange[resource] = change.revision
    changes[resource, default: []].append(change)
    guard changes[resource]!.count >= Self.changesMax * 2 else { return }
    compacted[resource] = changes[resource]![Self.changesMax - 1].revision
    changes[resource]!.removeFirst(Self.changesMax)
  }

  /// The changes of a resource after a revision; `nil` where some of them are forgotten.
  ///
  /// - Complexity: O(log *n* + *k*) for *k* changes.
  func changes(of resource: String, after revision: UInt64) -> ArraySlice<Change>? {
    guard revision >= compacted[resource] ?? oldestRevision else { return nil }
    guard let all = changes[resource] else { return [] }
    var low = 0
    var high = all.count
    while low < high {
      let middle = (low + high) / 2
      if all[middle].revision <= revision { low = middle + 1 } else { high = middle }
    }
    return all[low...]
  }
}

extension ObjectStore {
  /// Puts an object back as it was encoded, its `resourceVersion` included.
  mutating func restore(_ object: JSONValue, at key: ObjectKey) {
    objects[key.resource, default: [:]][key.namespace, default: [:]][key.name] = object
    for owner in object.ownerReferences {
      dependents[owner.string("uid") ?? "", default: []].insert(key)
    }
    keysByUID[object.uid] = key
    lastChange[key.resource] = revision
  }
}
