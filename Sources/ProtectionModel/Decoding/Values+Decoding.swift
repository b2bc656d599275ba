import Diagnostics
import Documents

extension String: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    guard let text = node.stringValue else {
      throw DecodingMistake("Expected text", at: node.span, code: .wrongType)
    }
    self = text
  }
}

extension Int: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    guard let number = node.scalar?.value.intValue, let value = Int(exactly: number) else {
      throw DecodingMistake("Expected a whole number", at: node.span, code: .wrongType)
    }
    self = value
  }
}

extension Bool: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    guard let value = node.scalar?.value.boolValue else {
      throw DecodingMistake("Expected `true` or `false`", at: node.span, code: .wrongType)
    }
    self = value
  }
}

extension Duration: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let text = try String(decoding: node)
    guard let value = Duration(planText: text) else {
      throw DecodingMistake("`\(text)` is no duration", at: node.span, code: .invalidDuration)
    }
    self = value
  }
}

extension ByteSize: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let text = try String(decoding: node)
    guard let value = ByteSize(text) else {
      throw DecodingMistake("`\(text)` is no size", at: node.span)
    }
    self = value
  }
}

extension CronSchedule: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let text = try String(decoding: node)
    do throws(CronError) {
      try self.init(text)
    } catch {
      throw DecodingMistake(error.message, at: node.span, code: .invalidSchedule)
    }
  }
}

extension Timestamp: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let text = try String(decoding: node)
    guard let value = Timestamp(text) else {
      throw DecodingMistake("`\(text)` is no date", at: node.span)
    }
    self = value
  }
}

extension SecretReference: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(namespace: try fields.required("namespace"), name: try fields.required("name"))
  }
}

extension SecretKeyReference: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      namespace: try fields.required("namespace"), name: try fields.required("name"),
      key: try fields.required("key"))
  }
}

extension RetentionPolicy: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      last: try fields.optional("last"), hourly: try fields.optional("hourly"),
      daily: try fields.optional("daily"), weekly: try fields.optional("weekly"),
      monthly: try fields.optional("monthly"), yearly: try fields.optional("yearly"),
      within: try fields.optional("within"))
  }
}

extension Consistency: DocumentDecodable {}

extension Objectives: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(rpo: try fields.optional("rpo"), rto: try fields.optional("rto"))
  }
}

extension Metadata: DocumentDecodable {
  init(decoding node: DocumentNode) throws(DecodingMistake) {
    let fields = node.fields
    self.init(
      name: try fields.required("name"), namespace: try fields.optional("namespace"),
      labels: try fields.map("labels"))
  }
}
