import ArgumentParser
import Documents
import RepositoryEngine
import RepositoryFormat

struct RepoKeys: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "List, add, remove and rotate the passwords of a repository.",
    subcommands: [List.self, Add.self, Remove.self, Rotate.self], defaultSubcommand: List.self)

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the keys; `*` marks the one that opened.")

    @OptionGroup var options: RepositoryOptions
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
      let repository = try await options.open()
      let list = try await RepositoryFailure.explained { try await repository.keys() }
      if json {
        Console.standard.write(CanonicalJSON.pretty(.array(list.keys.map(\.json))))
      } else {
        let rows = [["", "ID", "USER", "HOST", "CREATED"]]
        Console.standard.write(TextTable.lines(rows + list.keys.map(\.row)).joined())
      }
      for id in list.damaged {
        Console.standard.talk("warning: Key \(id.short) cannot be read\n")
      }
    }
  }

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Add a password. All of them open the same repository.")

    @OptionGroup var options: RepositoryOptions
    @OptionGroup var password: NewPassword

    func run() async throws {
      let (repository, password) = (try await options.open(), try password.read())
      let id = try await RepositoryFailure.explained {
        try await repository.addKey(password: password)
      }
      Console.standard.write("added key \(id.short)\n")
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Remove a key: its password opens no more. Not the one that is in use.")

    @OptionGroup var options: RepositoryOptions
    @Argument(help: "A key's id, or enough of its beginning.") var key: String

    func run() async throws {
      let repository = try await options.open()
      let id = try await RepositoryFailure.explained {
        let id = try await repository.resolveKey(key)
        try await repository.removeKey(id)
        return id
      }
      Console.standard.write("removed key \(id.short)\n")
    }
  }

  struct Rotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Replace the password in use by a new one.",
      discussion: """
        The new key is added and tried before the old one goes. What the repository holds is \
        encrypted with its master key, which stays: whoever copied it can still read.
        """)

    @OptionGroup var options: RepositoryOptions
    @OptionGroup var password: NewPassword

    func run() async throws {
      let (repository, password) = (try await options.open(), try password.read())
      let id = try await RepositoryFailure.explained {
        try await repository.changePassword(to: password)
      }
      Console.standard.write("the password is now that of key \(id.short)\n")
    }
  }
}

/// A password that is to open the repository from now on.
struct NewPassword: ParsableArguments {
  @Option(help: ArgumentHelp("A file that holds the new password.", valueName: "file"))
  var newPasswordFile: String

  func read() throws -> [UInt8] { try PasswordText.read(newPasswordFile) }
}

extension RepositoryKey {
  fileprivate var row: [String] {
    [isInUse ? "*" : "", id.short, username, hostname, created.rounded]
  }

  fileprivate var json: JSONValue {
    [
      "id": .string(id.description), "current": .bool(isInUse), "userName": .string(username),
      "hostName": .string(hostname), "created": .string(created.description),
    ]
  }
}
