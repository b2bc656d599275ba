public import Documents

/// The promises of `docs/guarantees.md`, as far as a simulation can see them broken.
public enum Promise: String, Hashable, Sendable, CaseIterable {
  case hookAfterData = "G1"
  case nothingStaysFrozen = "G2"
  case cutBeforeCopy = "G3"
  case wholeOrInvisible = "G4"
  case secondApplyChangesNothing = "G5"
  case lastGoodPointStays = "G6"
  case nothingLeftBehind = "G7"
  case successIsEvidence = "G8"
  case nothingTwice = "G9"
  case consistencyIsMeasured = "G10"
  case everyWaitEnds = "G11"
  case secretsStay = "G12"
}

/// A promise that was seen broken.
public struct Breach: Hashable, Sendable, CustomStringConvertible {
  public var promise: Promise
  public var what: String
  public var at: Timestamp

  public var description: String { "\(promise.rawValue) at \(at): \(what)" }
}
