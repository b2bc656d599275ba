import Foundation
import Testing

@Suite("Roles from plans, on a sandbox cluster") struct RBACTests {
  @Test("Roles are those of the plans, a cluster takes them, and is asked whether they are granted")
  func roles() throws {
    let sandbox = try Sandbox()
    let generated = try sandbox.run(
      "rbac", "generate", Shipped.plans.path, "--service-account", "ci/runner")
    #expect(generated.exit == 0, "\(generated.talk)")
    #expect(generated.output.contains("resources: [secrets], resourceNames: [restic-demo]"))
    #expect(!generated.output.contains("*"))
    for namespace in ["ci", "shop", "oadp-plan"] {
      _ = try sandbox.kubectl("create", "namespace", namespace)
    }
    let file = sandbox.scratch.folder.appending(path: "roles.yaml")
    try Data(generated.output.utf8).write(to: file)
    let applied = try sandbox.kubectl("apply", "-f", file.path)
    #expect(applied.split(separator: "\n").count == 7, "\(applied)")
    let roles = try sandbox.kubectl(
      "get", "role", "-A", "-o", "jsonpath={.items[*].metadata.namespace}")
    #expect(roles == "oadp-plan shop")
    // Everybody may do everything on a sandbox.
    let checked = try sandbox.run("rbac", "check", Shipped.plans.path)
    #expect(checked.exit == 0 && checked.talk.hasPrefix("All "), "\(checked.output)\(checked.talk)")
  }

  @Test("an account that is none is refused before the cluster is asked")
  func account() throws {
    let scratch = try Scratch()
    for account in ["runner", "ci/", "ci/run ner", "ci/a/b"] {
      let result = try Program.run(
        "rbac", "generate", "--service-account", account, in: scratch.folder)
      #expect(result.exit == 64, "\(account)")
    }
  }
}
