extension TreeNode {
  /// The node's JSON, byte for byte as restic writes it: the tree's id depends on every one.
  public func encoded() -> [UInt8] {
    var json = JSONWriter()
    json.begin("{")
    json.key("name")
    json.string(GoText.quoted(name))
    json.key("type")
    json.value(kind.rawValue)
    if mode.rawValue != 0 { json.member("mode", mode.rawValue) }
    for (key, time) in [("mtime", modified), ("atime", accessed), ("ctime", changed)]
      as [(String, FileTime)]
    {
      json.key(key)
      json.value(time.description)
    }
    json.member("uid", uid)
    json.member("gid", gid)
    if !user.isEmpty { json.member("user", user) }
    if !group.isEmpty { json.member("group", group) }
    if inode != 0 { json.member("inode", inode) }
    if deviceID != 0 { json.member("device_id", deviceID) }
    if size != 0 { json.member("size", size) }
    if links != 0 { json.member("links", links) }
    encodeLinkTarget(into: &json)
    encodeExtendedAttributes(into: &json)
    if device != 0 { json.member("device", device) }
    encodeContent(into: &json)
    json.end("}")
    return json.bytes
  }

  private func encodeLinkTarget(into json: inout JSONWriter) {
    guard !linkTarget.isEmpty else { return }
    json.key("linktarget")
    json.string(linkTarget)
    guard String(validating: linkTarget, as: UTF8.self) == nil else { return }
    json.key("linktarget_raw")
    json.base64(linkTarget)
  }

  private func encodeExtendedAttributes(into json: inout JSONWriter) {
    guard !extendedAttributes.isEmpty else { return }
    json.key("extended_attributes")
    json.begin("[")
    for attribute in extendedAttributes {
      json.begin("{")
      json.key("name")
      json.string(attribute.name)
      json.key("value")
      json.base64(attribute.value)
      json.end("}")
    }
    json.end("]")
  }

  private func encodeContent(into json: inout JSONWriter) {
    json.key("content")
    if kind == .file {
      json.begin("[")
      for id in content { json.value(id) }
      json.end("]")
    } else {
      json.null()
    }
    guard let subtree else { return }
    json.key("subtree")
    json.value(subtree)
  }

  init(from cursor: inout JSONCursor) throws(FormatError) {
    var node = TreeNode(name: [], kind: .irregular)
    var hasKind = false
    var rawTarget: [UInt8]?
    try cursor.object { cursor, key throws(FormatError) in
      switch key {
      case "name": node.name = try GoText.unquoted(try cursor.string())
      case "type":
        node.kind = Kind(rawValue: try cursor.text()) ?? .irregular
        hasKind = true
      case "mode": node.mode = FileMode(rawValue: try cursor.unsigned())
      case "mtime": node.modified = try cursor.fileTime()
      case "atime": node.accessed = try cursor.fileTime()
      case "ctime": node.changed = try cursor.fileTime()
      case "uid": node.uid = try cursor.unsigned()
      case "gid": node.gid = try cursor.unsigned()
      case "user": node.user = try cursor.text()
      case "group": node.group = try cursor.text()
      case "inode": node.inode = try cursor.unsigned()
      case "device_id": node.deviceID = try cursor.unsigned()
      case "size": node.size = try cursor.unsigned()
      case "links": node.links = try cursor.unsigned()
      case "linktarget": node.linkTarget = try cursor.string()
      case "linktarget_raw": rawTarget = try cursor.base64()
      case "extended_attributes":
        node.extendedAttributes = try cursor.elements { cursor throws(FormatError) in
          try ExtendedAttribute(from: &cursor)
        }
      case "device": node.device = try cursor.unsigned()
      case "content":
        node.content = try cursor.elements { cursor throws(FormatError) in try cursor.id() }
      case "subtree": node.subtree = cursor.takeNull() ? nil : try cursor.id()
      default: try cursor.skip()
      }
    }
    if let rawTarget { node.linkTarget = rawTarget }
    guard hasKind, !node.name.isEmpty else { throw FormatError("A node has no name or no type") }
    guard node.kind != .directory || node.subtree != nil else {
      throw FormatError("Directory `\(node.displayName)` has no subtree")
    }
    self = node
  }
}

extension TreeNode.ExtendedAttribute {
  init(from cursor: inout JSONCursor) throws(FormatError) {
    var attribute = Self(name: [], value: [])
    try cursor.object { cursor, key throws(FormatError) in
      switch key {
      case "name": attribute.name = try cursor.string()
      case "value": attribute.value = try cursor.base64()
      default: try cursor.skip()
      }
    }
    self = attribute
  }
}

extension Tree {
  /// Joins nodes that are encoded already, in ascending order of their names.
  public static func encoded(nodes: [[UInt8]]) -> [UInt8] {
    var bytes = Array("{\"nodes\":[".utf8)
    bytes.reserveCapacity(nodes.reduce(16) { $0 + $1.count + 1 })
    for (index, node) in nodes.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes += node
    }
    bytes += "]}\n".utf8
    return bytes
  }

  public func encoded() -> [UInt8] { Self.encoded(nodes: nodes.map { $0.encoded() }) }

  /// - Throws: ``FormatError`` for bytes that are no tree, or one whose names are not strictly
  ///   ascending.
  /// - Complexity: O(*n*) in the number of bytes.
  public init(decoding bytes: [UInt8]) throws(FormatError) {
    var nodes: [TreeNode] = []
    try Self.forEachNode(in: bytes) { nodes.append($0) }
    self.init(nodes: nodes)
  }

  /// Visits a tree's nodes without holding more than one of them: the nodes of a hostile tree take
  /// many times the memory of its bytes.
  ///
  /// - Throws: As ``init(decoding:)``; what was visited before counts for nothing then.
  public static func forEachNode(
    in bytes: [UInt8], _ visit: (TreeNode) -> Void
  ) throws(FormatError) {
    var cursor = JSONCursor(bytes)
    var last: [UInt8] = []
    try cursor.object { cursor, key throws(FormatError) in
      guard key == "nodes" else { return try cursor.skip() }
      if cursor.takeNull() { return }
      try cursor.array { cursor throws(FormatError) in
        let node = try TreeNode(from: &cursor)
        guard last.lexicographicallyPrecedes(node.name) else {
          throw FormatError("Node `\(node.displayName)` is out of order")
        }
        last = node.name
        visit(node)
      }
    }
    try cursor.end()
  }
}

extension JSONWriter {
  mutating func member(_ key: String, _ number: some BinaryInteger) {
    self.key(key)
    value(number)
  }

  mutating func member(_ key: String, _ text: String) {
    self.key(key)
    value(text)
  }
}

extension JSONCursor {
  mutating func fileTime() throws(FormatError) -> FileTime {
    guard let time = FileTime(try string()) else { throw FormatError("A time is not RFC 3339") }
    return time
  }
}
