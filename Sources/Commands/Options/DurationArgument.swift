import ArgumentParser
import ProtectionModel

/// A duration as plan files spell it: `90s`, `5m`, `1h30m`.
struct DurationArgument: ExpressibleByArgument {
  let duration: Duration

  init?(argument: String) {
    guard let duration = Duration(planText: argument) else { return nil }
    self.duration = duration
  }

  init(_ duration: Duration) { self.duration = duration }

  var defaultValueDescription: String { duration.planText }
}
