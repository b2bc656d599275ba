import CurlTransport
import Synchronization

/// What can be done with a key, whatever lies there.
extension S3Store {
  func size(key: String, _ what: String) async throws(ObjectStoreError) -> Int? {
    try size(in: await call(what, Call("HEAD", key: key)), what)
  }

  private func size(in head: CurlResponse, _ what: String) throws(ObjectStoreError) -> Int? {
    switch head.status {
    case 404: return nil
    case 200:
      guard let bytes = head.head.headers.first(named: "Content-Length").flatMap({ Int($0) }),
        bytes >= 0
      else { throw ObjectStoreError(.io, "\(subject(what)): the server does not say how long") }
      return bytes
    default: throw refusal(head, what)
    }
  }

  func read(
    key: String, _ range: Range<Int>, _ what: String
  ) async throws(ObjectStoreError) -> [UInt8] {
    guard !range.isEmpty else {
      guard let size = try await size(key: key, what) else { throw missing(what) }
      guard size >= range.upperBound else {
        throw ObjectStoreError(.truncated, "\(what) ends before byte \(range.upperBound)")
      }
      return []
    }
    let response = try await call(
      what, Call("GET", key: key, headers: [RangedAnswer.header(range)], answer: range.count))
    guard let bytes = try RangedAnswer.bytes(response, of: range, what) else {
      throw refusal(response, what)
    }
    return bytes
  }

  func missing(_ what: String) -> ObjectStoreError {
    ObjectStoreError(.notFound, "\(what) does not exist in \(description)")
  }

  func delete(key: String, _ what: String) async throws(ObjectStoreError) -> Bool {
    guard try await size(key: key, what) != nil else { return false }
    let response = try await call(what, Call("DELETE", key: key))
    guard [200, 204, 404].contains(response.status) else { throw refusal(response, what) }
    return response.status != 404
  }

  /// Puts an object where there is none.
  ///
  /// - Parameter digest: The SHA-256 of the bytes, where it is known; the server refuses them where
  ///   it is another one.
  func create(
    key: String, _ bytes: [UInt8], digest: String? = nil, _ what: String
  ) async throws(ObjectStoreError) {
    let isConditional = try await honoursConditions()
    let taken = ObjectStoreError(.alreadyExists, "\(what) exists already in \(description)")
    if !isConditional, try await size(key: key, what) != nil { throw taken }
    let put = Call(
      "PUT", key: key, headers: isConditional ? [Self.onlyNew] : [], body: bytes, digest: digest)
    let answer = try await client.send(
      subject(what), make: { self.signed(put) },
      hasLanded: { await self.holds(key: key, bytes, what) })
    guard let answer else { return }
    switch answer.response.status {
    case 200, 201, 204: return
    case 412, 409:
      // Ours, where an earlier attempt's answer was lost on its way.
      if answer.mayHaveLandedBefore, await holds(key: key, bytes, what) { return }
      throw taken
    default: throw refusal(answer.response, what)
    }
  }

  static let onlyNew = HTTPField("If-None-Match", "*")

  /// Whether exactly these bytes lie there; what cannot be found out is no.
  private func holds(key: String, _ bytes: [UInt8], _ what: String) async -> Bool {
    let range = 0..<max(1, bytes.count)
    let get = Call("GET", key: key, headers: [RangedAnswer.header(range)], answer: range.count)
    do throws(ObjectStoreError) {
      let checks = client.forChecks
      let head = try await checks.repeatable(subject(what)) {
        self.signed(Call("HEAD", key: key))
      }
      guard try size(in: head, what) == bytes.count else { return false }
      guard !bytes.isEmpty else { return true }
      let response = try await checks.repeatable(subject(what)) { self.signed(get) }
      return try RangedAnswer.bytes(response, of: range, what) == bytes
    } catch {
      return false
    }
  }

  /// Whether the server refuses a conditional write to a name that is taken; tried once.
  func honoursConditions() async throws(ObjectStoreError) -> Bool {
    if let known = conditions.withLock(\.self) { return known }
    let name = SHA256.hex((0..<16).map { _ in UInt8.random(in: 0...255) })
    let key = key("oadp-plan/probes/\(name)")
    let what = "A probe"
    let first = try await call(what, Call("PUT", key: key, body: [1]))
    var isHonoured = false
    // Who may not write here may still write elsewhere: nothing is proven then.
    if [200, 201, 204].contains(first.status) {
      let second = try await call(what, Call("PUT", key: key, headers: [Self.onlyNew], body: [2]))
      isHonoured = second.status == 412 || second.status == 409
      _ = try await call(what, Call("DELETE", key: key))
    }
    let answer = isHonoured
    conditions.withLock { $0 = answer }
    return answer
  }
}

// MARK: Listings

extension S3Store {
  /// More objects than any repository has, and than memory should hold.
  private static let objectsMax = 20_000_000

  /// Every page of a listing; each must lead on from the one before it.
  func eachPage(
    prefix: String, delimiter: String?, _ body: (S3ListPage) -> Void
  ) async throws(ObjectStoreError) {
    let what = "The listing of `\(prefix)`"
    var token: String?
    var last: String?
    var count = 0
    repeat {
      var query = [("list-type", "2"), ("max-keys", "\(S3ListPage.keysMax)"), ("prefix", prefix)]
        .map { (name: $0.0, value: $0.1) }
      if let delimiter { query.append((name: "delimiter", value: delimiter)) }
      if let token { query.append((name: "continuation-token", value: token)) }
      let response = try await call(
        what, Call("GET", key: nil, query: query, answer: S3ListPage.bytesMax))
      guard response.status == 200 else { throw refusal(response, what) }
      let page: S3ListPage
      do { page = try S3ListPage(parsing: response.body) } catch {
        throw ObjectStoreError(.io, "\(subject(what)) is no listing")
      }
      body(page)
      guard page.isTruncated else { return }
      count += page.objects.count + page.folders.count
      guard let next = page.nextToken, !next.isEmpty, let end = page.last,
        last.map({ S3ListPage.isBefore($0, end) }) != false, count <= Self.objectsMax
      else { throw ObjectStoreError(.io, "\(subject(what)) does not come to an end") }
      (token, last) = (next, end)
    } while true
  }
}
