import CLinux
import Glibc
import Testing

@testable import SandboxServer

@Suite("Copies of volumes") struct TreeCopierTests {
  @Test("a copy keeps modes, times, links, holes and names")
  func keepsEverything() throws {
    try withTemporaryDirectory { directory in
      let from = directory + "/from"
      let to = directory + "/to"
      try Files.makeDirectories(from + "/sub/deep")
      try Files.write(Array("hello".utf8), to: from + "/file", mode: 0o640)
      try Files.write([], to: from + "/sub/empty", mode: 0o4755)
      #expect(unsafe link(from + "/file", from + "/sub/same") == 0)
      try Files.makeLink(from + "/link", to: "does/not/exist")
      #expect(unsafe mkfifo(from + "/fifo", 0o600) == 0)
      let sparse = try Descriptor.open(from + "/sparse", O_RDWR | O_CREAT)
      #expect(unsafe pwrite(sparse.number, "x", 1, 10 << 20) == 1)
      let times = [
        timespec(tv_sec: 5, tv_nsec: 6), timespec(tv_sec: 1_000_000_000, tv_nsec: 123_456_789),
      ]
      #expect(unsafe utimensat(AT_FDCWD, from + "/file", times, 0) == 0)
      try Files.setMode(from + "/sub/deep", 0o500)

      var copier = TreeCopier()
      try copier.copy(from, to: to)

      #expect(try Files.names(in: to) == ["fifo", "file", "link", "sparse", "sub"])
      #expect(try Files.read(to + "/file") == Array("hello".utf8))
      let file = try #require(Files.status(to + "/file"))
      #expect(file.st_mode & 0o7777 == 0o640)
      #expect(file.st_mtim.tv_sec == 1_000_000_000)
      #expect(file.st_mtim.tv_nsec == 123_456_789)
      #expect(file.st_nlink == 2)
      #expect(Files.status(to + "/sub/same")?.st_ino == file.st_ino)
      #expect(Files.status(to + "/sub/empty").map { $0.st_mode & 0o7777 } == 0o4755)
      #expect(Files.status(to + "/sub/deep").map { $0.st_mode & 0o7777 } == 0o500)
      #expect(try Files.destination(ofLink: to + "/link") == "does/not/exist")
      #expect(Files.kind(to + "/fifo") == .other)
      let hole = try #require(Files.status(to + "/sparse"))
      #expect(hole.st_size == 10 << 20 + 1)
      #expect(hole.st_blocks < 1000)
      #expect(copier.bytes == Int64(5 + 10 << 20 + 1))
      try Files.setMode(from + "/sub/deep", 0o700)
    }
  }

  @Test("what is not there is copied as nothing")
  func vanished() throws {
    try withTemporaryDirectory { directory in
      var copier = TreeCopier()
      try copier.copy(directory + "/gone", to: directory + "/to")
      #expect(!Files.exists(directory + "/to"))
    }
  }
}

/// Runs `body` with the path of a directory of its own, which is removed afterwards.
func withTemporaryDirectory(_ body: (String) throws -> Void) throws {
  let path = "/tmp/oadp-plan-tests-" + (try randomHexadecimal(bytes: 8))
  try Files.makeDirectories(path)
  defer { try? Files.removeTree(path) }
  try body(path)
}
