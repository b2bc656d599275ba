import ArgumentParser
import ClusterModel
import Documents
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

  private static let review = ResourceType(
    group: "authorization.k8s.io", plural: "selfsubjectaccessreviews",
    kind: "SelfSubjectAccessReview", isNamespaced: false)

  @OptionGroup var plans: PlanOptions
  @OptionGroup var cluster: ClusterOptions
  @OptionGroup var colour: ColourOptions

  func run() async throws {
    let console = colour.console
    let workspace = try plans.workspace()
    try workspace.requireValid(console)
    let connection = try await cluster.connect()
    let permissions = try await workspace.permissions(on: connection)
    var missing = 0
    for permission in permissions where try await !Self.isGranted(permission, on: connection) {
      console.write("may not \(permission)\n")
      missing += 1
    }
    guard missing == 0 else {
      throw CommandFailure(
        .preflightFailed, "\(missing) of \(permissions.count) permissions are missing",
        hint: "`oadp-plan rbac generate` writes Roles that grant them")
    }
    console.talk("All \(permissions.count) permissions are granted\n")
  }

  private static func isGranted(
    _ permission: Permission, on connection: ClusterConnection
  ) async throws(CommandFailure) -> Bool {
    let parts = permission.resource.split(separator: "/", maxSplits: 1).map(String.init)
    var attributes: JSONValue = [
      "verb": .string(permission.verb.rawValue), "group": .string(permission.group),
      "resource": .string(parts[0]),
    ]
    if parts.count > 1 { attributes["subresource"] = .string(parts[1]) }
    if let namespace = permission.namespace { attributes["namespace"] = .string(namespace) }
    if let name = permission.names.first { attributes["name"] = .string(name) }
    do {
      let answer = try await connection.cluster.create(
        [
          "apiVersion": .string(review.apiVersion), "kind": .string(review.kind),
          "spec": ["resourceAttributes": attributes],
        ], as: review)
      return answer["status", "allowed"]?.boolValue ?? false
    } catch {
      throw CommandFailure(.preflightFailed, "The cluster does not say what is allowed: \(error)")
    }
  }
}
