/// A store that keeps other files beside the objects of a repository: small ones, under names of
/// their own, in folders that restic does not look into.
///
/// Every such store passes the same contract suite. restic's own REST server is none.
public protocol FileStore: ObjectStore {
  /// The names directly in a folder, of files and of folders, sorted. A missing folder is empty.
  /// Repeatable.
  func names(in folder: FileName) async throws(ObjectStoreError) -> [String]

  /// Whether there is such a file. Repeatable.
  func hasFile(_ name: FileName) async throws(ObjectStoreError) -> Bool

  /// A whole file. Repeatable.
  ///
  /// - Parameter bytesMax: A larger file is refused before any of it is read.
  func readFile(_ name: FileName, bytesMax: Int) async throws(ObjectStoreError) -> [UInt8]

  /// Creates a file, and the folders above it: afterwards it is whole and durable, or not there.
  ///
  /// Of several callers at once exactly one succeeds, where ``promisesExclusiveCreation()`` says
  /// so; the others, and everybody later, fail with ``ObjectStoreError/Reason/alreadyExists`` and
  /// change nothing. Where an answer was lost, read what is there.
  func createFile(_ name: FileName, _ bytes: [UInt8]) async throws(ObjectStoreError)

  /// Removes a file; `false` where there was none. Folders that become empty may stay. Repeatable.
  func deleteFile(_ name: FileName) async throws(ObjectStoreError) -> Bool

  /// Whether of several who create one file at once exactly one succeeds. Where not, two may, and
  /// the later one's bytes stay: such a file is no lock.
  func promisesExclusiveCreation() async throws(ObjectStoreError) -> Bool
}

extension FileStore {
  public func promisesExclusiveCreation() async throws(ObjectStoreError) -> Bool { true }
}

/// The name of a file or folder beside a repository's objects: `oadp-plan/runs/…`.
public struct FileName: Hashable, Sendable, CustomStringConvertible {
  /// Components separated by `/`.
  public let path: String

  /// - Returns: `nil` where a component is empty, begins with a dot or holds anything but ASCII
  ///   letters, digits, `.`, `_` and `-`, or where the name belongs to restic.
  public init?(_ path: String) {
    let components = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard path.utf8.count <= 512, components.allSatisfy(Self.isSafe),
      let first = components.first.map({ String($0) }),
      first.flatMap(ObjectKind.init(rawValue:)) == nil
    else { return nil }
    self.path = path
  }

  private static func isSafe(_ component: Substring.UTF8View) -> Bool {
    guard let first = component.first, first != UInt8(ascii: ".") else { return false }
    return component.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "-"):
        true
      default: false
      }
    }
  }

  public var description: String { path }
}
