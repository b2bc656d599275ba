public import Documents

/// One HTTP request as the API understands it; connections, TLS and authentication stay outside.
public struct APIRequest: Sendable {
  /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
  public var method: String
  /// Percent-decoded, without the query: `/api/v1/namespaces/shop/pods`.
  public var path: String
  /// Percent-decoded, in the order of the request; a name may come more than once.
  public var query: [(name: String, value: String)]
  public var contentType: String
  public var accept: String
  public var body: [UInt8]
  /// The body, where the caller has it as a value and nobody has to read it from bytes.
  public var object: JSONValue?
  /// Names the field manager of writes that do not name one themselves.
  public var userAgent: String

  public init(
    method: String, path: String, query: [(name: String, value: String)] = [],
    contentType: String = "", accept: String = "", body: [UInt8] = [], userAgent: String = ""
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.contentType = contentType
    self.accept = accept
    self.body = body
    self.userAgent = userAgent
  }

  /// The first value of a query parameter.
  func parameter(_ name: String) -> String? {
    query.first { $0.name == name }?.value
  }

  /// Whether a query parameter is given and says yes.
  func flag(_ name: String) -> Bool {
    guard let value = parameter(name) else { return false }
    return value == "true" || value == "1" || value == "True" || value == "t"
  }
}

public struct APIResponse: Sendable {
  public var status: Int
  public var contentType: String
  /// Encoded when it is asked for, where ``object`` is what was answered.
  public var body: [UInt8] { object.map { CanonicalJSON.bytes($0) + [0x0A] } ?? bytes }
  public let object: JSONValue?
  private let bytes: [UInt8]
  /// Each becomes a header `Warning: 299 - "…"`.
  public var warnings: [String] = []

  public init(status: Int, contentType: String = "application/json", body: [UInt8]) {
    self.status = status
    self.contentType = contentType
    object = nil
    bytes = body
  }

  init(_ object: JSONValue, status: Int = 200) {
    self.status = status
    contentType = "application/json"
    self.object = object
    bytes = []
  }
}
