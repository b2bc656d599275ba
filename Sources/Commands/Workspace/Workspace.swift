import ClusterModel
import Diagnostics
import Documents
import Execution
import FoundationEssentials
import Git
import Planning
import ProtectionModel
import YAML

/// The plans a command works on: a folder's files, read and checked, and where they came from.
struct Workspace {
  /// The project's folder, absolute.
  let root: String
  let loaded: LoadedPlans
  let provenance: Provenance
  /// Files named on the command line: plans in other files are context only. `nil`: all.
  let selection: [String]?

  var plans: PlanSet { loaded.plans }

  /// Reads and checks a project.
  ///
  /// - Parameters:
  ///   - paths: Folders and files. The project is the nearest folder at or above the first one that
  ///     holds a `project.yaml`, else the working directory; without paths, the working directory.
  ///   - revision: Reads files from this commit instead of the working tree.
  static func load(_ paths: [String], revision: String?) throws(CommandFailure) -> Workspace {
    let root = projectFolder(of: paths.first)
    let selection = try selectedFiles(paths, root: root, revision: revision)
    do {
      if let revision { return try atRevision(revision, root: root, selection: selection) }
      var files = try PlanFiles.read(root)
      // A file that is named is a plan file, whatever it says.
      let known = Set(files.map(\.path))
      for path in selection ?? [] where !known.contains(path) { files += try PlanFiles.read(path) }
      return Workspace(
        root: absolute(root),
        loaded: PlanSet.load(files.map { DocumentFile.parse($0) }, zones: Zones.lookup),
        provenance: try Provenance.ofWorkingTree(at: root), selection: selection)
    } catch let error as CommandFailure {
      throw error
    } catch let error as GitError {
      throw CommandFailure(.failed, error.description, hint: error.hint)
    } catch {
      throw CommandFailure(.failed, "\(error)")
    }
  }

  private static func atRevision(
    _ revision: String, root: String, selection: [String]?
  ) throws -> Workspace {
    let repository = try GitRepository.discover(from: root)
    let folder = try repository.path(of: root)
    let found = try repository.files(
      at: revision, under: [folder], matching: PlanFiles.suffixes,
      limits: RevisionLimits(filesMax: PlanFiles.filesMax, bytesMax: PlanFiles.bytesMax))
    let prefix = folder.isEmpty ? "" : folder + "/"
    let files = found.files.filter { PlanFiles.isOurs($0.bytes) }.map { file in
      let path = file.path.hasPrefix(prefix) ? String(file.path.dropFirst(prefix.count)) : file.path
      return SourceFile(path: root == "." ? path : "\(root)/\(path)", bytes: file.bytes)
    }
    return Workspace(
      root: absolute(root),
      loaded: PlanSet.load(files.map { DocumentFile.parse($0) }, zones: Zones.lookup),
      provenance: Provenance(
        repository: repository.workingTree, commit: found.commit.description,
        remote: try repository.remoteURL(), dirtyFiles: [], dirtyCount: 0),
      selection: selection)
  }

  /// Stops a command whose plans have mistakes, after telling all of them.
  func requireValid(_ console: Console) throws(CommandFailure) {
    guard !loaded.report.isValid else { return }
    console.talk(
      loaded.report.rendered(as: .text, colour: console.isColoured)
        + loaded.report.summary + "\n")
    throw CommandFailure(.invalidPlan)
  }

  /// Which plans the command is about. Restores happen only when their file is named.
  func planningOptions(targets: [String]) -> PlanningOptions {
    var options = PlanningOptions(baseDirectory: root, zones: Zones.lookup)
    if !targets.isEmpty { options.targets = targets }
    guard let selection else { return options }
    func isSelected(_ source: SourceSpan) -> Bool { selection.contains(source.file) }
    func key(_ metadata: Metadata) -> PlanKey {
      PlanKey(namespace: metadata.namespace ?? "", name: metadata.name)
    }
    options.restores = .only(
      Set(plans.restorePlans.filter { isSelected($0.source) }.map { key($0.metadata) }))
    if targets.isEmpty {
      options.targets =
        plans.protectionPlans.filter { isSelected($0.source) }.map { key($0.metadata).description }
        + plans.restorePlans.filter { isSelected($0.source) }.map { key($0.metadata).description }
    }
    return options
  }

  /// The files as a plan file names them.
  var source: PlanFile.Source {
    PlanFile.Source(
      repo: provenance.remote, commit: provenance.commit, dirty: provenance.dirtyCount > 0,
      files: loaded.report.files.map {
        PlanFile.Source.File(path: $0.path, sha256: SHA256.hex($0.bytes))
      })
  }

  private static func projectFolder(of path: String?) -> String {
    guard let path else { return "." }
    var isFolder = false
    _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    var folder = isFolder ? trimmed(path) : parent(of: trimmed(path))
    while true {
      for name in ["project.yaml", "project.yml"]
      where FileManager.default.fileExists(atPath: "\(folder)/\(name)") { return folder }
      guard folder != ".", folder != "/", !folder.isEmpty else {
        return isFolder ? trimmed(path) : "."
      }
      folder = parent(of: folder)
    }
  }

  /// The named files, spelled as the project's files are; `nil` where only the project is named.
  private static func selectedFiles(
    _ paths: [String], root: String, revision: String?
  ) throws(CommandFailure) -> [String]? {
    let named = paths.map(trimmed).filter { $0 != root }
    guard !named.isEmpty else { return nil }
    var files: [String] = []
    for path in named {
      guard root == "." || path.hasPrefix(root + "/") else {
        throw CommandFailure(
          .usage, "`\(path)` lies outside of the project in `\(root)`",
          hint: "name paths of one project, or change to its folder with -C")
      }
      files += revision == nil ? try PlanFiles.read(path).map(\.path) : [path]
    }
    return files
  }

  private static func trimmed(_ path: String) -> String {
    var path = path[...]
    while path.hasPrefix("./") { path = path.dropFirst(2) }
    while path.hasSuffix("/"), path.count > 1 { path = path.dropLast() }
    return path.isEmpty ? "." : String(path)
  }

  private static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  static func absolute(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    let current = FileManager.default.currentDirectoryPath
    return path == "." ? current : "\(current)/\(path)"
  }
}
