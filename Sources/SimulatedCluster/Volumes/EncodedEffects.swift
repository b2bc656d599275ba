import Documents

extension EffectQueue {
  /// Every effect that is not forgotten, in the order it was asked for.
  var encoded: JSONValue {
    .array(
      subjects.compactMap(effect).map { effect in
        switch effect {
        case .createVolume(_, let handle, let bytes, let source):
          var value: JSONValue = [
            "createVolume": .string(handle), "bytes": .integer(bytes),
          ]
          switch source {
          case .empty: break
          case .snapshot(let handle): value["snapshot"] = .string(handle)
          case .volume(let handle): value["volume"] = .string(handle)
          }
          return value
        case .deleteVolume(_, let handle): return ["deleteVolume": .string(handle)]
        case .cutSnapshot(_, let handle, let volume):
          return ["cutSnapshot": .string(handle), "volume": .string(volume)]
        case .deleteSnapshot(_, let handle): return ["deleteSnapshot": .string(handle)]
        case .cutGroup(_, let handle, let cuts):
          return [
            "cutGroup": .string(handle),
            "cuts": .array(
              cuts.map {
                ["snapshot": .string($0.snapshotHandle), "volume": .string($0.volumeHandle)]
              }),
          ]
        }
      })
  }

  /// Asks for every encoded effect again.
  init(decoding effects: [JSONValue]) {
    for value in effects {
      if let handle = value.string("createVolume") {
        let source =
          value.string("snapshot").map { VolumeSource.snapshot($0) }
          ?? value.string("volume").map { .volume($0) } ?? .empty
        _ = request(.createVolume(handle)) {
          .createVolume(
            $0, handle: handle, bytes: value.integer("bytes") ?? 0, source: source)
        }
      } else if let handle = value.string("deleteVolume") {
        _ = request(.deleteVolume(handle)) { .deleteVolume($0, handle: handle) }
      } else if let handle = value.string("cutSnapshot"), let volume = value.string("volume") {
        _ = request(.cutSnapshot(handle)) {
          .cutSnapshot($0, snapshotHandle: handle, volumeHandle: volume)
        }
      } else if let handle = value.string("deleteSnapshot") {
        _ = request(.deleteSnapshot(handle)) { .deleteSnapshot($0, snapshotHandle: handle) }
      } else if let handle = value.string("cutGroup") {
        let cuts = value.list("cuts").map {
          GroupedCut(
            snapshotHandle: $0.string("snapshot") ?? "", volumeHandle: $0.string("volume") ?? "")
        }
        _ = request(.cutGroup(handle)) { .cutGroup($0, groupHandle: handle, cuts: cuts) }
      }
    }
  }
}
