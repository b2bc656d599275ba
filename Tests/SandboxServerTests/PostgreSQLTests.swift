import Testing

@testable import SandboxServer

/// The newest server's programs, as Debian lays them out.
private let tools =
  (15...30).reversed().map { "/usr/lib/postgresql/\($0)/bin" }
  .first { Files.isExecutable($0 + "/postgres") } ?? "/usr/lib/postgresql"

private let shop = """
  apiVersion: v1
  kind: Namespace
  metadata: {name: shop}
  ---
  apiVersion: apps/v1
  kind: StatefulSet
  metadata: {name: pg, namespace: shop}
  spec:
    serviceName: pg
    replicas: 1
    selector: {matchLabels: {app: pg}}
    template:
      metadata: {labels: {app: pg}}
      spec:
        terminationGracePeriodSeconds: 10
        securityContext: {runAsUser: 999, runAsGroup: 999, fsGroup: 999}
        initContainers:
        - name: initdb
          image: postgres
          command:
          - sh
          - -ec
          - |
            test -s /var/lib/postgresql/data/pg/PG_VERSION && exit 0
            \(tools)/initdb -D /var/lib/postgresql/data/pg -X /wal/pg_wal -U postgres -A trust
          volumeMounts: &mounts
          - {name: data, mountPath: /var/lib/postgresql/data}
          - {name: wal, mountPath: /wal}
        containers:
        - name: postgres
          image: postgres
          command:
          - sh
          - -ec
          - |
            chmod 0700 /var/lib/postgresql/data/pg
            exec \(tools)/postgres -D /var/lib/postgresql/data/pg -k /tmp
          readinessProbe:
            exec: {command: [\(tools)/pg_isready, -q, -h, /tmp, -U, postgres]}
            periodSeconds: 1
          volumeMounts: *mounts
    volumeClaimTemplates:
    - metadata: {name: data}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
    - metadata: {name: wal}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
  """

private let copy = """
  apiVersion: snapshot.storage.k8s.io/v1
  kind: VolumeSnapshot
  metadata: {name: cut, namespace: shop}
  spec: {source: {persistentVolumeClaimName: data-pg-0}}
  ---
  apiVersion: v1
  kind: PersistentVolumeClaim
  metadata: {name: copy, namespace: shop}
  spec:
    accessModes: [ReadWriteOnce]
    dataSource: {apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name: cut}
    resources: {requests: {storage: 1Gi}}
  ---
  apiVersion: v1
  kind: Pod
  metadata: {name: reader, namespace: shop}
  spec:
    restartPolicy: Never
    containers:
    - name: main
      image: x
      command: [cat, /data/pg/PG_VERSION]
      volumeMounts: [{name: data, mountPath: /data, readOnly: true}]
    volumes: [{name: data, persistentVolumeClaim: {claimName: copy}}]
  """

@Suite("PostgreSQL in the sandbox", .serialized) struct PostgreSQLTests {
  @Test("a StatefulSet runs PostgreSQL; its data outlives snapshots, restarts and kill -9")
  func life() async throws {
    try #require(
      Files.isExecutable(tools + "/postgres"), "PostgreSQL 15 or newer must be installed")
    try await Harness.run { sandbox in
      func query(_ sql: String) async throws -> String {
        try await sandbox.must(
          "exec", "-i", "pg-0", "-n", "shop", "-c", "postgres", "--", tools + "/psql", "-h", "/tmp",
          "-U", "postgres", "-At", input: sql)
      }
      try await sandbox.apply(shop)
      try await sandbox.must("rollout", "status", "sts/pg", "-n", "shop", "--timeout=50s")
      #expect(
        try await query("create table t as select generate_series(1, 1000) x;")
          == "SELECT 1000\n")

      try await sandbox.apply(copy)
      try await sandbox.must(
        "wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/reader", "-n", "shop",
        "--timeout=30s")
      #expect(try await sandbox.must("logs", "reader", "-n", "shop") == "15\n")

      _ = try await sandbox.launcher.down()
      _ = try await sandbox.launcher.up()
      try await sandbox.waitReady("pg-0", namespace: "shop")
      #expect(try await query("select sum(x) from t;") == "500500\n")
      #expect(try await sandbox.must("logs", "reader", "-n", "shop") == "15\n")
      let log = try await sandbox.must("logs", "pg-0", "-n", "shop", "-c", "postgres", "--previous")
      #expect(log.contains("database system is ready to accept connections"))

      try await sandbox.killServer()
      _ = try await sandbox.launcher.up()
      try await sandbox.waitReady("pg-0", namespace: "shop")
      #expect(try await query("select sum(x) from t;") == "500500\n")
      #expect(
        try await sandbox.must(
          "get", "pod", "pg-0", "-n", "shop", "-o",
          "jsonpath={.status.containerStatuses[0].restartCount}") == "2")

      try await sandbox.must("delete", "namespace", "shop")
      try await sandbox.eventually("an empty storage") {
        try sandbox.names(in: "volumes") == [] && sandbox.names(in: "snapshots") == []
          && sandbox.names(in: "pods") == []
      }
      #expect(try sandbox.processes() == [])
    }
  }

  @Test("a deployment scales up and down")
  func scales() async throws {
    try await Harness.run { sandbox in
      try await sandbox.apply(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: 1
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              terminationGracePeriodSeconds: 1
              containers: [{name: main, image: x, command: [sleep, "1000"]}]
        """)
      try await sandbox.must("scale", "deployment/web", "--replicas=3")
      try await sandbox.must("rollout", "status", "deployment/web", "--timeout=40s")
      #expect(try sandbox.names(in: "pods").count == 3)
      try await sandbox.must("scale", "deployment/web", "--replicas=0")
      try await sandbox.eventually("no pods") { try sandbox.names(in: "pods") == [] }
    }
  }
}
