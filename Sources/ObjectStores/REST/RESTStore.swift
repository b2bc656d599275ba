import CurlTransport
import Documents

/// A repository behind restic's REST protocol, as `rest-server` and `rclone serve restic` speak it.
///
/// The protocol knows restic's kinds of objects and nothing else: this is no ``FileStore``. It has
/// no conditional write either: a write looks first and then posts, and of two writers at once
/// both may succeed where the server does not keep what it has.
public struct RESTStore: ObjectStore {
  private let location: RESTLocation
  private let client: StoreClient

  /// - Parameter target: What stands behind `rest:` in a location.
  /// - Throws: ``ObjectStoreError/Reason/badLocation``.
  public init(_ target: String, _ options: StoreOptions) throws(ObjectStoreError) {
    location = try RESTLocation(parsing: target, options)
    client = options.client()
  }

  public var description: String { "`rest:\(location.url)`" }

  public func prepare() async throws(ObjectStoreError) {
    let request = request("POST", "?create=true", body: [])
    let response = try await client.repeatable(description) { request }
    guard (200..<300).contains(response.status) else { throw refusal(response, "The repository") }
  }

  public func list(_ kind: ObjectKind) async throws(ObjectStoreError) -> [ObjectEntry] {
    guard kind != .config else {
      guard let bytes = try await size(of: .config) else { return [] }
      return [ObjectEntry(name: .config, bytes: bytes)]
    }
    let what = "The listing of `\(kind.rawValue)`"
    let request = request(
      "GET", kind.rawValue + "/", headers: [HTTPField("Accept", RESTListing.version2)],
      answer: RESTListing.bytesMax)
    let response = try await client.repeatable(subject(what)) { request }
    if response.status == 404 { return [] }
    guard response.status == 200 else { throw refusal(response, what) }
    guard let listing = RESTListing(parsing: response.body, kind) else {
      throw ObjectStoreError(.io, "\(subject(what)) is no listing")
    }
    return listing.entries + (try await sized(listing.namesOnly))
  }

  /// Asks for the lengths that a listing of the first version leaves out, a few at a time.
  private func sized(_ names: [ObjectName]) async throws(ObjectStoreError) -> [ObjectEntry] {
    var entries: [ObjectEntry] = []
    for start in stride(from: 0, to: names.count, by: 16) {
      let part = names[start..<min(start + 16, names.count)]
      let results = await withTaskGroup(of: Result<ObjectEntry?, ObjectStoreError>.self) { group in
        for name in part {
          group.addTask {
            do throws(ObjectStoreError) {
              return .success(try await size(of: name).map { ObjectEntry(name: name, bytes: $0) })
            } catch {
              return .failure(error)
            }
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      for result in results { if let entry = try result.get() { entries.append(entry) } }
    }
    return entries
  }

  public func size(of name: ObjectName) async throws(ObjectStoreError) -> Int? {
    try await size(of: name, client)
  }

  private func size(
    of name: ObjectName, _ client: StoreClient
  ) async throws(ObjectStoreError) -> Int? {
    let request = request("HEAD", path(of: name))
    let response = try await client.repeatable(subject("`\(name)`")) { request }
    switch response.status {
    case 404: return nil
    case 200:
      guard let bytes = response.head.headers.first(named: "Content-Length").flatMap({ Int($0) }),
        bytes >= 0
      else { throw ObjectStoreError(.io, "\(subject("`\(name)`")): the server tells no length") }
      return bytes
    default: throw refusal(response, "`\(name)`")
    }
  }

  public func read(
    _ name: ObjectName, _ range: Range<Int>, reusing memory: consuming [UInt8]
  ) async throws(ObjectStoreError) -> [UInt8] {
    guard !range.isEmpty else {
      guard let size = try await size(of: name) else {
        throw ObjectStoreError(.notFound, "`\(name)` does not exist in \(description)")
      }
      guard size >= range.upperBound else {
        throw ObjectStoreError(.truncated, "`\(name)` ends before byte \(range.upperBound)")
      }
      return []
    }
    return try await read(name, range, client)
  }

  private func read(
    _ name: ObjectName, _ range: Range<Int>, _ client: StoreClient
  ) async throws(ObjectStoreError) -> [UInt8] {
    let request = request(
      "GET", path(of: name), headers: [RangedAnswer.header(range)], answer: range.count)
    let response = try await client.repeatable(subject("`\(name)`")) { request }
    guard let bytes = try RangedAnswer.bytes(response, of: range, "`\(name)`") else {
      throw refusal(response, "`\(name)`")
    }
    return bytes
  }

  public func write(_ name: ObjectName, _ bytes: ArraySlice<UInt8>) async throws(ObjectStoreError) {
    let taken = ObjectStoreError(.alreadyExists, "`\(name)` exists already in \(description)")
    guard try await size(of: name) == nil else { throw taken }
    let bytes = Array(bytes)
    let request = request(
      "POST", path(of: name), headers: [HTTPField("Content-Type", "application/octet-stream")],
      body: bytes)
    let answer = try await client.send(
      subject("`\(name)`"), make: { request }, hasLanded: { await holds(name, bytes) })
    guard let answer, !(200..<300).contains(answer.response.status) else { return }
    if answer.mayHaveLandedBefore, await holds(name, bytes) { return }
    // `rest-server` says "forbidden" of a name that somebody has taken since we looked.
    if answer.response.status == 403, try await size(of: name) != nil { throw taken }
    throw refusal(answer.response, "`\(name)`")
  }

  /// Whether exactly these bytes lie there; what cannot be found out is no.
  private func holds(_ name: ObjectName, _ bytes: [UInt8]) async -> Bool {
    do throws(ObjectStoreError) {
      guard try await size(of: name, client.forChecks) == bytes.count else { return false }
      guard !bytes.isEmpty else { return true }
      return try await read(name, 0..<bytes.count, client.forChecks) == bytes
    } catch {
      return false
    }
  }

  public func delete(_ name: ObjectName) async throws(ObjectStoreError) -> Bool {
    guard try await size(of: name) != nil else { return false }
    let request = request("DELETE", path(of: name))
    let response = try await client.repeatable(subject("`\(name)`")) { request }
    if response.status == 404 { return false }
    guard (200..<300).contains(response.status) else { throw refusal(response, "`\(name)`") }
    return true
  }
}

extension RESTStore {
  private func path(of name: ObjectName) -> String {
    name.kind == .config ? "config" : "\(name.kind.rawValue)/\(name.digest)"
  }

  private func subject(_ what: String) -> String { "\(what) in \(description)" }

  private func request(
    _ method: String, _ path: String, headers: [HTTPField] = [], body: [UInt8]? = nil,
    answer: Int = 0
  ) -> CurlRequest {
    CurlRequest(
      method: method, url: location.url + path,
      headers: headers + [location.authorization].compactMap(\.self), body: body,
      deadlines: StoreClient.deadlines(bytes: answer + (body?.count ?? 0)),
      responseBytesMax: answer + StoreClient.errorBytesMax, acceptsCompression: false)
  }

  private func refusal(_ response: CurlResponse, _ what: String) -> ObjectStoreError {
    let reason: ObjectStoreError.Reason =
      switch response.status {
      case 404: .notFound
      case 401, 403: .forbidden
      case 413, 507: .outOfSpace
      default: .io
      }
    return ObjectStoreError(
      reason, "\(subject(what)): the server answered \(response.status)")
  }
}
