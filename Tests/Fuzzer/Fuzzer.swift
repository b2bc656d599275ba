import RepositoryEngine
import RepositoryFormat

/// What libFuzzer calls with every input that it makes: `make fuzz`.
///
/// The first byte picks a decoder. A decoder may refuse whatever it wants; it must not crash, and
/// what it has written itself decodes to the same again: a first time of writing may still put
/// U+FFFD for bytes that are no text.
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
      settles(tree.encoded(), "a tree") { try Tree(decoding: $0).encoded() }
      for node in tree.nodes { _ = (node.hasSafeName, node.displayName) }
    },
    Decoder(name: "snapshot") { bytes in
      guard let snapshot = try? Snapshot(decoding: bytes) else { return }
      settles(snapshot.encoded(), "a snapshot") { try Snapshot(decoding: $0).encoded() }
    },
    Decoder(name: "index") { bytes in
      guard let index = try? IndexFile(decoding: bytes) else { return }
      settles(index.encoded(), "an index") { try IndexFile(decoding: $0).encoded() }
    },
    Decoder(name: "pack-header") { bytes in
      guard let blobs = try? PackHeader.decode(bytes) else { return }
      precondition(PackHeader.encode(blobs) == bytes, "a pack header changes")
    },
    Decoder(name: "config") { bytes in _ = try? RepositoryConfig(decoding: bytes) },
    Decoder(name: "key") { bytes in _ = try? KeyFile(decoding: bytes) },
    Decoder(name: "master-key") { bytes in _ = try? MasterKey(decoding: bytes) },
    Decoder(name: "lock") { bytes in
      guard let lock = try? LockFile(decoding: bytes) else { return }
      settles(lock.encoded(), "a lock") { try LockFile(decoding: $0).encoded() }
    },
    Decoder(name: "changed-blocks") { bytes in
      guard let blocks = try? ChangedBlocks(parsing: bytes) else { return }
      for (range, next) in zip(blocks.ranges, blocks.ranges.dropFirst()) {
        precondition(range.upperBound < next.lowerBound, "ranges touch")
      }
    },
  ]

  /// What we wrote can be read, and from the second time on nothing of it changes.
  private static func settles(
    _ written: [UInt8], _ what: String, again: ([UInt8]) throws -> [UInt8]
  ) {
    guard let second = try? again(written), let third = try? again(second) else {
      preconditionFailure("\(what) of ours cannot be read")
    }
    precondition(second == third, "\(what) changes")
  }
}
