import Diagnostics
import Execution
import FoundationEssentials

/// Finds and reads plan files on disk.
///
/// Files are recognised by what they say: a YAML or JSON file that nowhere names our API group is
/// somebody else's, and a project may lie among manifests, charts and pipelines.
struct PlanFiles {
  static let suffixes = [".yaml", ".yml", ".json"]
  static let filesMax = 10_000
  static let bytesMax = 64 << 20
  private static let foldersDeepMax = 32

  private var files: [SourceFile] = []
  private var bytes = 0

  /// Every plan file at or below a path, in the order of their paths.
  ///
  /// - Parameter path: A folder, or a file, which then is read whatever it says.
  static func read(_ path: String) throws(CommandFailure) -> [SourceFile] {
    var isFolder = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw CommandFailure(.usage, "There is nothing at `\(path)`")
    }
    var reader = PlanFiles()
    if isFolder {
      try reader.enter(path, depth: 0)
    } else {
      try reader.add(path, isNamed: true)
    }
    return reader.files
  }

  private mutating func enter(_ folder: String, depth: Int) throws(CommandFailure) {
    guard depth < Self.foldersDeepMax else {
      throw CommandFailure(
        .invalidPlan, "`\(folder)` lies over \(Self.foldersDeepMax) folders deep")
    }
    let names: [String]
    do { names = try FileManager.default.contentsOfDirectory(atPath: folder) } catch {
      throw CommandFailure(.failed, "`\(folder)` cannot be read")
    }
    for name in names.sorted() where !name.hasPrefix(".") {
      let path = folder == "." ? name : "\(folder)/\(name)"
      var isFolder = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { continue }
      if isFolder {
        try enter(path, depth: depth + 1)
      } else if Self.suffixes.contains(where: name.hasSuffix) {
        try add(path, isNamed: false)
      }
    }
  }

  private mutating func add(_ path: String, isNamed: Bool) throws(CommandFailure) {
    guard let content = FileManager.default.contents(atPath: path) else {
      throw CommandFailure(.failed, "`\(path)` cannot be read")
    }
    guard isNamed || Self.isOurs([UInt8](content)) else { return }
    bytes += content.count
    guard bytes <= Self.bytesMax, files.count < Self.filesMax else {
      throw CommandFailure(
        .invalidPlan, "The project holds more than \(Self.filesMax) files or \(Self.bytesMax) bytes"
      )
    }
    files.append(SourceFile(path: path, bytes: [UInt8](content)))
  }

  /// Whether a file names our API group.
  static func isOurs(_ bytes: [UInt8]) -> Bool {
    let group = Array("oadp-plan.dev/".utf8)
    return bytes.firstRange(of: group) != nil
  }
}
