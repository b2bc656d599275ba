import CLibYAML
import Diagnostics

/// Runs libyaml over bytes and hands out one event after the other.
///
/// libyaml keeps the pointer it was given, so all of the work happens inside ``withEvents(of:_:)``.
enum YAMLEvents {
  /// Calls `body` for each event until it returns `false`, the stream ends or libyaml fails.
  ///
  /// - Returns: What libyaml could not understand; `nil` where it understood everything.
  static func forEach(
    in bytes: ArraySlice<UInt8>, _ body: (YAMLEvent) -> Bool
  ) -> YAMLFailure? {
    // Safety: the parser reads through the buffer's pointer and is deleted before the borrow ends.
    unsafe bytes.withUnsafeBufferPointer { buffer in
      var parser = unsafe yaml_parser_t()
      guard unsafe yaml_parser_initialize(&parser) == 1 else { return .outOfMemory }
      defer { unsafe yaml_parser_delete(&parser) }
      unsafe yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
      unsafe yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
      return unsafe run(&parser, body)
    }
  }

  private static func run(
    _ parser: inout yaml_parser_t, _ body: (YAMLEvent) -> Bool
  ) -> YAMLFailure? {
    var goesOn = true
    while goesOn {
      var event = unsafe yaml_event_t()
      guard unsafe yaml_parser_parse(&parser, &event) == 1 else {
        return unsafe YAMLFailure(parser)
      }
      // Safety: libyaml owns the event's strings until this call; `YAMLEvent` has copied them.
      defer { unsafe yaml_event_delete(&event) }
      guard let copy = unsafe YAMLEvent(event) else { return nil }
      goesOn = body(copy)
    }
    return nil
  }
}

/// One of libyaml's events as a value. Marks count Unicode scalars from the start of the input.
struct YAMLEvent {
  enum Kind {
    case streamStart
    case documentStart(hasVersionOtherThan1: Bool)
    case documentEnd
    case alias(String)
    case scalar(text: String, style: yaml_scalar_style_t, properties: Properties)
    case sequenceStart(Properties)
    case mappingStart(Properties)
    case collectionEnd
  }

  struct Properties {
    var anchor: String?
    var tag: String?
  }

  var kind: Kind
  var start: Int
  var end: Int

  /// `nil` at the end of the stream.
  init?(_ event: yaml_event_t) {
    start = unsafe event.start_mark.index
    end = unsafe event.end_mark.index
    switch unsafe event.type {
    case YAML_STREAM_START_EVENT: kind = .streamStart
    case YAML_DOCUMENT_START_EVENT:
      // Safety: libyaml sets the pointer to one directive or to null.
      let version = unsafe event.data.document_start.version_directive
      let major = unsafe version?.pointee.major ?? 1
      kind = .documentStart(hasVersionOtherThan1: major != 1)
    case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
    case YAML_ALIAS_EVENT:
      kind = unsafe .alias(text(event.data.alias.anchor) ?? "")
    case YAML_SCALAR_EVENT:
      let scalar = unsafe event.data.scalar
      // Safety: `value` points to `length` bytes of UTF-8 and one more.
      let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      kind = unsafe .scalar(
        text: String(decoding: bytes, as: UTF8.self), style: scalar.style,
        properties: Properties(anchor: text(scalar.anchor), tag: text(scalar.tag)))
    case YAML_SEQUENCE_START_EVENT:
      let sequence = unsafe event.data.sequence_start
      kind = unsafe .sequenceStart(
        Properties(anchor: text(sequence.anchor), tag: text(sequence.tag)))
    case YAML_MAPPING_START_EVENT:
      let mapping = unsafe event.data.mapping_start
      kind = unsafe .mappingStart(
        Properties(anchor: text(mapping.anchor), tag: text(mapping.tag)))
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: kind = .collectionEnd
    default: return nil
    }
  }
}

/// What libyaml says when it cannot go on.
struct YAMLFailure {
  var problem: String
  /// In Unicode scalars from the start of the input.
  var index: Int
  /// What was being read, and where it began.
  var context: (text: String, index: Int)?

  static let outOfMemory = YAMLFailure(problem: "out of memory", index: 0)

  private init(problem: String, index: Int) {
    self.problem = problem
    self.index = index
  }

  init(_ parser: yaml_parser_t) {
    // Safety: libyaml's messages are string constants, or null.
    problem = unsafe parser.problem.map { unsafe String(cString: $0) } ?? "unknown problem"
    index = unsafe parser.problem_mark.index
    if let text = unsafe parser.context {
      context = unsafe (String(cString: text), parser.context_mark.index)
    }
  }
}

// Safety: libyaml's names are null-terminated, or null.
private func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
  unsafe pointer.map { unsafe String(cString: UnsafePointer($0)) }
}
