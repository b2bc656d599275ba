import ArgumentParser
import Execution
import Planning

struct RBACGenerate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Write the Roles that a service account needs to run these plans.",
    discussion: """
      Writes a ServiceAccount, a ClusterRole, a Role for each namespace that is protected or has \
      movers, and their bindings, as YAML for review and `kubectl apply -f -`. They come from the \
      plans: what is captured, hooked, restored, and where. Movers themselves need no permission.

      What a restore makes in its target namespace is in the ClusterRole: a Role in that namespace \
      would be lost with it.
      """)

  @OptionGroup var plans: PlanOptions
  @OptionGroup var cluster: ClusterOptions
  @OptionGroup var account: AccountOption
  @OptionGroup var colour: ColourOptions

  func run() async throws {
    let console = colour.console
    let workspace = try plans.workspace()
    try workspace.requireValid(console)
    let permissions = try await workspace.permissions(on: try await cluster.connect())
    console.write(RoleManifests(permissions, to: account.parts).yaml)
  }
}
