import ArgumentParser
import Execution
import Planning
import Ports

struct RBACCheck: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Ask the cluster whether you may do what runs of these plans do.",
    discussion: """
      Asks for each permission, as `kubectl auth can-i` does, and lists those that are missing. \
      Exits with 14 where one is. Ask as somebody else with a kubeconfig that impersonates them.
      """)

  @OptionGroup var plans: PlanOptions
  @OptionGroup var cluster: ClusterOptions
  @OptionGroup var colour: ColourOptions

  func run() async throws {
    let console = colour.console
    let workspace = try plans.workspace()
    try workspace.requireValid(console)
    let connection = try await cluster.connect()
    let permissions = try await workspace.permissions(on: connection)
    let missing: [Permission]
    do throws(ClusterError) {
      missing = try await AccessReviews(cluster: connection.cluster).missing(of: permissions)
    } catch {
      throw CommandFailure(.preflightFailed, "The cluster does not say what is allowed: \(error)")
    }
    for permission in missing { console.write("may not \(permission)\n") }
    guard missing.isEmpty else {
      throw CommandFailure(
        .preflightFailed, "\(missing.count) of \(permissions.count) permissions are missing",
        hint: "`oadp-plan rbac generate` writes Roles that grant them")
    }
    console.talk("All \(permissions.count) permissions are granted\n")
  }
}
