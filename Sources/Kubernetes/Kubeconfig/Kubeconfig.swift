public import Documents

/// Clusters, users and contexts, from one or several files.
///
/// Names that several files define belong to the first of them, as in kubectl.
public struct Kubeconfig: Sendable {
  public private(set) var currentContext: String?
  private var entries: [Section: [String: Entry]] = [:]
  /// For messages: the files read, in order.
  private var files: [String] = []

  enum Section: String, CaseIterable {
    case clusters, users, contexts

    /// The member that holds an entry's own fields.
    var member: String { String(rawValue.dropLast()) }
  }

  /// One named entry and the file that it came from.
  struct Entry {
    var fields: JSONValue
    var file: String
  }

  public init() {}

  /// Adds what a file says and no earlier file has said.
  ///
  /// - Throws: ``ConfigurationError`` where the file has not the shape of a kubeconfig.
  public mutating func merge(
    _ document: JSONValue, file: String
  ) throws(ConfigurationError) {
    files.append(file)
    if document.isNull { return }
    guard document.objectValue != nil else {
      throw ConfigurationError("The file is no kubeconfig but \(document.typeName)", file: file)
    }
    if let kind = document["kind"]?.stringValue, kind != "Config" {
      throw ConfigurationError("The kind is `\(kind)`, not `Config`", file: file, field: "kind")
    }
    if currentContext == nil, let name = document["current-context"]?.stringValue, !name.isEmpty {
      currentContext = name
    }
    for section in Section.allCases {
      try merge(document[section.rawValue] ?? .null, into: section, file: file)
    }
  }

  private mutating func merge(
    _ list: JSONValue, into section: Section, file: String
  ) throws(ConfigurationError) {
    if list.isNull { return }
    guard let elements = list.arrayValue else {
      throw ConfigurationError("The value is no list", file: file, field: section.rawValue)
    }
    for (index, element) in elements.enumerated() {
      guard let name = element["name"]?.stringValue else {
        throw ConfigurationError(
          "The entry has no name", file: file, field: "\(section.rawValue)[\(index)]")
      }
      let fields = element[section.member] ?? [:]
      if entries[section]?[name] == nil {
        entries[section, default: [:]][name] = Entry(fields: fields, file: file)
      }
    }
  }

  /// The names of all contexts, sorted.
  public var contextNames: [String] { (entries[.contexts] ?? [:]).keys.sorted() }

  /// The fields of one entry.
  func fields(
    _ section: Section, _ name: String, wantedBy field: String
  ) throws(ConfigurationError) -> KubeconfigFields {
    guard let entry = entries[section]?[name] else {
      throw ConfigurationError(
        "There is no \(section.member) `\(name)`", file: files.joined(separator: ":"), field: field)
    }
    return KubeconfigFields(
      fields: entry.fields, file: entry.file,
      path: "\(section.rawValue)[\(name)].\(section.member)")
  }
}
