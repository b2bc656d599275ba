import Documents
import Testing

@Suite("JSON coding") struct JSONCodingTests {
  struct Inner: Codable, Hashable {
    var name: String
    var ratio: Double
    var tags: [String]
    var note: String?
  }

  enum Choice: Codable, Hashable {
    case pod(namespace: String, name: String)
    case none
  }

  struct Outer: Codable, Hashable {
    var inner: Inner
    var choice: Choice
    var counts: [String: Int]
    var raw: JSONValue
    var at: Timestamp
    var optionals: [Int?]
  }

  static let outer = Outer(
    inner: Inner(name: "a", ratio: 0.5, tags: ["x", "y"]), choice: .pod(namespace: "n", name: "p"),
    counts: ["b": 2, "a": 1], raw: ["k": [1, nil, true]],
    at: Timestamp("2026-11-22T02:00:11.402Z")!, optionals: [1, nil])

  @Test("a value becomes the JSON that its members say, nil members left out")
  func encodes() throws {
    #expect(
      CanonicalJSON.string(try JSONValue(encoding: Self.outer))
        == #"{"at":"2026-11-22T02:00:11.402Z","choice":{"pod":{"name":"p","namespace":"n"}},"#
        + #""counts":{"a":1,"b":2},"inner":{"name":"a","ratio":0.5,"tags":["x","y"]},"#
        + #""optionals":[1,null],"raw":{"k":[1,null,true]}}"#)
  }

  @Test("a value read back from its text is the same value")
  func roundTrip() throws {
    let text = CanonicalJSON.string(try JSONValue(encoding: Self.outer))
    #expect(try JSONValue(parsing: text).decode(Outer.self) == Self.outer)
  }

  @Test("a whole number stays equal when it is written and read as a floating-point number")
  func wholeNumbers() throws {
    let value = try JSONValue(encoding: ["ratio": 2.0])
    #expect(value == ["ratio": .integer(2)])
    #expect(try value.decode([String: Double].self) == ["ratio": 2])
  }

  @Test("empty containers keep their kind")
  func emptyContainers() throws {
    #expect(try JSONValue(encoding: [Int]()) == .array([]))
    #expect(try JSONValue(encoding: [String: Int]()) == .object([:]))
    #expect(try JSONValue(encoding: Choice.none) == ["none": [:]])
  }

  @Test("numbers that JSON cannot say are refused with their place")
  func unspeakableNumbers() {
    #expect(throws: JSONCodingFailure(path: "a[1]", message: "JSON has no word for inf")) {
      try JSONValue(encoding: ["a": [1, Double.infinity]])
    }
    #expect(
      throws: JSONCodingFailure(
        path: "a", message: "Integer 18446744073709551615 does not fit 64 bits")
    ) {
      try JSONValue(encoding: ["a": UInt64.max])
    }
  }

  @Test(
    "a member that does not fit is named with its place",
    arguments: [
      (#"{"name":"a","ratio":1}"#, "Member `tags` is missing"),
      (#"{"name":1,"ratio":1,"tags":[]}"#, "Expected a string, found integer at `name`"),
      (#"{"name":"a","ratio":1,"tags":["x",2]}"#, "Expected a string, found integer at `tags[1]`"),
      (#"{"name":"a","ratio":1,"tags":{}}"#, "Expected an array, found object at `tags`"),
      (#"[]"#, "Expected an object, found array"),
    ])
  func misfits(text: String, message: String) throws {
    let failure = #expect(throws: JSONCodingFailure.self) {
      try JSONValue(parsing: text).decode(Inner.self)
    }
    #expect(failure?.description == message)
  }

  @Test("an integer outside of its type's range is refused")
  func outOfRange() {
    #expect(
      throws: JSONCodingFailure(path: "[0]", message: "Number 300 is out of range 0...255")
    ) {
      try JSONValue.array([300]).decode([UInt8].self)
    }
  }

  @Test("a date that is none is refused")
  func badDate() {
    #expect(throws: JSONCodingFailure(path: "", message: "`yesterday` is no RFC 3339 date")) {
      try JSONValue.string("yesterday").decode(Timestamp.self)
    }
  }
}
