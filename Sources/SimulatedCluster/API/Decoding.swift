import Documents

extension SimulatedKubernetes {
  /// Reads an object from a request: right kind, known members, right types.
  ///
  /// - Parameter prefix: What refusals say first: patches name themselves.
  func decode(_ body: JSONValue, _ call: Call, _ options: WriteOptions) throws(APIError) -> (
    object: JSONValue, warnings: [String]
  ) {
    guard body.objectValue != nil else {
      throw .badRequest("the object provided is unrecognized (must be of type Object)")
    }
    guard !body.kind.isEmpty else {
      throw .badRequest("Object 'Kind' is missing in '\(CanonicalJSON.string(body))'")
    }
    guard body.apiVersion == call.apiVersion, body.kind == call.resource.kind else {
      throw .badRequest(
        "\(body.kind) in version \"\(body.apiVersion)\" cannot be handled as a "
          + "\(call.resource.kind): no kind \"\(body.kind)\" is registered for version "
          + "\"\(call.apiVersion)\"")
    }
    var decoder = ObjectDecoder()
    var object = decoder.decode(body, as: call.version.schema, at: "") ?? [:]
    try check(decoder, body, call)
    let complaints = decoder.unknown.map { "unknown field \"\($0)\"" }
    if options.fieldValidation == .strict, !complaints.isEmpty {
      let text = "strict decoding error: " + complaints.joined(separator: ", ")
      throw .badRequest(
        call.resource.isCustom
          ? text
          : "\(call.resource.kind) in version \"\(call.version.name)\" cannot be handled as a "
            + "\(call.resource.kind): \(text)")
    }
    if call.resource.isCustom { object = call.version.schema.fillingDefaults(object) }
    return (object, options.fieldValidation == .warn ? complaints : [])
  }

  private func check(_ decoder: ObjectDecoder, _ body: JSONValue, _ call: Call) throws(APIError) {
    guard let mismatch = decoder.mismatches.first else { return }
    let isOwn = mismatch.path.hasPrefix("metadata")
    if call.resource.isCustom, !isOwn {
      throw .invalid(
        call.resource.kind, group: call.resource.group, body.name,
        decoder.mismatches.map(\.fieldError))
    }
    throw .badRequest(
      "\(call.resource.kind) in version \"\(call.version.name)\" cannot be handled as a "
        + "\(call.resource.kind): \(mismatch.decodingMessage)")
  }
}
