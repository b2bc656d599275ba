import CurlTransport

/// AWS's Signature Version 4 of one request, as a value: each step can be looked at.
struct SignatureV4 {
  let canonicalRequest: String
  let stringToSign: String
  let signature: String
  /// What the `Authorization` header says.
  let authorization: String

  struct Request {
    var method: String
    /// Percent-encoded, beginning with `/`.
    var path: String
    /// Names and values as they are, not encoded.
    var query: [(name: String, value: String)] = []
    /// All of them are signed; `Host` and `X-Amz-Date` must be among them.
    var headers: [HTTPField]
    /// SHA-256 of the body in hexadecimal digits.
    var payloadHash: String

    /// The query as it is signed and must be sent: encoded and sorted.
    var canonicalQuery: String {
      query.map { (PercentEncoding.encode($0.name), PercentEncoding.encode($0.value)) }
        .sorted { $0 < $1 }
        .map { "\($0.0)=\($0.1)" }.joined(separator: "&")
    }
  }

  /// - Parameter time: The same instant as in `X-Amz-Date`.
  init(
    _ request: Request, credentials: S3Credentials, region: String, service: String = "s3",
    time: SignatureTime
  ) {
    let headers = request.headers.map { ($0.name.lowercased(), Self.trimmed($0.value)) }
      .sorted { $0.0 < $1.0 }
    let names = headers.map(\.0).joined(separator: ";")
    canonicalRequest =
      ([request.method, request.path, request.canonicalQuery]
      + headers.map { "\($0.0):\($0.1)" } + ["", names, request.payloadHash])
      .joined(separator: "\n")
    let scope = "\(time.day)/\(region)/\(service)/aws4_request"
    stringToSign = [
      "AWS4-HMAC-SHA256", time.text, scope, SHA256.hex(SHA256.hash(canonicalRequest.utf8)),
    ].joined(separator: "\n")
    let key = Self.signingKey(
      secret: credentials.secretKey, day: time.day, region: region, service: service)
    signature = SHA256.hex(SHA256.authenticate(Array(stringToSign.utf8), key: key))
    authorization =
      "AWS4-HMAC-SHA256 Credential=\(credentials.accessKey)/\(scope), "
      + "SignedHeaders=\(names), Signature=\(signature)"
  }

  static func signingKey(
    secret: String, day: String, region: String, service: String
  ) -> [UInt8] {
    [day, region, service, "aws4_request"].reduce(Array("AWS4\(secret)".utf8)) { key, word in
      SHA256.authenticate(Array(word.utf8), key: key)
    }
  }

  /// Without blanks at its ends, and with one where there were several.
  private static func trimmed(_ value: String) -> String {
    value.split(whereSeparator: { $0 == " " || $0 == "\t" }).joined(separator: " ")
  }
}

/// An instant in the form that signatures use: `20130524T000000Z`.
struct SignatureTime: Hashable {
  let text: String
  var day: String { String(text.prefix(8)) }

  /// - Parameter seconds: Since 1970, in UTC.
  init(seconds: Int) {
    let (days, rest) = seconds.quotientAndRemainder(dividingBy: 86_400)
    // Years that begin in March: the leap day is then the last one (Howard Hinnant's algorithm).
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
    func padded(_ number: Int, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    text =
      padded(year, 4) + padded(month, 2) + padded(dayOfYear - (153 * marchMonth + 2) / 5 + 1, 2)
      + "T" + padded(rest / 3600, 2) + padded(rest / 60 % 60, 2) + padded(rest % 60, 2) + "Z"
  }
}
