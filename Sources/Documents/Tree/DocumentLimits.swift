/// What a file may cost. The defaults fit plan files and kubeconfigs many times over.
public struct DocumentLimits: Hashable, Sendable {
  public var bytesMax: Int
  public var depthMax: Int
  /// Keys and values of one file, whatever aliases stand for included.
  public var nodesMax: Int
  public var documentsMax: Int

  public init(
    bytesMax: Int = 8 << 20, depthMax: Int = 64, nodesMax: Int = 500_000, documentsMax: Int = 10_000
  ) {
    self.bytesMax = bytesMax
    self.depthMax = depthMax
    self.nodesMax = nodesMax
    self.documentsMax = documentsMax
  }
}
