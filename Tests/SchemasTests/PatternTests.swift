import Schemas
import Testing

@Suite("Patterns") struct PatternTests {
  @Test(
    "match like ECMAScript's regular expressions",
    arguments: [
      ("^a+$", "aaa", true), ("^a+$", "aab", false), ("a|bc", "xbcx", true),
      ("^(a|b)*c$", "ababc", true),
      ("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "a-b", true),
      ("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "a-", false), ("^a{2,3}$", "aa", true),
      ("^a{2,3}$", "aaaa", false), ("^a{2,}$", "aaaaa", true), ("^a{2}$", "a", false),
      ("\\d+\\.\\d", "v1.2", true), ("^[^x]$", "é", true), ("^.$", "\n", false), ("", "any", true),
      ("^$", "", true), ("^\\$\\(params\\.[A-Za-z0-9_-]+\\)$", "$(params.on)", true),
      ("[\\w-]+@", "a-b@", true), ("^(?:ab)+$", "abab", true), ("x*", "", true),
      ("(a*)*$", "b", true),
      ("[+/=]", "=", true), ("^\\S+$", "a b", false),
    ])
  func matches(pattern: String, text: String, expected: Bool) throws {
    #expect(try Pattern(pattern).matches(text) == expected)
  }

  @Test(
    "what cannot be matched in linear time, or means nothing, is refused",
    arguments: ["(", ")", "[a", "a{", "a{2,1}", "*a", "(?=a)", "\\1", "\\", "[b-a]", "a{99999}"])
  func refused(pattern: String) { #expect(throws: SchemaError.self) { try Pattern(pattern) } }

  @Test("a pattern that explodes elsewhere ends here")
  func linear() throws {
    let text = String(repeating: "a", count: 5000)
    #expect(try !Pattern("^(a|a)*(a|a)*(a|a)*b$").matches(text))
  }
}
