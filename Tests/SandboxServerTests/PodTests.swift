import Testing

@testable import SandboxServer

private let web = """
  apiVersion: v1
  kind: Pod
  metadata: {name: web, labels: {app: web}}
  spec:
    terminationGracePeriodSeconds: 3
    volumes: [{name: data, emptyDir: {}}]
    containers:
    - name: main
      image: anything
      command: [sh, -c, 'echo hello from $(POD); echo oops >&2; exec sleep 1000']
      env: [{name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]
      volumeMounts: [{name: data, mountPath: /made/up/path}]
  """

@Suite("Pods under stock kubectl", .serialized) struct PodTests {
  @Test("a pod runs, logs, executes commands and goes")
  func life() async throws {
    try await Harness.run { sandbox in
      try await sandbox.apply(web)
      try await sandbox.waitReady("web")
      // A pod is ready before its first words have arrived.
      try await sandbox.eventually("the log of web") {
        try await sandbox.must("logs", "web") == "hello from web\noops\n"
      }
      #expect(try await sandbox.must("logs", "web", "--tail=1") == "oops\n")
      #expect(try await sandbox.must("exec", "web", "--", "hostname") == "web\n")
      #expect(
        try await sandbox.must("exec", "-i", "web", "--", "cat", input: "a\nb\n") == "a\nb\n")
      #expect(try await sandbox.kubectl("exec", "web", "--", "sh", "-c", "exit 3").code == 3)
      let missing = try await sandbox.kubectl("exec", "web", "--", "no-such-program")
      #expect(missing.code != 0)
      #expect(missing.error.contains("executable file not found in $PATH"))
      let outside = try await sandbox.kubectl("exec", "web", "--", "touch", "/usr/x", "/made/x")
      #expect(outside.error.contains("Read-only file system"))
      try await sandbox.must("exec", "web", "--", "touch", "/made/up/path/x")
      let described = try await sandbox.must("describe", "pod", "web")
      for text in ["Successfully assigned default/web", "Started container main", "PodScheduled"] {
        #expect(described.contains(text))
      }
      try await sandbox.must("delete", "pod", "web")
      #expect(try sandbox.names(in: "pods") == [])
      #expect(try sandbox.names(in: "logs") == [])
    }
  }

  @Test("files travel by kubectl cp, both ways, unchanged")
  func copies() async throws {
    try await Harness.run { sandbox in
      try await sandbox.apply(web)
      try await sandbox.waitReady("web")
      let path = sandbox.launcher.directory.path + "-file"
      defer { for end in ["", "2"] { try? Files.removeTree(path + end) } }
      let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
      try Files.write(bytes, to: path)
      try await sandbox.must("cp", path, "web:/made/up/path/file")
      try await sandbox.must("cp", "web:/made/up/path/file", path + "2")
      #expect(try Files.read(path + "2") == bytes)
    }
  }

  @Test("a container that fails is run again, with its last log at hand")
  func restarts() async throws {
    try await Harness.run { sandbox in
      try await sandbox.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: flaky}
        spec:
          volumes: [{name: data, emptyDir: {}}]
          containers:
          - name: main
            image: x
            command:
            - sh
            - -c
            - |
              if test -e /data/x; then echo second; sleep 1000; fi
              echo first; touch /data/x; exit 7
            volumeMounts: [{name: data, mountPath: /data}]
        """)
      try await sandbox.eventually("the second run") {
        try await sandbox.must(
          "get", "pod", "flaky", "-o",
          "jsonpath={.status.containerStatuses[0].restartCount} "
            + "{.status.containerStatuses[0].lastState.terminated.exitCode} "
            + "{.status.containerStatuses[0].ready}") == "1 7 true"
      }
      #expect(try await sandbox.must("logs", "flaky") == "second\n")
      #expect(try await sandbox.must("logs", "flaky", "--previous") == "first\n")
    }
  }

  @Test("what cannot be started says why and waits for it")
  func waitsForSecret() async throws {
    try await Harness.run { sandbox in
      try await sandbox.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: needy}
        spec:
          volumes:
          - name: config
            configMap: {name: config, items: [{key: a, path: deep/a, mode: 256}]}
          containers:
          - name: main
            image: x
            command:
            - sh
            - -c
            - echo "$PASSWORD"; stat -c %a /config/deep/a; cat /config/deep/a; echo; sleep 1000
            env: [{name: PASSWORD, valueFrom: {secretKeyRef: {name: login, key: password}}}]
            volumeMounts: [{name: config, mountPath: /config}]
          - {name: empty, image: x}
        """)
      func reason(_ container: String) async throws -> String {
        try await sandbox.must(
          "get", "pod", "needy", "-o",
          "jsonpath={.status.containerStatuses[?(@.name==\"\(container)\")].state.waiting.reason}")
      }
      #expect(try await reason("main") == "ContainerCreating")
      try await sandbox.must("create", "configmap", "config", "--from-literal=a=1")
      try await sandbox.eventually("the reason of main") {
        try await reason("main") == "CreateContainerConfigError"
      }
      try await sandbox.eventually("the reason of empty") {
        try await reason("empty") == "CreateContainerError"
      }
      try await sandbox.must("create", "secret", "generic", "login", "--from-literal=password=pw")
      try await sandbox.eventually("the log") {
        try await sandbox.kubectl("logs", "needy", "-c", "main").out == "pw\n400\n1\n"
      }
    }
  }
}
