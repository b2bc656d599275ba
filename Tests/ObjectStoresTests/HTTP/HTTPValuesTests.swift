import CurlTransport
import Testing

@testable import ObjectStores

@Suite("What stores over HTTP compute") struct HTTPValuesTests {
  private let policy = RetryPolicy(
    attemptsMax: 5, pauseFirst: .seconds(1), pauseMax: .seconds(3), deadline: .seconds(20))

  @Test("waits double up to a bound, and half of each is chance")
  func pauses() {
    let short = (1...5).map { policy.pause(afterFailures: $0, elapsed: .zero, jitter: 0) }
    #expect(short == [.seconds(0.5), .seconds(1), .seconds(1.5), .seconds(1.5), nil])
    let long = (1...5).map { policy.pause(afterFailures: $0, elapsed: .zero, jitter: 1) }
    #expect(long == [.seconds(1), .seconds(2), .seconds(3), .seconds(3), nil])
  }

  @Test("a server's own wish is waited for in full or not at all")
  func retryAfter() {
    #expect(
      policy.pause(afterFailures: 1, elapsed: .zero, retryAfter: .seconds(9), jitter: 0)
        == .seconds(9))
    #expect(
      policy.pause(afterFailures: 1, elapsed: .seconds(12), retryAfter: .seconds(9), jitter: 0)
        == nil)
    #expect(RetryPolicy.retryAfter("7") == .seconds(7))
    for text in ["-1", "99999999", "Fri, 31 Dec 1999 23:59:59 GMT", ""] {
      #expect(RetryPolicy.retryAfter(text) == nil)
    }
  }

  @Test("no attempt starts behind the deadline")
  func deadline() {
    #expect(policy.pause(afterFailures: 1, elapsed: .seconds(20), jitter: 0) == nil)
  }

  @Test("only what may change is tried again")
  func transience() {
    #expect([429, 500, 502, 503, 504].allSatisfy(RetryPolicy.isTransient))
    #expect(
      ![200, 301, 400, 401, 403, 404, 409, 412, 416, 501].contains(where: RetryPolicy.isTransient))
  }

  @Test("S3 locations are read as restic reads them")
  func locations() throws {
    let one = try S3Location(parsing: "http://127.0.0.1:8333/bucket/a//b/")
    #expect(
      (one.scheme, one.authority, one.bucket, one.prefix)
        == ("http", "127.0.0.1:8333", "bucket", "a/b"))
    let two = try S3Location(parsing: "s3.eu-west-1.amazonaws.com/bucket")
    #expect((two.scheme, two.bucket, two.prefix) == ("https", "bucket", ""))
    #expect(two.regionOfHost == "eu-west-1")
    #expect(
      two.place(key: "a b", .automatic)
        == ("bucket.s3.eu-west-1.amazonaws.com", "/a%20b"))
    #expect(two.place(key: "x", .path) == ("s3.eu-west-1.amazonaws.com", "/bucket/x"))
    let three = try S3Location(parsing: "https://s3.amazonaws.com/bucket")
    #expect(three.regionOfHost == nil)
    #expect(one.place(key: nil, .automatic) == ("127.0.0.1:8333", "/bucket/"))
  }

  @Test(
    "what is no S3 location is refused, and no secret repeated",
    arguments: ["h", "http://h/", "http://me:secret@h/b", "h/b/../c", "h/b?x", "h/b%2f", "h:x/b"])
  func badLocations(text: String) {
    let error = #expect(throws: ObjectStoreError.self) { try S3Location(parsing: text) }
    #expect(error?.reason == .badLocation)
    #expect(error?.description.contains("secret") == false)
  }

  @Test("a REST location gives its user away to nobody")
  func restLocations() throws {
    let location = try RESTLocation(parsing: "http://me:se%3Acret@h:8000/x", StoreOptions())
    #expect(location.url == "http://h:8000/x/")
    #expect((location.user, location.password) == ("me", "se:cret"))
    #expect(location.authorization?.value == "Basic bWU6c2U6Y3JldA==")
    let other = try RESTLocation(parsing: "http://h/", RealServer.options)
    #expect(other.authorization?.value == "Basic bWU6cGFzczp3b3Jk")
  }

  @Test("both versions of a REST listing are read, and foreign names passed over")
  func listings() throws {
    let id = String(repeating: "a", count: 64)
    let one = try #require(RESTListing(parsing: Array(#"["\#(id)","x"]"#.utf8), .pack))
    #expect(one.namesOnly.map(\.digest) == [id] && one.entries == [])
    let two = try #require(
      RESTListing(
        parsing: Array(#"[{"name":"\#(id)","size":7},{"name":"../x","size":1}]"#.utf8), .pack))
    #expect(two.entries.map(\.bytes) == [7] && two.namesOnly == [])
    for text in ["{}", "[1]", "[[[[[[]]]]]]", #"[{"name":"\#(id)","size":-1}]"#, "[", ""] {
      #expect(RESTListing(parsing: Array(text.utf8), .pack) == nil)
    }
  }

  @Test("a page of a listing is read with its escapes")
  func page() throws {
    let page = try S3ListPage(
      parsing: Array(
        """
        <?xml version="1.0"?>
        <ListBucketResult xmlns="x"><IsTruncated>true</IsTruncated><Prefix>p</Prefix>
        <Contents><Key>a&amp;b&#x41;</Key><Size>3</Size><Owner><ID>1</ID></Owner></Contents>
        <CommonPrefixes><Prefix>f/</Prefix></CommonPrefixes><Delimiter/>
        <NextContinuationToken>t</NextContinuationToken></ListBucketResult>
        """.utf8))
    #expect(page.objects == [S3ListPage.Object(key: "a&bA", bytes: 3)])
    #expect(page.folders == ["f/"] && page.isTruncated && page.nextToken == "t")
  }

  @Test(
    "what is not the XML of a listing is refused",
    arguments: [
      "", "<a>", "<a></b>", "</a>", "<a/>", "x", "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
      "<ListBucketResult>&b;</ListBucketResult>", "<ListBucketResult>&#0;</ListBucketResult>",
      "<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>",
      String(repeating: "<a>", count: 1000), "<" + String(repeating: "a", count: 1000) + "/>",
      "<ListBucketResult>\(String(repeating: "x", count: 100_000))</ListBucketResult>",
      "<ListBucketResult>"
        + String(
          repeating: "<Contents><Key>a</Key><Size>1</Size></Contents>", count: 1001)
        + "</ListBucketResult>",
    ])
  func badPages(text: String) {
    #expect(throws: XMLScanner.Malformed.self) { try S3ListPage(parsing: Array(text.utf8)) }
  }
}
