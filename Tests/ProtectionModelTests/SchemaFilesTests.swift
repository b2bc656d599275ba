import Diagnostics
import Documents
import ProtectionModel
import Schemas
import Testing

@Suite("Schema files") struct SchemaFilesTests {
  static let folder = "schemas/oadp-plan.dev"

  @Test("the tool embeds exactly the files in schemas/")
  func embedded() throws {
    let files = try RepositoryFiles.sources(in: Self.folder, suffix: ".json")
    let names = files.map { String($0.path.dropFirst(Self.folder.count + 1)) }
    #expect(EmbeddedSchemas.files.map(\.name) == names)
    for (file, embedded) in zip(files, EmbeddedSchemas.files) {
      #expect(try JSONValue(parsing: file.bytes) == JSONValue(parsing: embedded.text))
    }
  }

  static let parsed: [String: JSONValue] = Dictionary(
    uniqueKeysWithValues: EmbeddedSchemas.files.compactMap { name, text in
      (try? JSONValue(parsing: text)).map { (name, $0) }
    })

  @Test("every schema compiles", arguments: EmbeddedSchemas.files.map(\.name))
  func compiles(name: String) throws {
    guard name != "common_v1alpha1.json" else { return }
    _ = try Schema(file: name, in: Self.parsed)
  }

  @Test("every field says what it means")
  func described() {
    for (name, schema) in Self.parsed.sorted(by: { $0.key < $1.key }) {
      Self.check(schema, at: name)
    }
  }

  private static func check(_ schema: JSONValue, at path: String) {
    for (key, value) in schema["properties"]?.objectValue ?? [:] where value["const"] == nil {
      let isDescribed = value["description"] != nil || value["$ref"] != nil
      #expect(isDescribed, "\(path).\(key) has no description")
    }
    switch schema {
    case .object(let members): for (key, value) in members { check(value, at: "\(path).\(key)") }
    case .array(let elements):
      for (index, value) in elements.enumerated() { check(value, at: "\(path)[\(index)]") }
    default: break
    }
  }

  @Test("the schema of all kinds agrees with the one of the kind")
  func all() throws {
    let schema = try Schema(file: "all_v1alpha1.json", in: Self.parsed)
    let sources = try ["plans", "examples"].flatMap { try RepositoryFiles.sources(in: $0) }
    for source in sources {
      for document in documents(of: source) {
        #expect(schema.validate(document.root) == [])
      }
    }
  }
}
