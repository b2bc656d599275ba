import Planning

/// What a journal holds: read whole, before anything is run.
public struct JournalContents: Hashable, Sendable {
  public var header: JournalHeader
  public var records: [JournalRecord]
  /// The bytes that hold whole lines. What comes after is a line torn by a crash: it was never
  /// durable, nothing was done on its account, and a writer cuts it off.
  public var byteCount: Int

  public init(header: JournalHeader, records: [JournalRecord] = [], byteCount: Int) {
    self.header = header
    self.records = records
    self.byteCount = byteCount
  }

  /// Reads a journal.
  ///
  /// - Returns: `nil` where not even the first line is whole: the run never began.
  /// - Throws: Where a whole line is not what a journal holds there.
  public init?(parsing bytes: [UInt8]) throws(CorruptJournal) {
    guard let end = bytes.lastIndex(of: 0x0A) else { return nil }
    let lines = bytes[..<end].split(separator: 0x0A, omittingEmptySubsequences: false)
    var header: JournalHeader?
    var records: [JournalRecord] = []
    records.reserveCapacity(lines.count)
    for (index, line) in lines.enumerated() {
      do throws(IllegalLine) {
        let json = try JournalLine.parse(line)
        if index == 0 {
          header = try JournalHeader(json)
        } else {
          records.append(try JournalRecord(json, sequence: index))
        }
      } catch {
        throw CorruptJournal(line: index + 1, "It \(error.reason)")
      }
    }
    guard let header else { return nil }
    self.init(header: header, records: records, byteCount: end + 1)
  }
}

extension RunStateMachine {
  /// Repeats a whole journal. ``resume()`` then takes the run over.
  ///
  /// - Throws: Where the journal is not one of this graph.
  public mutating func replay(_ journal: JournalContents) throws(CorruptJournal) {
    guard journal.header.nodeCount == graph.nodes.count else {
      throw CorruptJournal(
        line: 1, "It is of a graph of \(journal.header.nodeCount) nodes, not \(graph.nodes.count)")
    }
    for record in journal.records {
      do throws(IllegalTransition) {
        try replay(record.event)
      } catch {
        throw CorruptJournal(line: record.sequence + 1, error.message)
      }
    }
  }
}

/// A journal that cannot be what a run wrote.
public struct CorruptJournal: Error, Hashable, Sendable, CustomStringConvertible {
  /// Counted from 1.
  public var line: Int
  public var message: String

  init(line: Int, _ message: String) {
    self.line = line
    self.message = message
  }

  public var description: String { "Corrupt journal at line \(line): \(message)" }

  /// What to do about it.
  public var hint: String {
    "see that nothing is left quiesced, move the run's directory aside and apply again: "
      + "what the run made is found by its name"
  }
}
