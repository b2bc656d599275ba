import ProtectionModel
import Testing

@Suite("Values in plan files") struct ValueTests {
  @Test(
    "a duration reads as it is written",
    arguments: [
      ("90s", Duration.seconds(90), "1m30s"), ("15m", .seconds(900), "15m"),
      ("1h30m", .seconds(5400), "1h30m"), ("14d", .seconds(14 * 86_400), "14d"),
      ("2w", .seconds(14 * 86_400), "14d"), ("500ms", .milliseconds(500), "500ms"),
      ("0s", .zero, "0s"),
    ])
  func durations(text: String, expected: Duration, shown: String) {
    #expect(Duration(planText: text) == expected)
    #expect(expected.planText == shown)
  }

  @Test(
    "what is no duration is refused",
    arguments: [
      "", "1", "s", "1 h", "1h 30m", "30m1h", "1h1h", "-1h", "1.5h", "1y", "99999999999d",
    ]
  )
  func badDurations(text: String) { #expect(Duration(planText: text) == nil) }

  @Test(
    "a size reads as Kubernetes spells it",
    arguments: [
      ("20Gi", 20 << 30, "20Gi"), ("512Mi", 512 << 20, "512Mi"), ("400MiB", 400 << 20, "400Mi"),
      ("1.5Gi", 3 << 29, "1536Mi"), ("10G", 10_000_000_000, "9765625Ki"), ("7", 7, "7"),
    ])
  func sizes(text: String, bytes: Int64, shown: String) {
    #expect(ByteSize(text)?.bytes == bytes)
    #expect(ByteSize(bytes: bytes).description == shown)
  }

  @Test(
    "what is no size is refused", arguments: ["", "Gi", "-1Gi", "1 Gi", "1gi", "1..5Gi", "9Ei9"])
  func badSizes(text: String) { #expect(ByteSize(text) == nil) }

  @Test(
    "a star stands for any text",
    arguments: [
      ("data-*", "data-postgres-0", true), ("data-*", "wal-0", false), ("*", "", true),
      ("a*b*c", "aXbYc", true), ("a*b*c", "acb", false), ("data", "data", true),
      ("da", "data", false), ("*-0", "data-10", false),
    ])
  func globs(pattern: String, text: String, matches: Bool) {
    #expect(Glob.matches(pattern, text) == matches)
  }

  @Test(
    "two patterns overlap when some text fits both",
    arguments: [
      ("data-*", "*-0", true), ("data-*", "wal-*", false), ("a*", "*b", true),
      ("data-postgres-0", "data-*", true), ("a", "b", false), ("*", "*", true),
      ("a*c", "ab*", true), ("x*a", "y*a", false), ("ab", "a*b*", true),
    ])
  func overlaps(left: String, right: String, overlap: Bool) {
    #expect(Glob.overlap(left, right) == overlap)
    #expect(Glob.overlap(right, left) == overlap)
  }

  @Test("consistency is a ladder")
  func ladder() {
    #expect(
      Consistency.allCases.sorted() == [.fuzzy, .volume, .bracketed, .group, .application])
  }
}
