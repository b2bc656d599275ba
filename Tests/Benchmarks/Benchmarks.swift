import Glibc

/// Measures one thing, once, in a process of its own, and prints what it took as `name value`
/// pairs on one line; `scripts/bench-*.sh` make tables of them.
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
    case ("mover", 0):
      guard let output = arguments.dropFirst().first else { break }
      var paths: [String] = []
      while let path = readLine() { paths.append(path) }
      let benchmark = MoverBenchmark(paths: paths, output: output)
      return print(try benchmark.measure())
    default: break
    }
    print(
      "usage: Benchmarks executor NODES PARALLELISM FOLDER | planner PLANS CLAIMS POINTS KEPT"
        + " | mover OUTPUT <PATHS")
    exit(64)
  }
}
