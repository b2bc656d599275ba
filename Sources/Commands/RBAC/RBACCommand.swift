import ArgumentParser
import Execution
import Planning
import Ports

struct RBACCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rbac",
    abstract: "Say what runs of these plans may do in the cluster, and no more.",
    subcommands: [RBACGenerate.self, RBACCheck.self])
}

extension Workspace {
  /// What runs of the plans ask of a cluster.
  func permissions(on connection: ClusterConnection) async throws(CommandFailure) -> [Permission] {
    do { return plans.permissions(resources: try await connection.cluster.resources()) } catch {
      throw CommandFailure(
        .preflightFailed, "The cluster does not say what it serves: \(error.message)")
    }
  }
}
