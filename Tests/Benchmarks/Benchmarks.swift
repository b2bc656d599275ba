import Glibc

/// Measures one thing, once, in a process of its own, and prints what it took as `name value`
/// pairs on one line; `scripts/bench-executor.sh` and `bench-planner.sh` make tables of them.
@main enum Benchmarks {
  static func main() async throws {
    let arguments = CommandLine.arguments.dropFirst()
    let numbers = arguments.dropFirst().compactMap { Int($0) }
    switch (arguments.first, numbers.count) {
    case ("executor", 2):
      guard let folder = arguments.last, Int(folder) == nil else { break }
      let benchmark = ExecutorBenchmark(nodes: numbers[0], parallelism: numbers[1], folder: folder)
      return print(try await benchmark.measure())
    case ("planner", 4):
      let project = SyntheticProject(
        plans: numbers[0], claims: numbers[1], points: numbers[2], kept: numbers[3])
      return print(try project.measure())
    default: break
    }
    print(
      "usage: Benchmarks executor NODES PARALLELISM FOLDER | planner PLANS CLAIMS POINTS KEPT")
    exit(64)
  }
}
