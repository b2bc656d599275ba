import RunTesting
import Runner
import Testing

@Suite("Backoff") struct BackoffTests {
  @Test(
    "each pause is between half and all of twice the one before, up to the longest",
    arguments: [(2, 500, 1000), (3, 1000, 2000), (4, 2000, 4000), (9, 30_000, 60_000)])
  func grows(attempt: Int, least: Int, most: Int) {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<100 {
      let delay = Backoff.standard.delay(before: attempt, using: &random)
      #expect(delay >= .milliseconds(least) && delay <= .milliseconds(most))
    }
  }
}
