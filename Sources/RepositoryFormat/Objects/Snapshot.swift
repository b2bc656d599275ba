public import Documents

/// What one backup kept: a tree, when, from where, and by whose hand.
public struct Snapshot: Hashable, Sendable {
  public var time: Timestamp
  /// The snapshot this one was compared with.
  public var parent: ObjectID?
  public var tree: ObjectID
  public var paths: [String]
  public var hostname = ""
  public var username = ""
  public var uid: UInt32 = 0
  public var gid: UInt32 = 0
  public var excludes: [String] = []
  public var tags: [String] = []
  /// The first form of a snapshot whose tags were changed later.
  public var original: ObjectID?
  public var programVersion = ""
  public var summary: Summary?

  /// The figures of the backup, as restic names them.
  public struct Summary: Hashable, Sendable {
    public var backupStart: Timestamp
    public var backupEnd: Timestamp
    public var filesNew: UInt64 = 0
    public var filesChanged: UInt64 = 0
    public var filesUnmodified: UInt64 = 0
    public var dirsNew: UInt64 = 0
    public var dirsChanged: UInt64 = 0
    public var dirsUnmodified: UInt64 = 0
    public var dataBlobs: UInt64 = 0
    public var treeBlobs: UInt64 = 0
    public var dataAdded: UInt64 = 0
    public var dataAddedPacked: UInt64 = 0
    public var totalFilesProcessed: UInt64 = 0
    public var totalBytesProcessed: UInt64 = 0

    public init(backupStart: Timestamp, backupEnd: Timestamp) {
      self.backupStart = backupStart
      self.backupEnd = backupEnd
    }

    static var counters: [(key: String, path: WritableKeyPath<Summary, UInt64>)] {
      [
        ("files_new", \.filesNew), ("files_changed", \.filesChanged),
        ("files_unmodified", \.filesUnmodified), ("dirs_new", \.dirsNew),
        ("dirs_changed", \.dirsChanged), ("dirs_unmodified", \.dirsUnmodified),
        ("data_blobs", \.dataBlobs), ("tree_blobs", \.treeBlobs), ("data_added", \.dataAdded),
        ("data_added_packed", \.dataAddedPacked),
        ("total_files_processed", \.totalFilesProcessed),
        ("total_bytes_processed", \.totalBytesProcessed),
      ]
    }
  }

  public init(time: Timestamp, tree: ObjectID, paths: [String]) {
    self.time = time
    self.tree = tree
    self.paths = paths
  }
}

extension Snapshot {
  public func encoded() -> [UInt8] {
    var json = JSONWriter()
    json.begin("{")
    json.member("time", time.description)
    if let parent { json.member("parent", parent.description) }
    json.member("tree", tree.description)
    json.member("paths", paths)
    if !hostname.isEmpty { json.member("hostname", hostname) }
    if !username.isEmpty { json.member("username", username) }
    if uid != 0 { json.member("uid", uid) }
    if gid != 0 { json.member("gid", gid) }
    if !excludes.isEmpty { json.member("excludes", excludes) }
    if !tags.isEmpty { json.member("tags", tags) }
    if let original { json.member("original", original.description) }
    if !programVersion.isEmpty { json.member("program_version", programVersion) }
    if let summary {
      json.key("summary")
      json.begin("{")
      json.member("backup_start", summary.backupStart.description)
      json.member("backup_end", summary.backupEnd.description)
      for (key, path) in Summary.counters { json.member(key, summary[keyPath: path]) }
      json.end("}")
    }
    json.end("}")
    return json.bytes
  }

  /// - Throws: ``FormatError`` for bytes that are no snapshot.
  public init(decoding bytes: [UInt8]) throws(FormatError) {
    var cursor = JSONCursor(bytes)
    var snapshot = Snapshot(time: Timestamp(nanosecondsSinceEpoch: 0), tree: .zero, paths: [])
    try cursor.object { cursor, key throws(FormatError) in
      switch key {
      case "time": snapshot.time = try cursor.fileTime().timestamp
      case "parent": snapshot.parent = cursor.takeNull() ? nil : try cursor.id()
      case "tree": snapshot.tree = try cursor.id()
      case "paths": snapshot.paths = try cursor.texts()
      case "hostname": snapshot.hostname = try cursor.text()
      case "username": snapshot.username = try cursor.text()
      case "uid": snapshot.uid = try cursor.unsigned()
      case "gid": snapshot.gid = try cursor.unsigned()
      case "excludes": snapshot.excludes = try cursor.texts()
      case "tags": snapshot.tags = try cursor.texts()
      case "original": snapshot.original = cursor.takeNull() ? nil : try cursor.id()
      case "program_version": snapshot.programVersion = try cursor.text()
      case "summary" where !cursor.takeNull(): snapshot.summary = try Summary(from: &cursor)
      case "summary": break
      default: try cursor.skip()
      }
    }
    try cursor.end()
    guard snapshot.tree != .zero else { throw FormatError("The snapshot names no tree") }
    self = snapshot
  }
}

extension Snapshot.Summary {
  init(from cursor: inout JSONCursor) throws(FormatError) {
    let epoch = Timestamp(nanosecondsSinceEpoch: 0)
    var summary = Self(backupStart: epoch, backupEnd: epoch)
    try cursor.object { cursor, key throws(FormatError) in
      switch key {
      case "backup_start": summary.backupStart = try cursor.fileTime().timestamp
      case "backup_end": summary.backupEnd = try cursor.fileTime().timestamp
      default:
        if let counter = Self.counters.first(where: { $0.key == key }) {
          summary[keyPath: counter.path] = try cursor.unsigned()
        } else {
          try cursor.skip()
        }
      }
    }
    self = summary
  }
}

extension JSONWriter {
  mutating func member(_ key: String, _ texts: [String]) {
    self.key(key)
    begin("[")
    for text in texts { value(text) }
    end("]")
  }
}

extension JSONCursor {
  mutating func texts() throws(FormatError) -> [String] {
    try elements { cursor throws(FormatError) in try cursor.text() }
  }
}
