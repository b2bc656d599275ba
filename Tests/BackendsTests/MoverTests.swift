import ClusterModel
import Documents
import Execution
import Planning
import SimulatedCluster
import Testing

@testable import Backends

@Suite("Movers") struct MoverTests {
  static func copy(isEmptyAllowed: Bool = false, volumeMode: String = "Filesystem") -> Action {
    .copyVolume(
      CopyVolume(
        volume: "data", claim: ObjectReference(.claim, namespace: "movers", name: "view"),
        volumeMode: volumeMode, jobName: "copy-1", repository: Scene.repository,
        tags: ["oadp-plan", "point=p1"],
        isEmptyAllowed: isEmptyAllowed))
  }

  static func scene(log: String, exitCode: Int64 = 0) async throws -> Scene {
    let scene = try await Scene()
    try await scene.make([
      "apiVersion": "v1", "kind": "PersistentVolumeClaim",
      "metadata": ["name": "view", "namespace": "movers"],
      "spec": [
        "accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": "1Gi"]],
      ],
    ])
    await scene.cluster.setFate { _ in .ends(after: .seconds(2), exitCode: exitCode) }
    await scene.cluster.setLog(log, ofPodsNamed: "copy-1")
    return scene
  }

  static let restored = #"{"message_type":"summary","files_restored":1,"bytes_restored":64}"# + "\n"

  static let account = """
    {"message_type":"status","percent_done":0.5}
    {"data_added":512,"message_type":"summary","snapshot_id":"abc","total_bytes_processed":2048,\
    "total_files_processed":3}
    """

  @Test("a copy's result is the mover's own account")
  func account() async throws {
    let scene = try await Self.scene(log: Self.account)
    #expect(
      try await scene.perform(Self.copy())
        == ["snapshotID": "abc", "files": 3, "bytesProcessed": 2048, "bytesAdded": 512])
  }

  @Test("a mover is told its share of the bandwidth, in restic's words")
  func bandwidth() async throws {
    let scene = try await Self.scene(log: Self.account)
    let backend = NativeBackend(
      cluster: scene.cluster, store: scene.store,
      settings: NativeBackend.Settings(
        moverImage: "mover:1",
        cluster: ClusterIdentity(name: "test", uid: "c-1", serverVersion: "v1.36.0"),
        moverBytesPerSecond: 10 << 20),
      graph: ExecutionGraph(), clock: VirtualClock(time: scene.time, cluster: scene.cluster))
    try await scene.perform(Self.copy(), by: backend)
    let job = try #require(await scene.cluster.all(.job).first)
    let containers = job["spec", "template", "spec", "containers"]?.arrayValue
    let words = containers?.first?["command"]?.arrayValue?.compactMap(\.stringValue) ?? []
    let index = try #require(words.firstIndex(of: "--limit-upload"))
    #expect(words[index + 1] == "10240")
  }

  @Test("a mover mounts what an object store asks for, and no value passes through its words")
  func objectStore() throws {
    var repository = Scene.repository
    repository.location = "s3:https://s3.example.net/points/gold"
    repository.access = StoreAccess(
      credentialsSecret: "s3-writer", authoritiesSecret: "s3-ca", authoritiesKey: "ca.crt",
      region: "eu2", isPathStyle: true)
    let job = MoverJob(
      name: "copy-1", repository: repository,
      claim: ObjectReference(.claim, namespace: "movers", name: "view"), isReadOnly: true,
      image: "mover:1", arguments: ["backup", "--json"], timeoutSeconds: 60
    ).object(labels: [:])
    let pod = try #require(job["spec", "template", "spec"])
    let container = try #require(pod["containers"]?.arrayValue?.first)
    let words = container["command"]?.arrayValue?.compactMap(\.stringValue) ?? []
    #expect(
      words.joined(separator: " ")
        == "oadp-plan mover backup --repository s3:https://s3.example.net/points/gold "
        + "--password-file /etc/oadp-plan/repository/password "
        + "--credentials /etc/oadp-plan/credentials --cacert /etc/oadp-plan/authorities/ca.crt "
        + "--region eu2 --path-style --json")
    #expect(container["env"] == nil)
    let mounts = container["volumeMounts"]?.arrayValue ?? []
    #expect(
      mounts.map { $0["mountPath"]?.stringValue } == [
        "/volume", "/etc/oadp-plan/repository", "/etc/oadp-plan/credentials",
        "/etc/oadp-plan/authorities",
      ])
    #expect(mounts.allSatisfy { $0["readOnly"] == true })
    #expect(
      pod["volumes"]?.arrayValue?.map { $0["secret", "secretName"]?.stringValue }
        == [nil, "gold", "s3-writer", "s3-ca"])
  }

  @Test("a mover mounts a directory from where the node has it")
  func hostPath() throws {
    var repository = Scene.repository
    repository.hostPath = "/mnt/nfs/gold"
    let job = MoverJob(
      name: "copy-1", repository: repository,
      claim: ObjectReference(.claim, namespace: "movers", name: "view"), isReadOnly: true,
      image: "mover:1", arguments: ["backup"], timeoutSeconds: 60
    ).object(labels: [:])
    let pod = try #require(job["spec", "template", "spec"])
    let volume = try #require(pod["volumes"]?.arrayValue?.last)
    #expect(volume["hostPath", "path"] == "/mnt/nfs/gold")
    let mounts = pod["containers"]?.arrayValue?.first?["volumeMounts"]?.arrayValue
    #expect(mounts?.last?["mountPath"] == "/srv/gold")
  }

  @Test("a repeated copy adopts the Job that has ended")
  func adoption() async throws {
    let scene = try await Self.scene(log: Self.account)
    let first = try await scene.perform(Self.copy())
    let uids = await scene.cluster.all(.job).map(\.uid)
    #expect(try await scene.perform(Self.copy(), by: scene.restarted()) == first)
    #expect(await scene.cluster.all(.job).map(\.uid) == uids)
  }

  @Test("a mover that ends well without an account has failed")
  func silence() async throws {
    let scene = try await Self.scene(log: "no data will be restored\n")
    let failure = await scene.failure(Self.copy())
    #expect(
      failure
        == ActionFailure(
          .verification, "The mover ended well but gave no account of the copy of volume `data`",
          evidence: ["no data will be restored"]))
  }

  @Test("an account without a snapshot is none")
  func noSnapshot() async throws {
    let scene = try await Self.scene(
      log: #"{"message_type":"summary","snapshot_id":"","total_files_processed":3}"#)
    #expect(
      await scene.failure(Self.copy())?.message
        == "The mover of volume `data` names no snapshot")
  }

  @Test("a copy of no file has failed unless that is allowed")
  func emptiness() async throws {
    let scene = try await Self.scene(
      log: #"{"message_type":"summary","snapshot_id":"abc","total_files_processed":0}"#)
    let failure = await scene.failure(Self.copy())
    #expect(failure?.kind == .verification)
    #expect(failure?.message == "Volume `data` holds no file: nothing was protected")
    #expect(try await scene.perform(Self.copy(isEmptyAllowed: true))["snapshotID"] == "abc")
  }

  @Test("a failed mover tells its last words, and the next try replaces it")
  func failureThenSuccess() async throws {
    let scene = try await Self.scene(log: "repository is locked", exitCode: 1)
    let failure = await scene.failure(Self.copy())
    #expect(failure?.kind == .transient)
    #expect(failure?.message == "The mover failed that was to bring the copy of volume `data`")
    #expect(failure?.evidence.first == "repository is locked")
    await scene.cluster.setFate { _ in .ends(after: .zero, exitCode: 0) }
    await scene.cluster.setLog(Self.account, ofPodsNamed: "copy-1")
    #expect(try await scene.perform(Self.copy())["snapshotID"] == "abc")
  }

  @Test("a foreign Job of the mover's name is neither adopted nor replaced")
  func foreignJob() async throws {
    let scene = try await Self.scene(log: Self.account, exitCode: 1)
    try await scene.make([
      "apiVersion": "batch/v1", "kind": "Job",
      "metadata": ["name": "copy-1", "namespace": "movers"],
      "spec": [
        "backoffLimit": 0,
        "template": [
          "spec": [
            "restartPolicy": "Never", "containers": [["name": "main", "image": "other:1"]],
          ]
        ],
      ],
    ])
    try await scene.backend.clock.sleep(for: .seconds(10))
    let before = await scene.census([.job, .pod])
    #expect(
      await scene.failure(Self.copy())?.message
        == "Job movers/copy-1 exists already and was not made by this run")
    try await scene.perform(SnapshotTests.retract)
    #expect(await scene.census([.job, .pod]) == before)
  }

  @Test("a mover's Job gets the password as a file, never as a word")
  func job() async throws {
    let scene = try await Self.scene(log: Self.account)
    try await scene.perform(Self.copy())
    let job = try #require(await scene.cluster.all(.job).first)
    let container = try #require(job["spec", "template", "spec", "containers"]?[0])
    #expect(
      container["command"]?.strings == [
        "oadp-plan", "mover", "backup", "--repository", "/srv/gold", "--password-file",
        "/etc/oadp-plan/repository/password", "--json", "--host", "shop/pg", "--tag", "oadp-plan",
        "--tag", "point=p1", "--volume-path", "/data", "/volume",
      ])
    #expect(container["env"] == nil)
    #expect(container["volumeMounts"]?[0]?["readOnly"] == true)
    #expect(
      job.labels == [
        "app.kubernetes.io/managed-by": "oadp-plan",
        "oadp-plan.dev/run": "20261122T020000Z-5f3a09c1",
        "oadp-plan.dev/node": job.labels["oadp-plan.dev/node"] ?? "missing",
        "oadp-plan.dev/plan": "shop.pg",
      ])
  }

  @Test("a volume without a filesystem is a device of the mover, both ways")
  func block() async throws {
    let scene = try await Self.scene(log: Self.account)
    try await scene.perform(Self.copy(volumeMode: "Block"))
    let job = try #require(await scene.cluster.all(.job).first)
    let copying = try #require(job["spec", "template", "spec", "containers"]?[0])
    #expect(copying["command"]?.strings.suffix(3) == ["--block", "data", "/dev/volume"])
    #expect(copying["volumeDevices"] == [["name": "volume", "devicePath": "/dev/volume"]])
    let mounts = copying["volumeMounts"]?.arrayValue ?? []
    #expect(!mounts.isEmpty && mounts.allSatisfy { $0["name"] != "volume" })

    let back = try await Self.scene(log: Self.restored)
    try await back.perform(
      .fillVolume(
        FillVolume(
          volume: "data", claim: ObjectReference(.claim, namespace: "movers", name: "view"),
          volumeMode: "Block", jobName: "copy-1", repository: Scene.repository,
          snapshotID: "12ab")))
    let filling = try #require(
      await back.cluster.all(.job).first?["spec", "template", "spec", "containers"]?[0])
    #expect(filling["command"]?.strings.contains("--block") == true)
    #expect(filling["command"]?.strings.suffix(2) == ["--target", "/dev/volume"])
    #expect(filling["volumeDevices"] == copying["volumeDevices"])
  }
}
