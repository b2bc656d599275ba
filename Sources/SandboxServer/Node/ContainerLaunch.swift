import Documents
import Glibc

/// How to start one container: what bubblewrap mounts, and what runs in it.
struct ContainerLaunch: Sendable {
  let sandboxArguments: [String]
  let command: InitRequest.Command

  init(
    _ container: ContainerSpec, pod: PodSpec, volumes: PodVolumes,
    prepared: [String: PodVolumes.Volume], references: References, node: NodeContext
  ) async throws {
    let (user, group) = pod.user(of: container)
    if pod.mustNotBeRoot(container), user == 0 {
      throw ContainerConfigError(
        message: "container has runAsNonRoot and image will run as root")
    }
    let words = container.value["command"]?.strings ?? []
    guard !words.isEmpty else {
      throw ContainerConfigError(
        reason: "CreateContainerError",
        message: "no command specified: every image is the host's root here and has none of its own"
      )
    }
    let accounts = try Accounts(
      user: user, group: group, hostName: pod.hostName,
      directory: volumes.directory + "/etc/" + container.name)
    var values = [
      "PATH": Executable.defaultPath, "HOSTNAME": pod.hostName, "HOME": accounts.home,
    ]
    values.merge(try await references.environment(of: container)) { _, own in own }
    let mounts = try volumes.mounts(of: container, from: prepared, environment: values)
    let root = try SandboxRoot(
      mounts: mounts + accounts.mounts + [
        .init(source: node.program, target: SandboxInit.path, isReadOnly: true)
      ], hidden: [node.directory])
    var arguments = [
      node.bubblewrap, "--unshare-user", "--uid", String(user), "--gid", String(group),
      "--unshare-pid", "--die-with-parent", "--as-pid-1",
    ]
    if user == 0 {
      for capability in ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER"] {
        arguments += ["--cap-add", capability]
      }
    }
    arguments += root.arguments
    sandboxArguments = arguments + ["--", SandboxInit.path, SandboxInit.command, "serve"]
    let extra = container.value["args"]?.strings ?? []
    command = InitRequest.Command(
      arguments: (words + extra).map { expanded($0, with: values) },
      environment: values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" },
      directory: container.value["workingDir"]?.stringValue ?? "/", terminal: false)
  }
}

/// The account files of a container: the host's, with an entry for the container's user.
private struct Accounts {
  let mounts: [SandboxRoot.Mount]
  private(set) var home = "/"

  init(user: Int64, group: Int64, hostName: String, directory: String) throws {
    try Files.makeDirectories(directory)
    func lines(_ path: String) -> [Substring] {
      let bytes = (try? Files.read(path, atMost: 1 << 20)) ?? []
      return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    }
    func field(_ index: Int, _ line: Substring) -> Substring? {
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      return fields.indices.contains(index) ? fields[index] : nil
    }
    var users = lines("/etc/passwd")
    if let entry = users.first(where: { field(2, $0) == String(user)[...] }) {
      home = field(5, entry).map(String.init) ?? "/"
    } else {
      users.append("user\(user):x:\(user):\(group)::/:/bin/sh")
    }
    var groups = lines("/etc/group")
    if !groups.contains(where: { field(2, $0) == String(group)[...] }) {
      groups.append("group\(group):x:\(group):")
    }
    let hosts = ["127.0.0.1 localhost \(hostName)", "::1 localhost"]
    var mounts: [SandboxRoot.Mount] = []
    for (name, text) in [("passwd", users), ("group", groups), ("hosts", hosts.map { $0[...] })] {
      guard Files.exists("/etc/\(name)") else { continue }
      let path = "\(directory)/\(name)"
      try Files.write(Array((text.joined(separator: "\n") + "\n").utf8), to: path, mode: 0o644)
      mounts.append(.init(source: path, target: "/etc/\(name)", isReadOnly: true))
    }
    self.mounts = mounts
  }
}
