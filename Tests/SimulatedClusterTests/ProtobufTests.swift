import Documents
import Testing

@testable import SimulatedCluster

@Suite("Protocol buffers") struct ProtobufTests {
  /// What `kubectl create namespace shop` sends.
  static let namespace: [UInt8] = [
    0x6B, 0x38, 0x73, 0x00, 0x0A, 0x0F, 0x0A, 0x02, 0x76, 0x31, 0x12, 0x09, 0x4E, 0x61, 0x6D, 0x65,
    0x73, 0x70, 0x61, 0x63, 0x65, 0x12, 0x1C, 0x0A, 0x14, 0x0A, 0x04, 0x73, 0x68, 0x6F, 0x70, 0x12,
    0x00, 0x1A, 0x00, 0x22, 0x00, 0x2A, 0x00, 0x32, 0x00, 0x38, 0x00, 0x42, 0x00, 0x12, 0x00, 0x1A,
    0x02, 0x0A, 0x00, 0x1A, 0x00, 0x22, 0x00,
  ]

  @Test("what Go clients send is read, and what nobody set is left out")
  func namespace() throws {
    let object = try ProtobufDecoder.object(
      Self.namespace, schema: BuiltInTypes.schema("io.k8s.api.core.v1.Namespace"))
    #expect(
      object == [
        "apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "shop"], "spec": [:],
        "status": [:],
      ])
  }

  @Test("no prefix of a message is taken for the whole, and none crashes")
  func truncated() {
    let schema = BuiltInTypes.schema("io.k8s.api.core.v1.Namespace")
    for count in 0..<4 {
      let result = Result { () throws(ProtobufDecoder.Failure) in
        try ProtobufDecoder.object(Array(Self.namespace.prefix(count)), schema: schema)
      }
      #expect((try? result.get()) == nil)
    }
    for count in 4..<Self.namespace.count {
      _ = try? ProtobufDecoder.object(Array(Self.namespace.prefix(count)), schema: schema)
    }
  }
}
