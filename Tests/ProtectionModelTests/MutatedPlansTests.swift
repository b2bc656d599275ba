import Diagnostics
import Documents
import ProtectionModel
import Testing
import YAML

/// Damages good plans in many ways, the same ways each time: whatever comes of it is reported, and
/// every place that a report names is in the file.
@Suite("Mutated plans") struct MutatedPlansTests {
  struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var value = state
      value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
      value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
      return value ^ value >> 31
    }
  }

  static let fragments: [String] = [
    "\t", "---\n", "&a ", "*a", "<<: ", "!!binary ", "{", "}", "[", "]", "\"", "'", ": ", "- ",
    "\n",
    "|", ">", "%", "\u{0}", "\u{FEFF}", "é", "𝄞", "yes", "null", "~", "99999999999999999999",
    "1e999",
    "? ", "#", "\r", "\u{85}", "\u{2028}",
  ]

  static func mutate(_ bytes: [UInt8], using generator: inout Generator) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<5, using: &generator) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
      case 1: bytes.remove(at: place)
      case 2:
        let end = min(bytes.count, place + Int.random(in: 1...80, using: &generator))
        bytes.removeSubrange(place..<end)
      case 3:
        let end = min(bytes.count, place + Int.random(in: 1...80, using: &generator))
        bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
      default:
        let fragment = fragments.randomElement(using: &generator) ?? ""
        bytes.insert(contentsOf: Array(fragment.utf8), at: place)
      }
    }
    return bytes
  }

  @Test("no damage to a good file crashes, and all places named are in it", arguments: 0..<8)
  func damage(seed: Int) throws {
    var generator = Generator(state: UInt64(seed))
    let sources = try RepositoryFiles.sources(in: "examples")
    for round in 0..<5 {
      let damaged = sources.map { source in
        SourceFile(path: source.path, bytes: Self.mutate(source.bytes, using: &generator))
      }
      let report = load(damaged).report
      for finding in report.findings.diagnostics {
        let file = try #require(damaged.first { $0.path == finding.span.file })
        #expect(
          finding.span.start.line <= file.lineCount && finding.span.start <= finding.span.end,
          "seed \(seed) round \(round): \(finding.span) \(finding.message)")
      }
      for format in DiagnosticFormat.allCases { _ = report.rendered(as: format, colour: true) }
    }
  }
}
