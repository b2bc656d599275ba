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
  @Option(
    help: ArgumentHelp("Who runs the plans.", valueName: "namespace/name"))
  var serviceAccount = "oadp-plan/oadp-plan"
  @OptionGroup var colour: ColourOptions

  func validate() throws { _ = try account() }

  private func account() throws -> (namespace: String, name: String) {
    let parts = serviceAccount.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy(Self.isName) else {
      throw ValidationError("--service-account is a namespace and a name: oadp-plan/oadp-plan")
    }
    return (String(parts[0]), String(parts[1]))
  }

  /// Whether it may be the name of a namespace or an account: letters, digits, `-` and `.`.
  private static func isName(_ text: Substring) -> Bool {
    (1...253).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E
      }
  }

  func run() async throws {
    let console = colour.console
    let workspace = try plans.workspace()
    try workspace.requireValid(console)
    let permissions = try await workspace.permissions(on: try await cluster.connect())
    console.write(RoleManifests(permissions, to: try account()).yaml)
  }
}
