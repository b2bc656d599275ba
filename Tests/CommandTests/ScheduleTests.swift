import Foundation
import Testing

@Suite("CronJobs from plans") struct ScheduleTests {
  @Test("a cluster takes them, and their plans have their files' content")
  func applied() throws {
    let sandbox = try Sandbox()
    let generated = try sandbox.run(
      "schedule", "generate", Shipped.plans.path, "--image", "registry.example/oadp-plan:1")
    #expect(generated.exit == 0, "\(generated.talk)")
    _ = try sandbox.kubectl("create", "namespace", "oadp-plan")
    let file = sandbox.scratch.folder.appending(path: "schedule.yaml")
    try Data(generated.output.utf8).write(to: file)
    let applied = try sandbox.kubectl("apply", "-f", file.path)
    #expect(applied.contains("cronjob.batch/oadp-plan-gold created"), "\(applied)")
    let schedule = try sandbox.kubectl(
      "get", "cronjob", "-n", "oadp-plan", "oadp-plan-gold", "-o",
      "jsonpath={.spec.schedule} {.spec.timeZone} {.spec.concurrencyPolicy}")
    #expect(schedule == "0 * * * * UTC Forbid")
    let kept = try sandbox.kubectl(
      "get", "configmap", "-n", "oadp-plan", "oadp-plan-plans", "-o", "json")
    let map = try #require(
      try JSONSerialization.jsonObject(with: Data(kept.utf8)) as? [String: Any])
    let data = try #require(map["data"] as? [String: String])
    let project = try String(
      contentsOf: Shipped.plans.appending(path: "project.yaml"), encoding: .utf8)
    #expect(data["1-project.yaml"] == project)
    #expect(data.count == 4)
  }

  @Test("deploy/cluster holds what the generators write for the plans beside it, and is whole")
  func deployed() throws {
    let sandbox = try Sandbox()
    let folder = Shipped.plans.deletingLastPathComponent().appending(path: "deploy/cluster")
    for generator in ["rbac", "schedule"] {
      let generated = try sandbox.run(generator, "generate", Shipped.plans.path)
      let file = folder.appending(path: "\(generator).yaml")
      let kept = try String(contentsOf: file, encoding: .utf8)
      #expect(generated.output == kept, "write deploy/cluster/\(generator).yaml anew")
    }
    _ = try sandbox.kubectl("create", "namespace", "shop")
    let applied = try sandbox.kubectl("apply", "-k", folder.path)
    #expect(applied.contains("cronjob.batch/oadp-plan-gold created"), "\(applied)")
  }

  @Test("maintenance has a CronJob of its own, with the repository's Secret and no account")
  func maintenance() throws {
    let scratch = try Scratch()
    let folder = scratch.folder.appending(path: "plans")
    try FileManager.default.copyItem(at: Shipped.plans, to: folder)
    let project = folder.appending(path: "project.yaml")
    let text = try String(contentsOf: project, encoding: .utf8).replacing(
      "  mode: CreateOrOpen\n",
      with: "  mode: CreateOrOpen\n  maintenance: {schedule: \"30 3 * * 0\", window: 4h}\n")
    try Data(text.utf8).write(to: project)
    let result = try Program.run("schedule", "generate", folder.path, in: scratch.folder)
    #expect(result.exit == 0, "\(result.talk)")
    let jobs = result.output.components(separatedBy: "---\n")
    let job = try #require(jobs.first { $0.contains("name: oadp-plan-maintain-restic-demo") })
    #expect(job.contains("schedule: \"30 3 * * 0\"\n"))
    #expect(job.contains("startingDeadlineSeconds: 14400\n"))
    #expect(job.contains("secretName: restic-demo\n"))
    #expect(job.contains("automountServiceAccountToken: false\n"))
    #expect(!job.contains("serviceAccountName"))
  }

  @Test("plans without a schedule are told, and none at all is an error")
  func unscheduled() throws {
    let scratch = try Scratch()
    let folder = scratch.folder.appending(path: "plans")
    try FileManager.default.copyItem(at: Shipped.plans, to: folder)
    let project = folder.appending(path: "project.yaml")
    let text = try String(contentsOf: project, encoding: .utf8).replacing(
      "  schedule: {cron: \"0 * * * *\"}\n", with: "")
    try Data(text.utf8).write(to: project)
    let result = try Program.run("schedule", "generate", folder.path, in: scratch.folder)
    #expect(result.exit == 1)
    #expect(result.talk.contains("note: shop/pg has no schedule"))
    #expect(result.output.isEmpty)
  }
}
