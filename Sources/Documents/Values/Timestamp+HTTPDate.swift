extension Timestamp {
  private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// Reads the date of an HTTP header in the form that all servers must send (RFC 9110):
  /// `Sun, 06 Nov 1994 08:49:37 GMT`.
  ///
  /// - Returns: `nil` for the two obsolete forms, and for what is no date.
  public static func parsing(httpDate text: String) -> Timestamp? {
    let words = text.split(separator: " ")
    guard words.count == 6, words[0].count == 4, words[0].hasSuffix(","), words[5] == "GMT",
      words[1].utf8.count == 2, words[3].utf8.count == 4,
      let month = months.firstIndex(of: String(words[2]))
    else { return nil }
    let number = month + 1
    return Timestamp("\(words[3])-\(number < 10 ? "0" : "")\(number)-\(words[1])T\(words[4])Z")
  }

  /// For an HTTP header, the second's fraction cut off: `Sun, 06 Nov 1994 08:49:37 GMT`.
  public var httpDate: String {
    let date = civil
    func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return "\(Self.weekdays[Int(weekday)]), \(two(date.day)) \(Self.months[Int(date.month) - 1]) "
      + "\(date.year) \(two(date.hour)):\(two(date.minute)):\(two(date.second)) GMT"
  }
}
