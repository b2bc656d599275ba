import Foundation
import Testing

@Suite("The mover, by hand") struct MoverTests {
  @Test("a file goes into a repository and comes back, as a whole and alone")
  func there() throws {
    let scratch = try Scratch()
    let folder = scratch.folder
    try Data("secret\n".utf8).write(to: folder.appending(path: "password"))
    let data = folder.appending(path: "data")
    try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
    try Data("one".utf8).write(to: data.appending(path: "file"))
    let options = ["--repository", folder.path + "/gold", "--password-file", "password"]

    func run(_ verb: [String], _ rest: [String]) throws {
      let result = try Program.run(verb + options + rest, in: folder)
      #expect(result.exit == 0, "\(verb): \(result.talk)")
    }
    try run(["repo", "init"], [])
    try run(["mover", "backup"], ["--volume-path", "/data", data.path])
    try run(["repo", "snapshots"], [])
    let whole = folder.path + "/whole"
    try run(
      ["mover", "restore"], ["--snapshot", "latest", "--target", whole, "--limit-download", "9000"])
    let alone = folder.path + "/alone"
    try run(["mover", "put"], ["--snapshot", "latest", "--path", "file", "--target", alone])
    for path in [whole + "/file", alone] {
      #expect(FileManager.default.contents(atPath: path) == Data("one".utf8))
    }
  }
}
