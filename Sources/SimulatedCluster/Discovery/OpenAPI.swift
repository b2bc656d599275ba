import Documents

/// Describes the API to clients: enough for `kubectl apply`, `explain` and `diff`.
struct OpenAPI {
  let registry: Registry

  init(_ registry: Registry) { self.registry = registry }

  private var groupVersions: [(path: String, group: String, version: String)] {
    [("api/v1", "", "v1")]
      + registry.groups.flatMap { group in
        group.versions.map { ("apis/\(group.name)/\($0)", group.name, $0) }
      }
  }

  /// `/openapi/v3`
  var index: JSONValue {
    var paths: [String: JSONValue] = [:]
    for entry in groupVersions {
      let digest = contentHash(.array(served(entry.group, entry.version).map(Self.digest)))
      paths[entry.path] = [
        "serverRelativeURL": .string("/openapi/v3/\(entry.path)?hash=\(digest)")
      ]
    }
    return ["paths": .object(paths)]
  }

  private static func digest(_ resource: Resource) -> JSONValue {
    [.string(resource.id), .string(resource.kind), resource.schema.openAPI ?? .null]
  }

  private func served(_ group: String, _ version: String) -> [Resource] {
    registry.sorted.filter { $0.group == group && $0.version(version) != nil && $0.isStored }
  }

  /// `/openapi/v3/apis/apps/v1`
  func document(path: String) -> JSONValue? {
    guard let entry = groupVersions.first(where: { $0.path == path }) else { return nil }
    var writer = SchemaWriter()
    var paths: [String: JSONValue] = [:]
    for resource in served(entry.group, entry.version) {
      let name = writer.name(of: resource, entry.version)
      let base =
        "/\(path)/" + (resource.isNamespaced ? "namespaces/{namespace}/" : "")
        + resource.plural
      paths[base] = collectionOperations(resource, entry.version, type: name)
      paths[base + "/{name}"] = objectOperations(resource, entry.version, type: name)
    }
    return [
      "openapi": "3.0.0", "info": ["title": "Kubernetes", "version": "unversioned"],
      "paths": .object(paths), "components": ["schemas": .object(writer.schemas)],
    ]
  }

  private func operation(
    _ action: String, _ resource: Resource, _ version: String, parameters: [String],
    body types: [String] = [], type: String
  ) -> JSONValue {
    var operation: JSONValue = [
      "operationId": .string("\(action)\(resource.kind)"),
      "x-kubernetes-action": .string(action),
      "x-kubernetes-group-version-kind": [
        "group": .string(resource.group), "version": .string(version),
        "kind": .string(resource.kind),
      ],
      "parameters": .array(
        parameters.map { name in
          [
            "name": .string(name), "in": "query",
            "schema": ["type": "string", "uniqueItems": true],
          ]
        }),
      "responses": ["200": ["description": "OK"]],
    ]
    if !types.isEmpty {
      var content: [String: JSONValue] = [:]
      for media in types {
        content[media] = ["schema": ["$ref": .string("#/components/schemas/\(type)")]]
      }
      operation["requestBody"] = ["content": .object(content), "required": true]
    }
    return operation
  }

  private static let writing = ["dryRun", "fieldManager", "fieldValidation"]

  private func collectionOperations(_ resource: Resource, _ version: String, type: String)
    -> JSONValue
  {
    [
      "get": operation(
        "list", resource, version,
        parameters: ["labelSelector", "fieldSelector", "limit", "continue", "watch"], type: type),
      "post": operation(
        "post", resource, version, parameters: Self.writing, body: ["application/json"],
        type: type),
    ]
  }

  private func objectOperations(_ resource: Resource, _ version: String, type: String)
    -> JSONValue
  {
    var patches = [
      "application/json-patch+json", "application/merge-patch+json",
      "application/apply-patch+yaml",
    ]
    if !resource.isCustom { patches.append("application/strategic-merge-patch+json") }
    return [
      "get": operation("get", resource, version, parameters: [], type: type),
      "put": operation(
        "put", resource, version, parameters: Self.writing, body: ["application/json"],
        type: type),
      "patch": operation(
        "patch", resource, version, parameters: Self.writing + ["force"], body: patches,
        type: type),
      "delete": operation(
        "delete", resource, version,
        parameters: ["dryRun", "gracePeriodSeconds", "propagationPolicy"], type: type),
    ]
  }

  /// `/openapi/v2`: definitions only.
  var version2: JSONValue {
    var writer = SchemaWriter(prefix: "#/definitions/", isVersion2: true)
    for resource in registry.sorted where resource.isStored {
      for version in resource.versions { _ = writer.name(of: resource, version.name) }
    }
    return [
      "swagger": "2.0", "info": ["title": "Kubernetes", "version": "unversioned"], "paths": [:],
      "definitions": .object(writer.schemas),
    ]
  }
}
