import Foundation

/// One file of the repository, by its path from the root.
struct SourceFile: Sendable {
  let path: String
  let text: String
  let lines: [String]
  /// The same lines without comments and string literals; empty for other files than Swift's.
  let code: [String]

  init(path: String, text: String) {
    self.path = path
    self.text = text
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    code = path.hasSuffix(".swift") ? SwiftCode.lines(of: text) : []
  }

  /// `Planning` of `Sources/Planning/Graph/Node.swift`; `nil` outside of `Sources` and `Tests`.
  var target: String? {
    let parts = path.split(separator: "/")
    return parts.count > 2 && (parts[0] == "Sources" || parts[0] == "Tests")
      ? String(parts[1]) : nil
  }

  var isSource: Bool { path.hasPrefix("Sources/") }
  var isSwift: Bool { path.hasSuffix(".swift") }

  /// A script's output, laid out by the script; a test of its own compares it with its source.
  var isWrittenByScript: Bool { lines.first?.hasPrefix("// Written by ") == true }

  /// Whether it is worth looking for `text` line by line; far quicker than looking.
  func mentions(_ text: String) -> Bool { self.text.range(of: text, options: .literal) != nil }

  func finding(line index: Int, _ reason: String) -> String { "\(path):\(index + 1): \(reason)" }
}

/// The files that belong to the project, as they lie on disk around this file.
enum SourceTree {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let files: [SourceFile] = paths.compactMap { path in
    guard let text = try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    else { return nil }
    return SourceFile(path: path, text: text)
  }

  static let manifest = files.first { $0.path == "Package.swift" }

  /// The targets that have a folder below `folder`.
  static func targets(in folder: String) -> Set<String> {
    Set(files.filter { $0.path.hasPrefix(folder + "/") }.compactMap(\.target))
  }

  /// As git knows them, so that build products and a user's own files are left out.
  private static let paths: [String] = {
    let git = Process()
    git.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    git.arguments = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    git.currentDirectoryURL = root
    let output = Pipe()
    git.standardOutput = output
    guard (try? git.run()) != nil else { return [] }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    git.waitUntilExit()
    return Set(String(decoding: data, as: UTF8.self).split(separator: "\0").map(String.init))
      .sorted()
  }()
}
