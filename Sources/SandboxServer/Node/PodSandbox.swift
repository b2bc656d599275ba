import Glibc

/// The namespaces that a pod's containers share: network, IPC, host name, and the PID namespace
/// that holds those of the containers. Its init starts bubblewrap once more for each container.
///
/// When the server dies, init's socket ends, init ends, and the kernel ends the PID namespace with
/// every process in it.
struct PodSandbox: Sendable {
  let host: ProcessHost
  private let pid: pid_t

  /// What bubblewrap and init may say before they give up.
  static let complaintBytesMax = 4096

  init(hostName: String, sharesNetwork: Bool, node: NodeContext) throws {
    let (ours, theirs) = try Descriptor.messageSockets()
    let null = try Descriptor.open("/dev/null", O_RDWR)
    var arguments = [
      node.bubblewrap, "--unshare-user", "--uid", "0", "--gid", "0", "--unshare-pid",
      "--unshare-ipc", "--unshare-uts", "--hostname", hostName, "--dev-bind", "/", "/",
      "--cap-add", "ALL", "--as-pid-1",
    ]
    if !sharesNetwork { arguments.append("--unshare-net") }
    arguments += ["--", node.program, SandboxInit.command, "serve"]
    pid = try Spawn(
      path: node.bubblewrap, arguments: arguments, environment: [],
      files: [null, null, null, theirs]
    ).start()
    host = ProcessHost(socket: ours, reactor: node.reactor)
  }

  /// Serves the sandbox until everything in it is gone.
  func run() async {
    await host.run()
    let pid = pid
    _ = try? await onOwnThread {
      var status: Int32 = 0
      // Safety: waitpid writes one number.
      while unsafe waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    }
  }
}
