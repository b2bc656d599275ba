/// What `Package.swift` says of targets, read from its text: its helpers' names are its language.
struct Manifest {
  /// The modules that each target of ours may import.
  let dependencies: [String: Set<String>]

  /// Understands `library("A", …)`, `module("A", ["B", …])`, `tests("A", [...])` and
  /// `.executableTarget(name: "A", dependencies: [...])`, `.target` alike.
  init(text: String) {
    var dependencies: [String: Set<String>] = [:]
    let targets = text.split(separator: "\n").drop { !$0.hasPrefix("  targets: [") }.dropFirst()
      .prefix { !$0.hasPrefix("  ]") }
      .filter { !$0.drop(while: { $0 == " " }).hasPrefix("//") }
      .joined(separator: " ")
    for call in targets.matches(
      of:
        /(\w*ibrary|module|tests|target|executableTarget)\(\s*(?:name: )?"([^"]+)"([^()]*)\)/
    ) {
      let kind = call.output.1
      let name = kind == "tests" ? "\(call.output.2)Tests" : String(call.output.2)
      let list = kind == "library" ? "" : call.output.3
      var names = Set(list.matches(of: /"([^"]+)"/).map { String($0.output.1) })
      for word in list.matches(of: /\b(argumentParser)\b/) {
        names.insert(word.output.1.prefix(1).uppercased() + word.output.1.dropFirst())
      }
      dependencies[name] = names
    }
    self.dependencies = dependencies
  }
}

/// Who may use whom, beyond what the manifest declares: the manifest itself is held to it.
enum Layers {
  /// Values in, values out.
  static let core: Set = [
    "Diagnostics", "Documents", "Schemas", "ProtectionModel", "ClusterModel", "Graphs", "Planning",
    "Execution", "RepositoryFormat",
  ]

  static let adapters: Set = ["YAML", "Git", "CurlTransport", "ObjectStores", "Kubernetes"]

  /// The only adapters that stand on another one, each with its reason.
  static let adapterEdges: Set = [
    "Kubernetes → CurlTransport",  // the API is spoken over HTTP
    "Kubernetes → YAML",  // a kubeconfig is YAML
    "ObjectStores → CurlTransport",  // S3 and REST stores are spoken over HTTP
  ]

  /// Runtime targets may use core, ports and each other, and the stores a repository lies in.
  static let runtime: Set = ["Ports", "Runner", "Backends", "RepositoryEngine"]
  static let runtimeEdges: Set = ["RepositoryEngine → ObjectStores"]

  /// Modules of the system that reach outside; core code has no business there.
  static let outside: Set = [
    "Foundation", "FoundationEssentials", "Glibc", "Musl", "Darwin", "Dispatch", "Synchronization",
    "Observation", "Distributed", "SystemPackage",
  ]

  /// Why `target` must not depend on `module`; `nil` where it may.
  static func objection(to module: String, in target: String) -> String? {
    let edge = "\(target) → \(module)"
    if core.contains(target), !core.contains(module) {
      return "Core target `\(target)` must not use `\(module)`"
    }
    if runtime.contains(target), adapters.contains(module), !runtimeEdges.contains(edge) {
      return "Runtime target `\(target)` reaches adapter `\(module)`: go through `Ports`"
    }
    if adapters.contains(target), adapters.contains(module), !adapterEdges.contains(edge) {
      return "Adapter `\(target)` must not use adapter `\(module)`"
    }
    if adapters.contains(target), runtime.contains(module), module != "Ports" {
      return "Adapter `\(target)` must not use the runtime's `\(module)`"
    }
    if module.hasPrefix("Simulated") || module.hasPrefix("Sandbox"),
      !["SandboxServer", "Commands"].contains(target), !target.hasSuffix("Tests")
    {
      return "`\(target)` must not know of the sandbox's `\(module)`"
    }
    if module == "Commands", target != "oadp-plan", !target.hasSuffix("Tests") {
      return "`\(target)` must not use the command line's `Commands`"
    }
    return nil
  }

  /// Every import of `file` that its target does not declare, or may not have.
  static func findings(in file: SourceFile, manifest: Manifest) -> [String] {
    guard let target = file.target, let declared = manifest.dependencies[target] else { return [] }
    return file.code.enumerated().compactMap { index, line in
      // `@x public import struct Module.Type` in all its lengths.
      var words = line.split(separator: " ")[...]
      while let word = words.first, word.hasPrefix("@") || accessLevels.contains(word) {
        words.removeFirst()
      }
      guard words.popFirst() == "import", let name = words.last else { return nil }
      let module = String(name.prefix { $0 != "." })
      if core.contains(target), outside.contains(module) {
        return file.finding(line: index, "Core target `\(target)` must not import `\(module)`")
      }
      let isOurs = manifest.dependencies.keys.contains(module)
      if isOurs, !declared.contains(module) {
        return file.finding(line: index, "`\(target)` imports `\(module)` undeclared")
      }
      return (isOurs && file.isSource ? objection(to: module, in: target) : nil)
        .map { file.finding(line: index, $0) }
    }
  }
}

private let accessLevels: Set<Substring> = [
  "public", "package", "internal", "private", "fileprivate",
]
