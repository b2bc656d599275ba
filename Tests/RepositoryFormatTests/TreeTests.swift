import RepositoryFormat
import Testing

@Suite("Trees") struct TreeTests {
  @Test(
    "what restic wrote is written again byte for byte",
    arguments: [TreeVectors.directory, TreeVectors.names, #"{"nodes":[]}"# + "\n"])
  func roundTrip(text: String) throws {
    let tree = try Tree(decoding: Array(text.utf8))
    #expect(String(decoding: tree.encoded(), as: UTF8.self) == text)
  }

  @Test("a name keeps its bytes, whatever they are")
  func names() throws {
    let tree = try Tree(decoding: Array(TreeVectors.names.utf8))
    let name: [UInt8] = Array("bad".utf8) + [0xFE, 0xFF] + Array("name".utf8)
    #expect(tree.node(named: name)?.size == 1)
    #expect(tree.node(named: Array("na\"me\\with<>&quotes".utf8)) != nil)
    #expect(tree.node(named: Array("missing".utf8)) == nil)
  }

  @Test(
    "a node says its kind in Go's mode bits",
    arguments: [
      (0o040755, 2_147_484_141), (0o041777, 2_148_532_735), (0o104755, 8_389_101),
      (0o120777, 134_218_239), (0o010644, 33_554_852), (0o060644, 67_109_284),
      (0o020644, 69_206_436),
    ] as [(UInt32, UInt32)])
  func modes(unix: UInt32, go: UInt32) {
    #expect(FileMode(unix: unix).rawValue == go)
    #expect(FileMode(rawValue: go).permissions == unix & 0o7777)
  }

  @Test("numbers keep all 64 bits")
  func wideNumbers() throws {
    var node = TreeNode(name: [UInt8(ascii: "a")], kind: .file)
    node.inode = .max
    node.size = .max - 1
    let tree = try Tree(decoding: Tree(nodes: [node]).encoded())
    #expect(tree.nodes == [node])
  }

  @Test(
    "names that lead elsewhere are not safe",
    arguments: ["", ".", "..", "a/b", "/", "a\0b"])
  func unsafeNames(name: String) {
    #expect(!TreeNode(name: Array(name.utf8), kind: .file).hasSafeName)
  }

  @Test(
    "what is no tree is an error, and never a crash",
    arguments: [
      "", "{", "[]", #"{"nodes":[{"name":"a"}]}"#, #"{"nodes":[{"type":"file"}]}"#,
      #"{"nodes":[{"name":"a","type":"dir"}]}"#,
      #"{"nodes":[{"name":"b","type":"file"},{"name":"a","type":"file"}]}"#,
      #"{"nodes":[{"name":"a","type":"file"},{"name":"a","type":"file"}]}"#,
      #"{"nodes":[{"name":"a\\x","type":"file"}]}"#,
      #"{"nodes":[{"name":"a","type":"file","inode":18446744073709551616}]}"#,
      #"{"nodes":[{"name":"a","type":"file","mtime":"2026-13-01T00:00:00Z"}]}"#,
      #"{"nodes":[{"name":"a","type":"file","content":["zz"]}]}"#,
    ])
  func hostile(text: String) {
    #expect(throws: FormatError.self) { try Tree(decoding: Array(text.utf8)) }
  }

  @Test("nesting without end is an error, and no overflow of the stack")
  func endlessNesting() {
    let text = #"{"nodes":[],"more":"# + String(repeating: "[", count: 1_000_000)
    let isRefused = (try? Tree(decoding: Array(text.utf8))) == nil
    #expect(isRefused)
  }

  @Test("every truncation of a tree is an error")
  func truncated() {
    let bytes = Array(TreeVectors.directory.utf8)
    for count in 0..<(bytes.count - 2) {
      #expect(throws: FormatError.self) { try Tree(decoding: Array(bytes[..<count])) }
    }
  }
}
