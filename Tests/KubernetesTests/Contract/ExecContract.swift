import Documents
import Kubernetes
import Ports
import Testing

extension ClusterAccessContract {
  @Test("a command's output, errors and exit code come back", arguments: [0, 1, 42, 137])
  func exitCodes(code: Int) async throws {
    try await ContractSubject.run("exit-\(code)") { subject in
      let container = try await subject.runningPod("app")
      let session = try await subject.cluster.exec(
        ["sh", "-c", "echo out; echo err >&2; exit \(code)"], in: container, stdin: false)
      var output = CollectedOutput()
      while let piece = try await session.next() { output.append(piece) }
      #expect(output.text == "out\n")
      #expect(output.errorText == "err\n")
      #expect(try await session.exitStatus() == code)
      #expect(try await session.next() == nil)
    }
  }

  @Test("words of a command are not read by a shell on the way")
  func words() async throws {
    try await ContractSubject.run("words") { subject in
      let container = try await subject.runningPod("app")
      let words = ["a b", "$HOME", "&c=d", "%20", "ä\n", ""]
      let session = try await subject.cluster.exec(
        ["printf", "[%s]"] + words, in: container, stdin: false)
      var output = CollectedOutput()
      while let piece = try await session.next() { output.append(piece) }
      #expect(output.text == "[a b][$HOME][&c=d][%20][ä\n][]")
    }
  }

  @Test("a session answers line by line, and ends when its input does")
  func dialogue() async throws {
    try await ContractSubject.run("dialogue") { subject in
      let container = try await subject.runningPod("app")
      let session = try await subject.cluster.exec(
        ["sh", "-c", "while read -r line; do echo \"got $line\"; done; echo bye; exit 3"],
        in: container, stdin: true)
      for line in ["one", "two"] {
        try await session.send(Array("\(line)\n".utf8))
        var output = CollectedOutput()
        while !output.text.hasSuffix("\n"), let piece = try await session.next() {
          output.append(piece)
        }
        #expect(output.text == "got \(line)\n")
      }
      try await session.closeInput()
      try await session.closeInput()
      var output = CollectedOutput()
      while let piece = try await session.next() { output.append(piece) }
      #expect(output.text == "bye\n")
      #expect(try await session.exitStatus() == 3)
      #expect(
        await reason { () throws(ClusterError) in try await session.send([1]) } == .badRequest)
    }
  }

  @Test(
    "five megabytes through cat come back whole",
    .disabled(if: ClusterTrait.subject == .recordings, "too large to keep"))
  func bulk() async throws {
    try await ContractSubject.run("bulk") { subject in
      let container = try await subject.runningPod("app")
      let session = try await subject.cluster.exec(["cat"], in: container, stdin: true)
      let data = (0..<(5 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
      let received = try await withThrowingTaskGroup(of: [UInt8].self) { group in
        group.addTask {
          try await session.send(data)
          try await session.closeInput()
          return []
        }
        group.addTask {
          var output = CollectedOutput()
          while let piece = try await session.next() { output.append(piece) }
          return output.bytes
        }
        var all: [UInt8] = []
        for try await part in group { all += part }
        return all
      }
      #expect(received == data)
      #expect(try await session.exitStatus() == 0)
    }
  }

  @Test("a session that is given up ends the command's input, and so the command")
  func givingUp() async throws {
    try await ContractSubject.run("giving-up") { subject in
      let container = try await subject.runningPod("app")
      let session = try await subject.cluster.exec(
        ["sh", "-c", "cat; touch /tmp/ended"], in: container, stdin: true)
      try await session.send([10])
      #expect(try await session.next() == .standardOutput([10]))
      await session.cancel()
      await session.cancel()
      let end = ContinuousClock.now + .seconds(20)
      var code = 1
      while code != 0, ContinuousClock.now < end {
        code = try await subject.cluster.exec(
          ["test", "-e", "/tmp/ended"], in: container, stdin: false
        ).exitStatus()
      }
      #expect(code == 0)
    }
  }

  @Test("what cannot be run is an error before there is a session")
  func refused() async throws {
    try await ContractSubject.run("refused") { subject in
      let nowhere = ContainerReference(namespace: subject.namespace, pod: "none")
      #expect(
        await reason { () throws(ClusterError) in
          try await subject.cluster.exec(["true"], in: nowhere, stdin: false)
        } == .notFound)
    }
  }

  @Test("a log ends with its last lines")
  func logs() async throws {
    try await ContractSubject.run("logs") { subject in
      let container = try await subject.runningPod(
        "app", script: "for i in 1 2 3 4 5; do echo line $i; done; sleep 600")
      let end = ContinuousClock.now + .seconds(20)
      var log = ""
      while !log.hasSuffix("line 5\n"), ContinuousClock.now < end {
        log = try await subject.cluster.log(of: container, lines: 2)
      }
      #expect(log == "line 4\nline 5\n")
    }
  }
}

struct CollectedOutput {
  var bytes: [UInt8] = []
  var errorBytes: [UInt8] = []

  var text: String { String(decoding: bytes, as: UTF8.self) }
  var errorText: String { String(decoding: errorBytes, as: UTF8.self) }

  mutating func append(_ piece: ExecOutput) {
    switch piece {
    case .standardOutput(let piece): bytes += piece
    case .standardError(let piece): errorBytes += piece
    }
  }
}
