import RepositoryFormat

/// What libFuzzer calls with every input that it makes: `make fuzz`.
///
/// The first byte picks a decoder. A decoder may refuse whatever it wants; it must not crash, and
/// what it accepts and can write must decode to the same again.
///
/// - Returns: Zero: every input is worth to be kept.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  // Safety: libFuzzer lends `count` bytes for the length of this call.
  let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
  guard let choice = input.first else { return 0 }
  let decoders = Decoder.all
  decoders[Int(choice) % decoders.count].run(Array(input.dropFirst()))
  return 0
}

/// One of the formats that come from outside.
struct Decoder: Sendable {
  let name: String
  let run: @Sendable ([UInt8]) -> Void

  static let all = [
    Decoder(name: "tree") { bytes in
      guard let tree = try? Tree(decoding: bytes) else { return }
      let written = tree.encoded()
      precondition((try? Tree(decoding: written))?.encoded() == written, "a tree changes")
      for node in tree.nodes { _ = (node.hasSafeName, node.displayName) }
    },
    Decoder(name: "snapshot") { bytes in
      guard let snapshot = try? Snapshot(decoding: bytes) else { return }
      let written = snapshot.encoded()
      precondition((try? Snapshot(decoding: written))?.encoded() == written, "a snapshot changes")
    },
    Decoder(name: "index") { bytes in
      guard let index = try? IndexFile(decoding: bytes) else { return }
      let written = index.encoded()
      precondition((try? IndexFile(decoding: written))?.encoded() == written, "an index changes")
    },
    Decoder(name: "pack header") { bytes in
      guard let blobs = try? PackHeader.decode(bytes) else { return }
      precondition(PackHeader.encode(blobs) == bytes, "a pack header changes")
    },
    Decoder(name: "config") { bytes in _ = try? RepositoryConfig(decoding: bytes) },
    Decoder(name: "key") { bytes in _ = try? KeyFile(decoding: bytes) },
    Decoder(name: "master key") { bytes in _ = try? MasterKey(decoding: bytes) },
    Decoder(name: "lock") { bytes in
      guard let lock = try? LockFile(decoding: bytes) else { return }
      precondition((try? LockFile(decoding: lock.encoded())) != nil, "a lock changes")
    },
  ]
}
