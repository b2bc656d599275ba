import Glibc

/// The filesystem that a container sees, as arguments of bubblewrap.
///
/// The host's root, read-only, with fresh `/tmp`, `/run`, `/dev` and `/proc`, and mounts on top.
/// A mount point need not exist on the host: the deepest directory above it that does exist is
/// rebuilt in memory out of the host's own entries, so that it has room for one more.
struct SandboxRoot {
  struct Mount: Hashable {
    var source: String
    var target: String
    var isReadOnly: Bool
  }

  private static let fresh: Set<String> = ["/tmp", "/run", "/dev", "/proc"]

  /// Directories with more entries are not rebuilt: every entry is a mount of its own.
  static let entriesMax = 1000

  private(set) var arguments: [String] = []

  /// - Parameter hidden: Host directories that containers see empty.
  init(mounts: [Mount], hidden: [String]) throws {
    let hidden = hidden.filter { !Self.isFresh($0) && Files.kind($0) == .directory }
    var mounted = hidden
    var rebuilt: Set<String> = ["/"]
    var mountArguments: [String] = []
    for mount in mounts.sorted(by: { $0.target < $1.target }) {
      let isInside = mounted.contains { mount.target == $0 || mount.target.hasPrefix($0 + "/") }
      let target = isInside ? mount.target : Self.resolved(mount.target)
      if !isInside, !Self.isFresh(target), !Files.exists(target) {
        rebuilt.insert(Self.deepestExisting(target))
      }
      mountArguments += [mount.isReadOnly ? "--ro-bind" : "--bind", mount.source, target]
      mounted.append(target)
    }
    // Outer directories first: a mount hides what was mounted below it before.
    let order = rebuilt.sorted()
    for directory in order { try rebuild(directory) }
    for directory in hidden { arguments += ["--tmpfs", directory] }
    arguments += mountArguments
    for directory in order.reversed() { arguments += ["--remount-ro", directory] }
  }

  private static func isFresh(_ path: String) -> Bool {
    fresh.contains { path == $0 || path.hasPrefix($0 + "/") }
  }

  private static func deepestExisting(_ path: String) -> String {
    var existing = path
    while !Files.exists(existing), let parent = Files.parent(of: existing) { existing = parent }
    return existing
  }

  /// The target with the host's links followed, as far as it exists there (`/var/run` → `/run`).
  private static func resolved(_ target: String) -> String {
    let existing = deepestExisting(target)
    guard existing != "/", let real = Files.resolved(existing) else { return target }
    let rest = target.dropFirst(existing.count)
    return real == "/" ? (rest.isEmpty ? "/" : String(rest)) : real + rest
  }

  /// Mounts an empty directory that holds the host's entries, each read-only.
  private mutating func rebuild(_ directory: String) throws {
    let names = try Files.names(in: directory)
    guard names.count <= Self.entriesMax else {
      throw ContainerConfigError(
        reason: "CreateContainerError",
        message:
          "\(directory) has more than \(Self.entriesMax) entries: nothing can be mounted there")
    }
    let prefix = directory == "/" ? "/" : directory + "/"
    if directory == "/" {
      for path in ["/tmp", "/run"] { arguments += ["--perms", "1777", "--tmpfs", path] }
      arguments += ["--dev", "/dev", "--proc", "/proc"]
    } else {
      arguments += ["--perms", "0755", "--tmpfs", directory]
    }
    for name in names where !Self.fresh.contains(prefix + name) {
      let path = prefix + name
      switch Files.kind(path) {
      case .link: arguments += ["--symlink", (try? Files.destination(ofLink: path)) ?? "", path]
      case .directory, .file: arguments += ["--ro-bind-try", path, path]
      case .other, nil: continue
      }
    }
  }
}
