import Documents
import Foundation
import Testing

@Suite("What the doctor finds, on a sandbox cluster") struct DoctorTests {
  private static let password = "canary-3f9c1c1e"

  /// Plans for one claim in `shop`, copied to a repository in the sandbox's folder.
  private static func plans(in sandbox: Sandbox) throws {
    let repository = sandbox.scratch.folder.appending(path: "backup").path
    let plans = """
      apiVersion: oadp-plan.dev/v1alpha1
      kind: Project
      metadata: {name: demo}
      spec: {timezone: UTC}
      ---
      apiVersion: oadp-plan.dev/v1alpha1
      kind: StorageLocation
      metadata: {name: disk}
      spec: {type: Local, path: \(repository)}
      ---
      apiVersion: oadp-plan.dev/v1alpha1
      kind: Repository
      metadata: {name: gold}
      spec:
        locationRef: {name: disk}
        format: Restic
        mode: CreateOrOpen
        encryption: {passwordSecretRef: {namespace: movers, name: gold, key: password}}
      ---
      apiVersion: oadp-plan.dev/v1alpha1
      kind: ProtectionPolicy
      metadata: {name: gold}
      spec:
        objectives: {rpo: 1h}
        schedule: {cron: "0 * * * *"}
        copies: [{name: primary, repositoryRef: {name: gold}}]
        retention: {hourly: 24}
      ---
      apiVersion: oadp-plan.dev/v1alpha1
      kind: ProtectionPlan
      metadata: {name: files, namespace: shop}
      spec:
        policyRef: {name: gold}
        select: {claims: [{name: data}]}
        resources: {include: [ConfigMap]}
      """
    try write(plans, as: "plans.yaml", in: sandbox)
  }

  private static func write(_ text: String, as name: String, in sandbox: Sandbox) throws {
    try Data(text.utf8).write(to: sandbox.scratch.folder.appending(path: name))
  }

  private static func apply(_ text: String, in sandbox: Sandbox) throws {
    try write(text, as: "objects.yaml", in: sandbox)
    let file = sandbox.scratch.folder.appending(path: "objects.yaml").path
    _ = try sandbox.kubectl("apply", "-f", file)
    try FileManager.default.removeItem(atPath: file)
  }

  private static let objects = """
    apiVersion: v1
    kind: Namespace
    metadata: {name: shop}
    ---
    apiVersion: v1
    kind: Namespace
    metadata: {name: movers}
    ---
    apiVersion: v1
    kind: Secret
    metadata: {name: gold, namespace: movers}
    stringData: {password: \(password)}
    ---
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: {name: data, namespace: shop}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 64Mi}}}
    """

  private static func findings(_ result: Program.Result) throws -> [JSONValue] {
    try #require(try JSONValue(parsing: Array(result.output.utf8)).arrayValue, "\(result.talk)")
  }

  @Test("a cluster that has all is told so, in words and as JSON, and a store is left as it was")
  func healthy() throws {
    let sandbox = try Sandbox()
    try Self.plans(in: sandbox)
    try Self.apply(Self.objects, in: sandbox)
    _ = try sandbox.kubectl(
      "wait", "-n", "shop", "--for=jsonpath={.status.phase}=Bound", "pvc/data", "--timeout=30s")
    let repository = sandbox.scratch.folder.appending(path: "backup/gold").path
    let key = sandbox.scratch.folder.appending(path: "password")
    try Data(Self.password.utf8).write(to: key)
    try FileManager.default.createDirectory(
      atPath: repository, withIntermediateDirectories: true)
    let made = try sandbox.run(
      "repo", "init", "--repository", repository, "--password-file", key.path)
    #expect(made.exit == 0, "\(made.talk)")
    let before = try FileManager.default.subpathsOfDirectory(atPath: repository).sorted()

    let text = try sandbox.run("doctor", "plans.yaml")
    #expect(text.exit == 0, "\(text.output)\(text.talk)")
    #expect(text.output.contains("\n0 errors, "))
    for line in [
      "The server's clock agrees with this one's", "Opens; format version 2, 0 recovery",
    ] { #expect(text.output.contains(line), "\(line): \(text.output)") }
    let json = try sandbox.run("doctor", "plans.yaml", "-o", "json")
    let findings = try Self.findings(json)
    #expect(json.exit == 0)
    let steps = findings.first { $0["code"] == "OP3113" }?["evidence"]?.stringValue ?? ""
    let names = steps.split(separator: ",").compactMap { $0.split(separator: " ").first }
    #expect(names == ["list", "write", "read", "find", "write", "delete"], "\(steps)")

    let dry = try sandbox.run("doctor", "plans.yaml", "--no-writes", "-o", "json")
    #expect(
      try Self.findings(dry).contains { $0["evidence"] == "Writing was not tried: --no-writes" })
    let after = try FileManager.default.subpathsOfDirectory(atPath: repository).sorted()
    #expect(after == before)
    for result in [text, json, dry] {
      #expect(!(result.output + result.talk).contains(Self.password))
    }
  }

  @Test("what is broken is told all at once, each with its fix, and ends with 14")
  func broken() throws {
    let sandbox = try Sandbox()
    try Self.plans(in: sandbox)
    let broken =
      Self.objects.replacing(
        "{name: movers}",
        with: "{name: movers, labels: {pod-security.kubernetes.io/enforce: restricted}}"
      ).replacing("stringData: {password: \(Self.password)}", with: "stringData: {other: x}") + """

        ---
        apiVersion: v1
        kind: ResourceQuota
        metadata: {name: small, namespace: movers}
        spec: {hard: {requests.storage: 1Mi, count/jobs.batch: "0"}}
        ---
        apiVersion: v1
        kind: LimitRange
        metadata: {name: sizes, namespace: movers}
        spec: {limits: [{type: PersistentVolumeClaim, max: {storage: 32Mi}}]}
        """
    try Self.apply(broken, in: sandbox)
    _ = try sandbox.kubectl(
      "wait", "-n", "shop", "--for=jsonpath={.status.phase}=Bound", "pvc/data", "--timeout=30s")
    _ = try sandbox.kubectl("delete", "volumesnapshotclass", "--all")
    let result = try sandbox.run("doctor", "plans.yaml", "-o", "json", "-o", "text=report.txt")
    #expect(result.exit == 14, "\(result.talk)")
    let errors = try Self.findings(result).filter { $0["severity"] == "error" }
    let told = errors.compactMap { finding in
      finding["code"]?.stringValue.map { "\($0) \(finding["subject"]?.stringValue ?? "")" }
    }
    #expect(
      told == [
        "OP3002 shop/files", "OP3108 ResourceQuota movers/small",
        "OP3108 ResourceQuota movers/small", "OP3109 LimitRange movers/sizes",
        "OP3110 namespace movers", "OP3116 Secret movers/gold",
      ])
    #expect(errors.allSatisfy { $0["fix"]?.stringValue?.isEmpty == false })
    let report = try String(
      contentsOf: sandbox.scratch.folder.appending(path: "report.txt"), encoding: .utf8)
    #expect(report.contains("\n6 errors, "))
    #expect(report.contains("\n           fix: raise `requests.storage` by 63 MiB"))
  }

  @Test("without a cluster there is nothing to examine")
  func unreachable() throws {
    let scratch = try Scratch()
    try scratch.copy(Shipped.plans, as: "protection")
    let result = try Program.run("doctor", "protection", in: scratch.folder)
    #expect(result.exit == 14)
    #expect(result.output == "")
    let help = try Program.run("--help", in: scratch.folder)
    #expect(help.output.contains("doctor"))
  }
}
