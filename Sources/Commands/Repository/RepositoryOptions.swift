import ArgumentParser
import Documents
import Execution
import Glibc
import ObjectStores
import RepositoryEngine

/// Which repository, and how to open it.
struct RepositoryOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A path, s3:URL/bucket/prefix or rest:URL, as restic writes it.", valueName: "location"))
  var repository: String

  @Option(help: ArgumentHelp("A file that holds the repository's password.", valueName: "file"))
  var passwordFile: String

  @Option(help: ArgumentHelp("The key that the password is tried on first.", valueName: "id"))
  var keyHint: String?

  @Option(
    help: ArgumentHelp(
      "Trust the authorities in this PEM file for S3 and REST.", valueName: "file"))
  var cacert: String?

  @Option(
    help: ArgumentHelp(
      "A folder with credentials, one file for each of restic's variables, as a Secret is mounted.",
      valueName: "folder"))
  var credentials: String?

  @Option(help: ArgumentHelp("The region of S3 requests.", valueName: "name"))
  var region: String?

  @Flag(help: "Name the bucket in the path of URLs at Amazon, too, as elsewhere.")
  var pathStyle = false

  func open(at rates: TransferRates? = nil) async throws -> Repository {
    LargeBlocks.map()
    return try await RepositoryFailure.explained { try await openUnexplained(at: rates) }
  }

  /// - Parameter other: The new repository cuts files where this one does.
  func create(chunkerOf other: Repository? = nil) async throws -> Repository {
    try await RepositoryFailure.explained {
      try await Repository.create(in: try store(), password: try password(), chunkerOf: other)
    }
  }

  /// The repository; where there is none, a new one that cuts files where `other` does.
  func openOrCreate(
    chunkerOf other: Repository, at rates: TransferRates
  ) async throws -> Repository {
    do {
      return try await openUnexplained(at: rates)
    } catch RepositoryError.repositoryMissing {
      return try await create(chunkerOf: other)
    } catch let error as RepositoryError {
      return try await RepositoryFailure.explained { throw error }
    }
  }

  private func openUnexplained(at rates: TransferRates?) async throws -> Repository {
    let store = try store()
    return try await Repository.open(
      store: rates?.throttling(store) ?? store, password: try password(), keyHint: keyHint)
  }

  private func store() throws -> any ObjectStore {
    var options = StoreOptions()
    if let cacert { options.authorities = try SmallFile.read(cacert, bytesMax: 4 << 20) }
    for variable in StoreOptions.variables {
      // Safety: the text is copied at once; nothing here changes the environment.
      guard let value = unsafe getenv(variable) else { continue }
      options.environment[variable] = unsafe String(cString: value)
    }
    if let credentials {
      try options.takeCredentials { key in try Self.credential("\(credentials)/\(key)") }
    }
    options.use(region: region, isPathStyle: pathStyle)
    return try RepositoryLocation(parsing: repository).store(options)
  }

  private static func credential(_ path: String) throws -> String? {
    // Safety: access reads the path only while it is called.
    guard unsafe access(path, F_OK) == 0 else { return nil }
    let bytes = PasswordText.trimmed(try SmallFile.read(path, bytesMax: 64 << 10))
    return String(decoding: bytes, as: UTF8.self)
  }

  private func password() throws -> [UInt8] { try PasswordText.read(passwordFile) }
}

extension StoreOptions {
  /// - Parameter region: Wins over what the environment or the credentials say.
  mutating func use(region: String?, isPathStyle: Bool) {
    if let region { environment["AWS_DEFAULT_REGION"] = region }
    if isPathStyle { addressing = .path }
  }
}

/// How fast data may move, in restic's words and units.
struct TransferRates: ParsableArguments {
  @Option(
    help: ArgumentHelp("Send no more than this many KiB a second.", valueName: "KiB/s"))
  var limitUpload: Int?
  @Option(
    help: ArgumentHelp("Fetch no more than this many KiB a second.", valueName: "KiB/s"))
  var limitDownload: Int?

  private static let kibMax = 1 << 40

  func validate() throws {
    for limit in [limitUpload, limitDownload].compactMap({ $0 }) {
      guard (1...Self.kibMax).contains(limit) else {
        throw ValidationError("--limit-upload and --limit-download are at least 1 KiB/s")
      }
    }
  }

  func throttling(_ store: any ObjectStore) -> any ObjectStore {
    guard limitUpload != nil || limitDownload != nil else { return store }
    func limiter(_ kib: Int?) -> ByteLimiter<ContinuousClock>? {
      kib.map { ByteLimiter(bytesPerSecond: $0 << 10, clock: ContinuousClock()) }
    }
    return ThrottledStore(
      store, upload: limiter(limitUpload), download: limiter(limitDownload))
  }
}

/// What a file or Secret holds of a password.
enum PasswordText {
  static func read(_ path: String) throws -> [UInt8] {
    let password = trimmed(try SmallFile.read(path, bytesMax: 64 << 10))
    guard !password.isEmpty else {
      throw CommandFailure(.failed, "Password file `\(path)` is empty")
    }
    return password
  }

  /// White space around a password does not count, as with restic.
  static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
    return bytes.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
  }
}

/// How failures of repositories end a command.
enum RepositoryFailure {
  static func explained<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
      return try await body()
    } catch let error as RepositoryError {
      throw failure(error)
    } catch let error as ObjectStoreError {
      throw CommandFailure(.failed, error.description)
    }
  }

  private static func failure(_ error: RepositoryError) -> CommandFailure {
    switch error {
    case .locked:
      CommandFailure(
        .locked, error.description,
        hint: "if its owner is gone for certain, `repo maintain --remove-stale-locks` helps")
    case .damaged: CommandFailure(.verificationFailed, error.description)
    case .repositoryMissing:
      CommandFailure(.failed, error.description, hint: "`oadp-plan repo init` makes one")
    case .cancelled: CommandFailure(.interrupted, error.description)
    default: CommandFailure(.failed, error.description)
    }
  }
}

/// Files that fit into memory many times over.
enum SmallFile {
  static func read(_ path: String, bytesMax: Int) throws -> [UInt8] {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw failure("open", path) }
    defer { close(file) }
    var bytes: [UInt8] = []
    // What is allowed may be far more than what is there.
    var piece = [UInt8](repeating: 0, count: 64 << 10)
    while bytes.count <= bytesMax {
      // Safety: the file is read into the piece, and no more than it holds.
      let count = unsafe piece.withUnsafeMutableBytes { piece in
        unsafe Glibc.read(file, piece.baseAddress, piece.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure("read", path) }
      if count == 0 { return bytes }
      bytes += piece[..<count]
    }
    throw CommandFailure(.failed, "`\(path)` has more than \(bytesMax) bytes")
  }

  /// Writes in place: a container's termination log is a mount that cannot be replaced.
  static func write(_ text: String, to path: String) throws {
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw failure("open", path) }
    defer { close(file) }
    let bytes = Array(text.utf8)
    // Safety: the bytes are only read, for the length of the call.
    let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
    guard count == bytes.count else { throw failure("write", path) }
  }

  private static func failure(_ call: String, _ path: String) -> CommandFailure {
    // Safety: the text belongs to the C library and is copied at once.
    let reason = unsafe String(cString: strerror(errno))
    return CommandFailure(.failed, "Cannot \(call) `\(path)`: \(reason)")
  }
}
