import Documents
import SimulatedCluster
import Testing

@Suite("Custom resources") struct CustomResourceTests {
  static let definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
  static let backups = "/apis/example.dev/v1/namespaces/default/backups"

  static let definition: JSONValue = [
    "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
    "metadata": ["name": "backups.example.dev"],
    "spec": [
      "group": "example.dev", "scope": "Namespaced",
      "names": ["kind": "Backup", "plural": "backups", "shortNames": ["bk"]],
      "versions": [
        [
          "name": "v1", "served": true, "storage": true, "subresources": ["status": [:]],
          "additionalPrinterColumns": [
            ["name": "Phase", "type": "string", "jsonPath": ".status.phase"]
          ],
          "schema": [
            "openAPIV3Schema": [
              "type": "object", "required": ["spec"],
              "properties": [
                "spec": [
                  "type": "object", "required": ["volume"],
                  "properties": [
                    "volume": ["type": "string", "minLength": 1],
                    "copies": ["type": "integer", "default": 2, "minimum": 1],
                    "policy": ["type": "string", "enum": ["Keep", "Drop"]],
                    "free": [
                      "type": "object", "x-kubernetes-preserve-unknown-fields": true,
                    ],
                  ],
                ],
                "status": ["type": "object", "properties": ["phase": ["type": "string"]]],
              ],
            ]
          ],
        ]
      ],
    ],
  ]

  static func backup(_ spec: JSONValue) -> JSONValue {
    [
      "apiVersion": "example.dev/v1", "kind": "Backup", "metadata": ["name": "b"], "spec": spec,
    ]
  }

  private func cluster() -> TestCluster {
    var test = TestCluster()
    test.post(Self.definitions, Self.definition)
    test.settle()
    return test
  }

  @Test("a definition is established and its objects served and discovered")
  func established() {
    var test = cluster()
    let definition = test.get(Self.definitions + "/backups.example.dev").body
    let conditions = definition["status", "conditions"]?.arrayValue?.compactMap { $0["type"] }
    #expect(conditions == ["NamesAccepted", "Established"])
    let resources = test.get("/apis/example.dev/v1").body["resources"]?.arrayValue ?? []
    #expect(resources.compactMap { $0["name"] } == ["backups", "backups/status"])
    #expect(test.get(Self.backups).body["kind"] == "BackupList")
  }

  @Test("defaults are filled in, unknown members dropped, open ones kept")
  func pruning() {
    var test = cluster()
    let reply = test.post(
      Self.backups, Self.backup(["volume": "data", "other": 1, "free": ["x": ["y": 1]]]))
    #expect(reply.status == 201)
    #expect(reply.body["spec"] == ["volume": "data", "copies": 2, "free": ["x": ["y": 1]]])
    #expect(reply.warnings == ["unknown field \"spec.other\""])
  }

  @Test(
    "what the schema forbids is refused in the API's words",
    arguments: [
      ("{}", "spec.volume: Required value"),
      (
        #"{"volume":1}"#,
        "spec.volume: Invalid value: \"integer\": spec.volume in body must be of type string: "
          + "\"integer\""
      ),
      (
        #"{"volume":"d","copies":0}"#,
        "spec.copies: Invalid value: 0: spec.copies in body should be greater than or equal to 1"
      ),
      (
        #"{"volume":"d","policy":"Maybe"}"#,
        "spec.policy: Unsupported value: \"Maybe\": supported values: \"Keep\", \"Drop\""
      ),
      (
        #"{"volume":""}"#,
        "spec.volume: Invalid value: \"\": spec.volume in body should be at least 1 chars long"
      ),
    ])
  func refused(spec: String, message: String) throws {
    var test = cluster()
    let reply = test.post(Self.backups, Self.backup(try JSONValue(parsing: spec)))
    #expect(reply.status == 422)
    #expect(reply.message == "Backup.example.dev \"b\" is invalid: " + message)
  }

  @Test("status has its own door, and printer columns their table")
  func status() {
    var test = cluster()
    test.post(Self.backups, Self.backup(["volume": "data"]))
    let main = test.merge(Self.backups + "/b", ["status": ["phase": "Done"]]).body
    #expect(main["status"] == nil)
    let status = test.merge(Self.backups + "/b/status", ["status": ["phase": "Done"]]).body
    #expect(status["status", "phase"] == "Done")
    let table = test.request(
      "GET", Self.backups, accept: "application/json;as=Table;v=v1;g=meta.k8s.io"
    ).body
    #expect(table["rows"]?[0]?["cells"] == ["b", "Done"])
  }

  @Test("deleting a definition deletes its objects and ends its watches")
  func deletion() {
    var test = cluster()
    test.post(Self.backups, Self.backup(["volume": "data"]))
    var cursor = test.watch(Self.backups + "?watch=1")!
    #expect(test.events(&cursor) == ["ADDED b"])
    _ = test.delete(Self.definitions + "/backups.example.dev")
    test.settle()
    #expect(test.get(Self.definitions + "/backups.example.dev").status == 404)
    #expect(test.get(Self.backups).status == 404)
    #expect(test.cluster.events(for: &cursor, at: test.now).isFinished)
  }
}
