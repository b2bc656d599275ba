import Documents
import Foundation
import ProtectionModel

/// Time zones of the IANA database, as the system has them.
enum Zones {
  static let lookup: TimeZoneLookup = { name in
    guard name != "UTC" else { return .utc }
    guard let zone = TimeZone(identifier: name) else { return nil }
    return TimeZoneRules(name: name) { instant in
      let date = Date(timeIntervalSince1970: Double(instant.secondsSinceEpoch))
      return .seconds(zone.secondsFromGMT(for: date))
    }
  }
}
