/// One run, as it is kept in git: a document, some attachments, and a message a person can read.
public struct RunRecord: Hashable, Sendable {
  public struct Attachment: Hashable, Sendable {
    /// A plain file name, such as `plan.json`.
    public var name: String
    public var bytes: [UInt8]

    public init(name: String, bytes: [UInt8]) {
      self.name = name
      self.bytes = bytes
    }
  }

  /// Letters, digits, `-`, `_` and `.`; at most 128.
  public var runID: String
  /// When the run ended, in seconds since 1970: the commit's date.
  public var secondsSinceEpoch: Int64
  /// One line, such as `apply shop: succeeded, 2 volumes`; control characters become spaces.
  public var summary: String
  /// Shown below the summary as `Key: value`, in this order.
  public var trailers: [RunTrailer]
  /// The content of `runs/<runID>.json`.
  public var document: [UInt8]
  /// Files at the top of the commit's tree.
  public var attachments: [Attachment]

  public init(
    runID: String, secondsSinceEpoch: Int64, summary: String, trailers: [RunTrailer] = [],
    document: [UInt8], attachments: [Attachment] = []
  ) {
    self.runID = runID
    self.secondsSinceEpoch = secondsSinceEpoch
    self.summary = summary
    self.trailers = trailers
    self.document = document
    self.attachments = attachments
  }
}

/// A line `Key: value` at the end of a commit's message, as `git interpret-trailers` knows it.
public struct RunTrailer: Hashable, Sendable {
  /// Letters, digits and `-`, such as `Plan-Digest`.
  public var key: String
  public var value: String

  public init(_ key: String, _ value: String) {
    self.key = key
    self.value = value
  }
}

/// A run read back.
public struct RecordedRun: Hashable, Sendable {
  public let commit: CommitID
  public let runID: String
  public let secondsSinceEpoch: Int64
  /// Who recorded it: `Name <address>`.
  public let committer: String
  public let summary: String
  public let trailers: [RunTrailer]
  public let document: [UInt8]

  public subscript(trailer key: String) -> String? {
    trailers.first { $0.key == key }?.value
  }
}

/// Recorded runs, newest first.
public struct RunHistory: Hashable, Sendable {
  /// A commit on the chain that holds no readable run.
  public struct Skipped: Hashable, Sendable {
    public let commit: CommitID
    public let reason: String
  }

  public let runs: [RecordedRun]
  public let skipped: [Skipped]
}

extension RunRecord {
  /// The commit's message.
  var message: String {
    var text = oneLine(summary) + "\n"
    if !trailers.isEmpty { text += "\n" }
    for trailer in trailers { text += "\(trailer.key): \(oneLine(trailer.value))\n" }
    return text
  }

  func checkNames() throws(GitError) {
    guard isFileName(runID) else { throw .invalidName(runID) }
    for attachment in attachments where !isFileName(attachment.name) || attachment.name == "runs" {
      throw .invalidName(attachment.name)
    }
    for trailer in trailers
    where !trailer.key.utf8.allSatisfy({ isAlphanumeric($0) || $0 == 0x2D })
      || trailer.key.isEmpty
    {
      throw .invalidName(trailer.key)
    }
  }
}

extension RecordedRun {
  /// Takes a message apart that ``RunRecord`` put together.
  static func parse(message: String) -> (summary: String, trailers: [RunTrailer]) {
    let lines = message.split(separator: "\n", omittingEmptySubsequences: false)
    let summary = lines.first.map(String.init) ?? ""
    let paragraph = lines.dropFirst().split(separator: "").last ?? []
    let trailers = paragraph.compactMap { line -> RunTrailer? in
      guard let colon = line.firstRange(of: ": ") else { return nil }
      let key = line[..<colon.lowerBound]
      guard !key.isEmpty, key.utf8.allSatisfy({ isAlphanumeric($0) || $0 == 0x2D }) else {
        return nil
      }
      return RunTrailer(String(key), String(line[colon.upperBound...]))
    }
    return (summary, trailers)
  }
}

private func isAlphanumeric(_ byte: UInt8) -> Bool {
  switch byte {
  case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
  default: false
  }
}

private func isFileName(_ name: String) -> Bool {
  (1...128).contains(name.utf8.count) && !name.hasPrefix(".")
    && name.utf8.allSatisfy { isAlphanumeric($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F }
}

private func oneLine(_ text: String) -> String {
  String(
    String.UnicodeScalarView(
      text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
}
