import Diagnostics
import Documents
import Foundation
import ProtectionModel
import YAML

/// Files of this repository, for tests that read plans, examples and schemas.
enum RepositoryFiles {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// All files below a folder whose names end so, sorted, with paths relative to the root.
  static func sources(in folder: String, suffix: String = ".yaml") throws -> [SourceFile] {
    let base = root.appending(path: folder)
    let names = try FileManager.default.subpathsOfDirectory(atPath: base.path).sorted()
    return try names.filter { $0.hasSuffix(suffix) }.map { name in
      SourceFile(path: "\(folder)/\(name)", bytes: try bytes("\(folder)/\(name)"))
    }
  }

  static func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: root.appending(path: path)))
  }

  static func text(_ path: String) throws -> String {
    String(decoding: try bytes(path), as: UTF8.self)
  }
}

/// A few zones without the machine's tables.
let zones: TimeZoneLookup = { name in
  switch name {
  case "UTC": .utc
  case "Europe/Berlin": .fixed(name: name, utcOffset: .seconds(3600))
  default: nil
  }
}

func load(_ sources: [SourceFile]) -> LoadedPlans {
  PlanSet.load(sources.map { DocumentFile.parse($0) }, zones: zones)
}

func documents(of source: SourceFile) -> [Document] { DocumentFile.parse(source).documents }
