import Documents
import Testing

@Suite("Dates of HTTP headers") struct HTTPDateTests {
  @Test(
    "a date is read and written as RFC 9110 asks",
    arguments: [
      ("Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z"),
      ("Thu, 29 Feb 2024 23:59:59 GMT", "2024-02-29T23:59:59Z"),
      ("Thu, 01 Jan 1970 00:00:00 GMT", "1970-01-01T00:00:00Z"),
    ])
  func dates(text: String, expected: String) throws {
    let date = try #require(Timestamp.parsing(httpDate: text))
    #expect(date.description == expected)
    #expect(date.httpDate == text)
    #expect((date + .milliseconds(999)).httpDate == text)
  }

  @Test(
    "what is no such date is none",
    arguments: [
      "", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
      "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 31 Nov 1994 08:49:37 GMT",
      "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT", "a, bc Nov defg hi GMT",
      "Sun, 06 Nov 99999 08:49:37 GMT",
    ])
  func noDates(text: String) { #expect(Timestamp.parsing(httpDate: text) == nil) }
}
