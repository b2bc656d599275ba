import CurlTransport
import Testing

@testable import ObjectStores

/// The examples that Amazon publishes with the description of its signatures.
@Suite("Signatures, version 4") struct SignatureV4Tests {
  private static let empty = SHA256.hex(SHA256.hash([]))
  private static let credentials = S3Credentials(
    accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")

  private func sign(
    _ method: String, _ path: String, query: [(name: String, value: String)] = [],
    headers: [HTTPField] = [], payload: String = empty
  ) -> SignatureV4 {
    SignatureV4(
      SignatureV4.Request(
        method: method, path: path, query: query,
        headers: [
          HTTPField("Host", "examplebucket.s3.amazonaws.com"),
          HTTPField("x-amz-content-sha256", payload), HTTPField("x-amz-date", "20130524T000000Z"),
        ] + headers, payloadHash: payload),
      credentials: Self.credentials, region: "us-east-1",
      time: SignatureTime(seconds: 1_369_353_600))
  }

  @Test("an object's range is asked for as in Amazon's example, step by step")
  func get() {
    let signed = sign("GET", "/test.txt", headers: [HTTPField("Range", "bytes=0-9")])
    #expect(
      signed.canonicalRequest == """
        GET
        /test.txt

        host:examplebucket.s3.amazonaws.com
        range:bytes=0-9
        x-amz-content-sha256:\(Self.empty)
        x-amz-date:20130524T000000Z

        host;range;x-amz-content-sha256;x-amz-date
        \(Self.empty)
        """)
    #expect(
      signed.stringToSign == """
        AWS4-HMAC-SHA256
        20130524T000000Z
        20130524/us-east-1/s3/aws4_request
        7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972
        """)
    #expect(
      signed.signature == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
  }

  @Test("an object is put as in Amazon's example, its name escaped")
  func put() {
    let signed = sign(
      "PUT", "/" + PercentEncoding.encode("test$file.text", keepingSlashes: true),
      headers: [
        HTTPField("Date", "Fri, 24 May 2013 00:00:00 GMT"),
        HTTPField("x-amz-storage-class", "REDUCED_REDUNDANCY"),
      ], payload: SHA256.hex(SHA256.hash("Welcome to Amazon S3.".utf8)))
    #expect(
      signed.signature == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd")
  }

  @Test("queries are signed as in Amazon's examples")
  func queries() {
    #expect(
      sign("GET", "/", query: [("lifecycle", "")]).signature
        == "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")
    #expect(
      sign("GET", "/", query: [("prefix", "J"), ("max-keys", "2")]).signature
        == "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")
  }

  @Test("a key is derived as in Amazon's example")
  func key() {
    let key = SignatureV4.signingKey(
      secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", day: "20150830", region: "us-east-1",
      service: "iam")
    #expect(
      SHA256.hex(key) == "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9")
  }

  @Test(
    "instants are written as signatures have them",
    arguments: [
      (0, "19700101T000000Z"), (951_782_399, "20000228T235959Z"),
      (951_782_400, "20000229T000000Z"), (1_709_251_199, "20240229T235959Z"),
      (4_107_542_399, "21000228T235959Z"), (4_107_542_400, "21000301T000000Z"),
    ])
  func times(seconds: Int, text: String) { #expect(SignatureTime(seconds: seconds).text == text) }

  @Test("credentials are not printed")
  func secrecy() {
    #expect(!"\(Self.credentials) \(String(reflecting: Self.credentials))".contains("EXAMPLE"))
  }
}
