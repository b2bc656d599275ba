import ArgumentParser

/// Which service account runs the plans.
struct AccountOption: ParsableArguments {
  @Option(
    help: ArgumentHelp("Who runs the plans.", valueName: "namespace/name"))
  var serviceAccount = "oadp-plan/oadp-plan"

  func validate() throws {
    let names = names
    guard names.count == 2, names.allSatisfy(Self.isName) else {
      throw ValidationError("--service-account is a namespace and a name: oadp-plan/oadp-plan")
    }
  }

  var parts: (namespace: String, name: String) { (String(names[0]), String(names[1])) }

  private var names: [Substring] {
    serviceAccount.split(separator: "/", omittingEmptySubsequences: false)
  }

  /// Whether it may be the name of a namespace or an account: letters, digits, `-` and `.`.
  private static func isName(_ text: Substring) -> Bool {
    (1...253).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E
      }
  }
}
