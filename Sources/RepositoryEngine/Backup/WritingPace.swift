import RepositoryFormat

/// How large packs become, and how soon the index names them.
///
/// What no index names is lost when a run is killed: the next one stores it again. Every index
/// file costs each later reader a request, so there are few of them even in a week's backup.
struct WritingPace: Sendable {
  var packBytes = PackBuilder.bytesTarget
  /// Half a gigabyte, or half a minute's packs: what a killed run may lose.
  var packsPerIndex = 32
  var indexInterval = Duration.seconds(30)

  func isIndexDue(_ packs: Int, _ blobs: Int, since last: ContinuousClock.Instant) -> Bool {
    blobs >= IndexFile.blobsMax || packs >= packsPerIndex || .now - last >= indexInterval
  }
}
