import Documents
import Schemas

/// The schemas of all kinds, compiled once.
enum PlanSchemas {
  static func schema(of kind: PlanKind) -> Schema? { compiled[kind] }

  /// Whatever the files in `schemas/` say; a test compiles each of them.
  private static let compiled: [PlanKind: Schema] = {
    var files: [String: JSONValue] = [:]
    for (name, text) in EmbeddedSchemas.files { files[name] = try? JSONValue(parsing: text) }
    var schemas: [PlanKind: Schema] = [:]
    for kind in PlanKind.allCases { schemas[kind] = try? Schema(file: kind.schemaFile, in: files) }
    return schemas
  }()
}

extension PlanKind {
  /// The name of the file in `schemas/oadp-plan.dev`.
  public var schemaFile: String { rawValue.lowercased() + "_v1alpha1.json" }
}
