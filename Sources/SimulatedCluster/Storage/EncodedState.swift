public import Documents

extension SimulatedKubernetes {
  /// Why a saved state cannot be read.
  public struct DecodingFailure: Error, CustomStringConvertible {
    public let description: String
  }

  private static let format: Int64 = 1

  /// Everything worth keeping over a restart. Watches are not: their clients list again.
  public func encodedState() -> JSONValue {
    var objects: [String: JSONValue] = [:]
    for resource in store.resources {
      objects[resource] = .array(store.list(resource))
    }
    return [
      "format": .integer(Self.format), "revision": .string(String(revision)),
      "seed": .string(String(identifiers.seed)), "identifiers": .string(String(identifiers.count)),
      "hasStarted": .bool(hasStarted),
      "configuration": encodedConfiguration, "objects": .object(objects),
      "snapshots": .object(
        physicalSnapshots.mapValues { snapshot in
          [
            "bytes": .integer(snapshot.bytes), "time": .integer(snapshot.time),
            "volumeHandle": .string(snapshot.volumeHandle),
          ]
        }),
      "effects": effects.encoded,
    ]
  }

  private var encodedConfiguration: JSONValue {
    [
      "name": .string(configuration.name), "version": .string(configuration.version),
      "nodeName": .string(configuration.nodeName),
      "nodeAddress": .string(configuration.nodeAddress),
      "nodeCPU": .string(configuration.nodeCPU), "nodeMemory": .string(configuration.nodeMemory),
      "nodePods": .integer(configuration.nodePods),
      "storageDriver": .string(configuration.storageDriver),
    ]
  }

  /// Reads a state that ``encodedState()`` gave.
  ///
  /// Effects whose outcome has not been used are issued again; they may be repeated.
  ///
  /// - Throws: ``DecodingFailure``
  public init(decoding state: JSONValue) throws {
    guard state.integer("format") == Self.format,
      let revision = state.string("revision").flatMap({ UInt64($0) }),
      let seed = state.string("seed").flatMap({ UInt64($0) }),
      let count = state.string("identifiers").flatMap({ UInt64($0) }),
      let objects = state["objects"]?.objectValue
    else { throw DecodingFailure(description: "The state is not of format \(Self.format)") }
    self.init(configuration: Self.configuration(state["configuration"] ?? [:], seed: seed))
    identifiers = IdentifierSource(seed: seed, count: count)
    store = ObjectStore(revision: revision)
    hasStarted = state.flag("hasStarted")
    for resource in objects.keys.sorted() {
      for object in objects[resource]?.arrayValue ?? [] {
        guard !object.name.isEmpty else {
          throw DecodingFailure(description: "An object of `\(resource)` has no name")
        }
        store.restore(object, at: ObjectKey(resource, object.namespace, object.name))
      }
    }
    for (handle, snapshot) in state["snapshots"]?.objectValue ?? [:] {
      physicalSnapshots[handle] = PhysicalSnapshot(
        bytes: snapshot.integer("bytes") ?? 0, time: snapshot.integer("time") ?? 0,
        volumeHandle: snapshot.string("volumeHandle") ?? "")
    }
    effects = EffectQueue(decoding: state.list("effects"))
    refreshRegistry()
  }

  private static func configuration(_ value: JSONValue, seed: UInt64) -> Configuration {
    var configuration = Configuration(seed: seed)
    func read(_ member: String, _ path: WritableKeyPath<Configuration, String>) {
      if let text = value.string(member) { configuration[keyPath: path] = text }
    }
    read("name", \.name)
    read("version", \.version)
    read("nodeName", \.nodeName)
    read("nodeAddress", \.nodeAddress)
    read("nodeCPU", \.nodeCPU)
    read("nodeMemory", \.nodeMemory)
    read("storageDriver", \.storageDriver)
    configuration.nodePods = value.integer("nodePods") ?? configuration.nodePods
    return configuration
  }
}
