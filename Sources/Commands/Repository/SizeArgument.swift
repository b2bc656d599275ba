import ArgumentParser
import RepositoryEngine

/// A number of bytes, as plans spell it: `512MiB`, `10GiB`; `10G` as restic does, or bare bytes.
struct SizeArgument: ExpressibleByArgument {
  let bytes: UInt64

  init?(argument: String) {
    let digits = argument.prefix { $0.isASCII && $0.isNumber }
    let units: [String: UInt64] = [
      "": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40,
    ]
    var unit = argument.dropFirst(digits.count)
    if unit.hasSuffix("iB") { unit = unit.dropLast(2) }
    guard let count = UInt64(digits), let factor = units[String(unit)] else { return nil }
    let (bytes, isTooLarge) = count.multipliedReportingOverflow(by: factor)
    guard !isTooLarge else { return nil }
    self.bytes = bytes
  }
}

/// How much unused data may stay: `5%`, a size, or `unlimited`.
struct UnusedLimit: ExpressibleByArgument {
  let value: MaintenanceRequest.UnusedMax

  init(_ value: MaintenanceRequest.UnusedMax) { self.value = value }

  init?(argument: String) {
    if argument == "unlimited" {
      value = .unlimited
    } else if argument.hasSuffix("%") {
      guard let percent = Double(argument.dropLast()), (0...100).contains(percent) else {
        return nil
      }
      value = .percent(percent)
    } else {
      guard let size = SizeArgument(argument: argument) else { return nil }
      value = .bytes(size.bytes)
    }
  }

  var defaultValueDescription: String {
    switch value {
    case .percent(let percent): "\(Int(percent))%"
    case .bytes(let bytes): "\(bytes)"
    case .unlimited: "unlimited"
    }
  }
}
