import CurlTransport
import Foundation
import ObjectStores
import Testing

/// A real server on loopback, one for all tests of a process. It ends with the process, however
/// that ends: the shell around it waits for the end of its input.
final class RealServer: Sendable {
  struct Failure: Error, CustomStringConvertible { let description: String }

  static let accessKey = "tests-access"
  static let secretKey = "tests-secret-key"
  static let environment = [
    "AWS_ACCESS_KEY_ID": accessKey, "AWS_SECRET_ACCESS_KEY": secretKey,
    "RESTIC_REST_USERNAME": "me", "RESTIC_REST_PASSWORD": "pass:word",
  ]
  static let options = StoreOptions(
    environment: environment, proxy: .none,
    retries: RetryPolicy(attemptsMax: 8, pauseFirst: .milliseconds(100)))

  static let seaweed = Result { try RealServer(ports: 8, seaweed) }
  static let rcloneS3 = Result { try RealServer(ports: 1, rcloneS3(pathStyle: true)) }
  static let rcloneHosts = Result { try RealServer(ports: 1, rcloneS3(pathStyle: false)) }
  static let rcloneTLS = Result { try RealServer(ports: 1, scheme: "https", rcloneTLS) }
  static let rcloneREST = Result { try RealServer(ports: 1, rcloneREST) }

  let port: Int
  /// Its data, its log and, where it has one, its certificate.
  let folder = NSTemporaryDirectory() + "store-server-\(UUID().uuidString)"
  private let scheme: String
  private let process: Process
  private let input: Pipe

  var url: String { "\(scheme)://127.0.0.1:\(port)" }

  private init(
    ports count: Int, scheme: String = "http", _ script: (_ ports: [Int]) -> String
  ) throws {
    self.scheme = scheme
    let ports = try Self.freePorts(count)
    port = ports[0]
    process = Process()
    input = Pipe()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = [
      "-c",
      """
      trap "" HUP INT TERM
      mkdir -p "$D/data"; cd "$D"
      PATH="$PATH:$TESTED/.build/tools/bin"
      \(script(ports)) >"$D/log" 2>&1 & SERVER=$!
      cat >/dev/null
      kill -9 "$SERVER"; wait "$SERVER" 2>/dev/null; rm -rf "$D"
      """,
    ]
    process.environment = ProcessInfo.processInfo.environment.merging(
      [
        "D": folder,
        "TESTED": FileManager.default.currentDirectoryPath,
      ]) { $1 }
    process.standardInput = input
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
  }

  /// The server once it answers.
  func ready() async throws -> RealServer {
    let transport = HTTPTransport(
      TransportOptions(tls: TLSOptions(skipsVerification: true), proxy: .none))
    for _ in 0..<400 {
      let answer = try? await transport.send(CurlRequest(url: url + "/"))
      if let answer, answer.status < 500 { return self }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw Failure(
      description: "No server at \(url): are `weed` and `rclone` installed (`make deps`)?")
  }

  private static func seaweed(_ ports: [Int]) -> String {
    let identity =
      #"{"name":"t","credentials":[{"accessKey":"\#(accessKey)","#
      + #""secretKey":"\#(secretKey)"}],"actions":["Admin","Read","Write","List"]}"#
    return """
      echo '{"identities":[\(identity)]}' > s3.json
      weed server -ip=127.0.0.1 -ip.bind=127.0.0.1 -dir="$D/data" -s3 -s3.config="$D/s3.json" \
        -s3.port=\(ports[0]) -s3.port.grpc=\(ports[1]) -master.port=\(ports[2]) \
        -master.port.grpc=\(ports[3]) -volume.port=\(ports[4]) -volume.port.grpc=\(ports[5]) \
        -filer.port=\(ports[6]) -filer.port.grpc=\(ports[7]) -s3.port.iceberg=0 -s3.port.lance=0 \
        -master.volumeSizeLimitMB=64 -volume.max=60
      """
  }

  private static func rcloneS3(pathStyle: Bool) -> (_ ports: [Int]) -> String {
    { ports in
      """
      rclone serve s3 "$D/data" --config "$D/none" --addr 127.0.0.1:\(ports[0]) \
        --force-path-style=\(pathStyle) --auth-key '\(accessKey),\(secretKey)'
      """
    }
  }

  private static func rcloneTLS(_ ports: [Int]) -> String {
    """
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=store \
      -addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out cert.pem 2>openssl.log
    rclone serve s3 "$D/data" --config "$D/none" --addr 127.0.0.1:\(ports[0]) \
      --cert cert.pem --key key.pem --auth-key '\(accessKey),\(secretKey)'
    """
  }

  private static func rcloneREST(_ ports: [Int]) -> String {
    """
    rclone serve restic "$D/data" --config "$D/none" --addr 127.0.0.1:\(ports[0]) \
      --user me --pass pass:word
    """
  }

  /// Ports that the kernel gave and that nobody else is given soon.
  private static func freePorts(_ count: Int) throws -> [Int] {
    var sockets: [Int32] = []
    defer { for socket in sockets { close(socket) } }
    return try (0..<count).map { _ in
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      sockets.append(descriptor)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      // Safety: an IPv4 address of the size said, in and out.
      let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
          unsafe bind(descriptor, generic, length) == 0
            && getsockname(descriptor, generic, &length) == 0
        }
      }
      guard isBound else { throw Failure(description: "The system has no port left") }
      return Int(UInt16(bigEndian: address.sin_port))
    }
  }
}

/// Every kind of store, each with a place of its own.
enum StoreKind: CaseIterable {
  case memory, directory, seaweed, rcloneS3, rcloneHosts, rcloneREST

  static let ofFiles = allCases.filter { $0 != .rcloneREST }
  static let overHTTP: [StoreKind] = [.seaweed, .rcloneS3, .rcloneREST]

  func location() async throws -> String {
    let name = "b" + UUID().uuidString.lowercased()
    switch self {
    case .memory, .directory: return NSTemporaryDirectory() + "store-\(name)/deep"
    // In one bucket: SeaweedFS sets volumes aside for each.
    case .seaweed: return "s3:\(try await RealServer.seaweed.get().ready().url)/tests/\(name)"
    case .rcloneS3: return "s3:\(try await RealServer.rcloneS3.get().ready().url)/\(name)/a/b"
    case .rcloneHosts:
      let server = try await RealServer.rcloneHosts.get().ready()
      return "s3:http://localhost:\(server.port)/\(name)"
    case .rcloneREST: return "rest:\(try await RealServer.rcloneREST.get().ready().url)/\(name)/"
    }
  }

  func make() async throws -> any ObjectStore {
    if self == .memory { return MemoryStore() }
    var options = RealServer.options
    if self == .rcloneHosts { options.addressing = .virtualHost }
    return try RepositoryLocation(parsing: await location()).store(options)
  }
}
