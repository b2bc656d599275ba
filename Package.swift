// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours is built with the same, strict settings.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(
  _ name: String, _ dependencies: [Target.Dependency], cases folders: [String] = []
) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: dependencies, exclude: folders, swiftSettings: settings)
}

func library(_ name: String, pkgConfig: String, apt package: String) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "oadp-plan",
  products: [.executable(name: "oadp-plan", targets: ["oadp-plan"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // System libraries.
    library("CLibYAML", pkgConfig: "yaml-0.1", apt: "libyaml-dev"),
    library("CLibCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
    library("CLibGit2", pkgConfig: "libgit2", apt: "libgit2-dev"),
    library("CLibZstd", pkgConfig: "libzstd", apt: "libzstd-dev"),
    library("CLibCrypto", pkgConfig: "libcrypto", apt: "libssl-dev"),
    .systemLibrary(name: "CLinux"),

    // Two SHA-256 digests at once, for which no library has a function; the one target in C.
    .target(name: "CDigest"),

    // Core: values in, values out; no I/O, no clock, no randomness, no environment, no unsafe.
    module("Diagnostics"),
    module("Documents", ["Diagnostics"]),
    module("Schemas", ["Documents", "Diagnostics"]),
    module("ProtectionModel", ["Schemas", "Documents", "Diagnostics"]),
    module("ClusterModel", ["Documents"]),
    module("Graphs"),
    module("Planning", ["ProtectionModel", "ClusterModel", "Graphs", "Documents", "Diagnostics"]),
    module("Execution", ["Planning", "Graphs", "Documents"]),
    module("RepositoryFormat", ["Documents"]),

    // Runtime: the async shell, over ports.
    module("Ports", ["Documents", "ClusterModel"]),
    module("Runner", ["Execution", "Planning", "ClusterModel", "Ports", "Documents"]),
    module(
      "RepositoryEngine",
      [
        "RepositoryFormat", "ObjectStores", "Documents", "CLibZstd", "CLibCrypto", "CLinux",
        "CDigest",
      ]),

    // Backends: how each action is done, over the ports.
    module("Backends", ["Runner", "Execution", "Planning", "ClusterModel", "Ports", "Documents"]),

    // Adapters: one outside thing each.
    module("YAML", ["Documents", "Diagnostics", "CLibYAML"]),
    module("Git", ["CLibGit2"]),
    module("CurlTransport", ["CLibCurl"]),
    module("ObjectStores", ["CurlTransport", "Documents", "CLibCrypto"]),
    module(
      "Kubernetes",
      ["CurlTransport", "Ports", "ClusterModel", "Documents", "YAML", "Diagnostics"]),

    // Sandbox: Kubernetes on one machine, first as a value, then over HTTP with real processes.
    module("SimulatedCluster", ["Documents"]),
    module("SandboxServer", ["SimulatedCluster", "Documents", "CLinux"]),

    // The command line.
    module(
      "Commands",
      [
        "Diagnostics", "Documents", "YAML", "Schemas", "ProtectionModel", "ClusterModel", "Graphs",
        "Planning", "Execution", "Ports", "Runner", "Backends", "RepositoryEngine",
        "RepositoryFormat", "ObjectStores",
        "Git", "Kubernetes", "CurlTransport", "SandboxServer", argumentParser,
      ]),
    .executableTarget(
      name: "oadp-plan", dependencies: ["Commands", argumentParser], swiftSettings: settings),

    tests("Diagnostics", ["Diagnostics"]),
    tests("Documents", ["Documents", "Diagnostics"]),
    tests("YAML", ["YAML", "Documents", "Diagnostics"]),
    tests("Schemas", ["Schemas", "Documents", "Diagnostics", "YAML"]),
    tests(
      "ProtectionModel", ["ProtectionModel", "Documents", "Diagnostics", "Schemas", "YAML"],
      cases: ["Broken"]),
    tests("Graphs", ["Graphs"]),
    tests(
      "Planning",
      ["Planning", "ProtectionModel", "ClusterModel", "Graphs", "Documents", "Diagnostics"],
      cases: ["Golden"]),
    .target(
      name: "RunTesting", dependencies: ["Planning", "ClusterModel", "Documents"],
      path: "Tests/RunTesting",
      swiftSettings: settings),
    tests("Execution", ["Execution", "RunTesting", "Planning", "Documents"]),
    tests(
      "Runner",
      ["Runner", "RunTesting", "Execution", "Planning", "Ports", "Documents", "ClusterModel"]),
    tests(
      "Backends",
      [
        "Backends", "Runner", "RunTesting", "Execution", "Planning", "ClusterModel", "Ports",
        "Documents", "SimulatedCluster",
      ]),
    .target(
      name: "SimulationKit",
      dependencies: [
        "RunTesting", "Runner", "Backends", "Execution", "Planning", "ProtectionModel", "Ports",
        "ClusterModel", "Documents", "Diagnostics", "SimulatedCluster",
      ], path: "Tests/SimulationKit", swiftSettings: settings),
    .executableTarget(
      name: "Simulator",
      dependencies: ["SimulationKit", "Runner", "Execution", "Planning", argumentParser],
      path: "Tests/Simulator", swiftSettings: settings),
    tests("Simulation", ["SimulationKit", "Execution", "Planning"], cases: ["Mutants"]),
    tests("RepositoryFormat", ["RepositoryFormat", "Documents"]),
    tests(
      "RepositoryEngine", ["RepositoryEngine", "RepositoryFormat", "ObjectStores", "Documents"]),
    tests(
      "ObjectStores",
      ["ObjectStores", "CurlTransport", "ScriptedServer", "RepositoryEngine", "RepositoryFormat"]),
    tests("Git", ["Git"]),
    .target(
      name: "ScriptedServer", dependencies: ["CurlTransport"], path: "Tests/ScriptedServer",
      swiftSettings: settings),
    tests("CurlTransport", ["CurlTransport", "ScriptedServer"]),
    tests(
      "Kubernetes",
      [
        "Kubernetes", "CurlTransport", "Ports", "ClusterModel", "Documents", "SandboxServer",
        "SandboxNode", "ScriptedServer",
      ], cases: ["Recordings"]),
    tests("SimulatedCluster", ["SimulatedCluster", "Documents"]),
    .executableTarget(
      name: "SandboxNode", dependencies: ["SandboxServer"], path: "Tests/SandboxNode",
      swiftSettings: settings),
    tests(
      "SandboxServer",
      ["SandboxServer", "SandboxNode", "CLinux", "SimulatedCluster", "Documents"]),
    tests(
      "Command",
      [
        "oadp-plan", "Commands", "Execution", "Planning", "Ports", "ClusterModel", "ObjectStores",
        "Diagnostics", "Documents",
      ]),
    tests("Tidy", []),
    .executableTarget(
      name: "Fuzzer", dependencies: ["RepositoryEngine", "RepositoryFormat"], path: "Tests/Fuzzer",
      exclude: ["Seeds"], swiftSettings: settings),
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "Runner", "Execution", "Planning", "ProtectionModel", "ClusterModel", "Documents",
        "Diagnostics", "RepositoryEngine", "RepositoryFormat",
      ],
      path: "Tests/Benchmarks", swiftSettings: settings),
  ]
)

// libFuzzer brings its own `main`: where it is not asked for, this cannot be linked.
if Context.environment["OADP_FUZZ"] == nil {
  package.targets.removeAll { $0.name == "Fuzzer" }
}

// `OADP_ONLY=GitTests swift test` builds the named targets and what they need, nothing else:
// `swift test` has no such choice of its own and would build every test target first.
if let only = Context.environment["OADP_ONLY"] {
  var wanted = Set(only.split(separator: ",").map(String.init))
  var found = 0
  while found < wanted.count {
    found = wanted.count
    for target in package.targets where wanted.contains(target.name) {
      for case .byNameItem(let name, _) in target.dependencies { wanted.insert(name) }
    }
  }
  package.targets.removeAll { !wanted.contains($0.name) }
  package.products.removeAll()
}
