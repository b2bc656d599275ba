import Documents

extension PlanFile {
  static let bytesMax = 64 << 20
  static let depthMax = 64
  static let nodesMax = 200_000
  static let edgesMax = 1_000_000

  /// Reads a plan file back, whoever wrote it: its size and form are bounded, its digest must be
  /// that of its content, and its graph must keep every promise of ``GraphCheck``.
  public init(reading bytes: [UInt8]) throws(PlanFileError) {
    guard bytes.count <= Self.bytesMax else {
      throw PlanFileError(
        .tooLarge,
        "The plan file has \(bytes.count) bytes, at most "
          + "\(Self.bytesMax) are read")
    }
    let json: JSONValue
    do {
      json = try JSONValue(parsing: bytes, depthMax: Self.depthMax)
    } catch {
      throw PlanFileError(.malformed, "The plan file is no JSON: \(error)")
    }
    try Self.checkForm(json)
    do {
      self = try json.decode(PlanFile.self)
    } catch {
      throw PlanFileError(.malformed, "The plan file does not have its form: \(error)")
    }
    let computed = Self.digest(of: json)
    guard digest == computed else {
      throw PlanFileError(
        .digestMismatch,
        "The plan file says digest `\(digest.prefix(80))`, its content has "
          + "`\(computed)`: it was changed after it was made")
    }
    guard limits?.isPossible ?? true else {
      throw PlanFileError(.malformed, "The plan file limits work to nothing: it would never end")
    }
    do {
      try GraphCheck(graph).verify()
    } catch {
      throw PlanFileError(.unsafeGraph, "The plan file's graph is not run: \(error)")
    }
  }

  private static func checkForm(_ json: JSONValue) throws(PlanFileError) {
    guard json["apiVersion"]?.stringValue == apiVersion, json["kind"]?.stringValue == kind else {
      throw PlanFileError(.malformed, "The file is no `\(kind)` of `\(apiVersion)`")
    }
    let version = json["formatVersion"]?.stringValue ?? ""
    guard version.split(separator: ".").first == formatVersion.split(separator: ".").first else {
      throw PlanFileError(
        .unsupportedVersion,
        "The plan file has format version `\(version.prefix(20))`, this program reads "
          + "`\(formatVersion)`")
    }
    let nodes = json["graph", "nodes"]?.arrayValue?.count ?? 0
    let edges = json["graph", "edges"]?.arrayValue?.count ?? 0
    guard nodes <= nodesMax, edges <= edgesMax else {
      throw PlanFileError(.tooLarge, "The plan file has \(nodes) nodes and \(edges) edges")
    }
  }
}

/// Why a plan file is not taken.
public struct PlanFileError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Reason: String, Hashable, Sendable {
    case tooLarge, malformed, unsupportedVersion, digestMismatch, unsafeGraph
  }

  public var reason: Reason
  public var message: String

  public init(_ reason: Reason, _ message: String) {
    self.reason = reason
    self.message = message
  }

  public var description: String { message }
}
