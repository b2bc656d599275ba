import RepositoryFormat

extension MaintenancePlan {
  var isClean: Bool { indexesReplaced.isEmpty && unindexed.isEmpty }

  /// The kept packs of the index files that are replaced, each with all its blobs.
  func relisted() -> [IndexFile.Pack] {
    var wanted = Array(repeating: false, count: table.packs.count)
    for index in indexesReplaced {
      for pack in table.indexes[index].packs where verdicts[Int(pack)] == .keep {
        wanted[Int(pack)] = true
      }
    }
    var blobs: [UInt32: [PackedBlob]] = [:]
    for kind in BlobKind.allCases {
      for (number, entry) in table[kind].enumerated() where wanted[Int(entry.pack)] {
        blobs[entry.pack, default: []].append(table.blob(number, kind))
      }
    }
    return blobs.map { pack, blobs in
      IndexFile.Pack(
        id: table.packs[Int(pack)].id, blobs: blobs.sorted { $0.offset < $1.offset })
    }.sorted { $0.id < $1.id }
  }

  /// The chosen copies of a kind that lie in packs which are repacked.
  func moved(_ kind: BlobKind) -> [Int] {
    table[kind].indices.filter { number in
      chosen[kind][number] && verdicts[Int(table[kind][number].pack)] == .repack
    }
  }
}

extension MaintenanceRequest.UnusedMax {
  func bytes(used: UInt64) -> UInt64 {
    switch self {
    case .unlimited: return .max
    case .bytes(let bytes): return bytes
    case .percent(let percent):
      guard percent < 100 else { return .max }
      return UInt64(Double(used) * max(0, percent) / (100 - max(0, percent)))
    }
  }
}
