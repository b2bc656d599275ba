import ArgumentParser
import ClusterModel
import Documents
import Execution
import Kubernetes
import Ports

/// Which cluster a command works with.
struct ClusterOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Use this kubeconfig.", valueName: "file")) var kubeconfig: String?
  @Option(help: ArgumentHelp("Use this context of the kubeconfig.", valueName: "name"))
  var context: String?

  /// Reaches the cluster and learns which one it is.
  func connect() async throws(CommandFailure) -> ClusterConnection {
    let client = try client()
    let system: String?
    do {
      system = try await client.get(ObjectReference(.namespace, name: "kube-system"))?[
        "metadata", "uid"]?.stringValue
    } catch {
      throw CommandFailure(
        .preflightFailed, error.message, hint: "is the cluster up, and is this the right context?")
    }
    return ClusterConnection(
      cluster: client, store: EngineStore(cluster: client),
      name: client.configuration.context ?? "in-cluster", uid: system ?? "")
  }

  /// The cluster's client; nothing is asked of the cluster yet.
  func client() throws(CommandFailure) -> KubernetesClient {
    let configuration: ClientConfiguration
    do {
      configuration = try ClientConfiguration.load(kubeconfig: kubeconfig, context: context)
    } catch {
      throw CommandFailure(
        .preflightFailed, "\(error)", hint: "name a kubeconfig with --kubeconfig or KUBECONFIG")
    }
    return KubernetesClient(configuration, userAgent: "\(Tool.name)/\(Tool.version)")
  }
}

/// A cluster that answers, and the repositories that its Secrets open.
struct ClusterConnection: Sendable {
  let cluster: any ClusterAccess
  let store: EngineStore
  /// What the user calls the cluster.
  let name: String
  /// The uid of its namespace `kube-system`.
  let uid: String
}
