import RepositoryFormat

/// A file that comes from memory.
public struct SnapshotFile: Sendable {
  /// Relative; components are separated by `/`.
  public var path: String
  public var bytes: [UInt8]
  public var permissions: UInt32

  public init(path: String, bytes: [UInt8], permissions: UInt32 = 0o600) {
    self.path = path
    self.bytes = bytes
    self.permissions = permissions
  }
}

/// A folder of such files.
struct MemoryFolder: Sendable {
  private(set) var files: [[UInt8]: SnapshotFile] = [:]
  private(set) var folders: [[UInt8]: MemoryFolder] = [:]

  init() {}

  init(_ files: [SnapshotFile]) throws(RepositoryError) {
    for file in files {
      let components = file.path.utf8.split(
        separator: UInt8(ascii: "/"), omittingEmptySubsequences: false
      ).map(Array.init)
      guard components.allSatisfy({ TreeNode(name: $0, kind: .file).hasSafeName }) else {
        throw .invalidArgument("`\(file.path)` is no relative path")
      }
      guard add(file, at: components[...]) else {
        throw .invalidArgument("`\(file.path)` is there twice")
      }
    }
  }

  private mutating func add(_ file: SnapshotFile, at path: ArraySlice<[UInt8]>) -> Bool {
    guard let name = path.first else { return false }
    guard path.count > 1 else {
      guard folders[name] == nil else { return false }
      return files.updateValue(file, forKey: name) == nil
    }
    guard files[name] == nil else { return false }
    return folders[name, default: MemoryFolder()].add(file, at: path.dropFirst())
  }
}
