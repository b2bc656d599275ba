import Foundation
import Testing

/// Runs other programs: stock restic is the judge of everything here.
enum Shell {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// What a script wrote to standard output. `RESTIC_PASSWORD` is the tests' password.
  @discardableResult
  static func run(_ script: String, _ environment: [String: String] = [:]) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-euo", "pipefail", "-c", script]
    process.environment = ProcessInfo.processInfo.environment
      .merging(["RESTIC_PASSWORD": testPassword, "TZ": "UTC", "LC_ALL": "C"]) { $1 }
      .merging(environment) { $1 }
    let output = Pipe()
    let errors = Pipe()
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let text = String(
      decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    let talk = String(
      decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(
        description: "exit \(process.terminationStatus) of: \(script)\n\(text)\n\(talk)")
    }
    return text
  }

  static func restic(_ repository: String, _ arguments: String) throws -> String {
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/restic") else {
      throw Failure(description: "These tests need `restic` (apt install restic)")
    }
    return try run("restic -r '\(repository)' --no-cache \(arguments)")
  }
}

let testPassword = "test-password"

/// A folder of its own for each test, removed afterwards.
final class Scratch {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "mover-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { _ = try? Shell.run("chmod -R u+rwx '\(path)'; rm -rf '\(path)'") }

  func callAsFunction(_ name: String) -> String { path + "/" + name }
}

/// One of everything that a volume may hold.
enum SourceTree {
  static func make(at path: String) throws {
    try Shell.run(
      #"""
      mkdir -p "$S/sub/empty" "$S/sticky" "$S/many"; cd "$S"
      printf 'hello restic\n' > hello.txt
      : > empty.bin
      head -c 1500000 /dev/zero > zeros.bin
      truncate -s 2M sparse.bin
      printf X | dd of=sparse.bin bs=1 seek=1048576 conv=notrunc status=none
      head -c 5242880 /dev/zero | openssl enc -aes-256-ctr -pbkdf2 -nosalt -pass pass:x > random.bin
      seq 1 120000 > text.txt
      ln hello.txt sub/hardlink.txt
      ln -s ../hello.txt sub/symlink
      ln -s /nowhere/at/all sub/dangling
      mkfifo sub/fifo
      printf a > $'na"me\\with<>&quotes'
      printf b > $'bad\xfe\xffname'
      printf c > $'uni-\u00e9-\u2028-\U0001F600'
      printf d > $'ctl-\x01-\n-\t-\x7f'
      printf e > setuid; chmod 4755 setuid
      chmod 1777 sticky
      for i in $(seq 1 200); do echo "file $i" > many/f$i; done
      touch -d '2020-01-02T03:04:05.123456789Z' hello.txt
      touch -d '2020-01-02T03:04:05.100000000Z' empty.bin
      touch -d '1960-05-06T07:08:09.5Z' setuid
      touch -d '2200-05-06T07:08:09.5Z' many/f1
      chmod 0640 text.txt
      touch -d '2021-01-01' sub/empty sticky many sub .
      if [ "$(id -u)" = 0 ]; then
        mknod sub/null c 1 3 && mknod sub/loop b 7 0 || true
        chown 12345:54321 text.txt
      fi
      python3 - <<'P' || true
      import os
      os.setxattr("hello.txt", "user.test", b"\x00\xff\x10")
      os.setxattr("hello.txt", "user.alpha", b"hi")
      P
      """#, ["S": path, "LC_ALL": "C.UTF-8"])
  }

  /// Everything a restore must bring back, one line an entry.
  static func describe(_ path: String) throws -> String {
    try Shell.run(
      #"""
      cd "$S"
      python3 - <<'P'
      import os, stat, hashlib
      for root, dirs, files in os.walk(b"."):
          dirs.sort()
          for name in sorted(dirs + files):
              p = os.path.join(root, name)
              s = os.lstat(p)
              extra = b""
              if stat.S_ISREG(s.st_mode): extra = hashlib.sha256(open(p, "rb").read()).digest()
              elif stat.S_ISLNK(s.st_mode): extra = os.readlink(p)
              names = os.listxattr(p, follow_symlinks=False)
              x = {k: os.getxattr(p, k, follow_symlinks=False) for k in names}
              size = s.st_size if not stat.S_ISDIR(s.st_mode) else 0
              links = s.st_nlink if not stat.S_ISDIR(s.st_mode) else 0
              owner = (s.st_uid, s.st_gid)
              print(p, oct(s.st_mode), owner, size, s.st_mtime_ns, links, s.st_rdev, extra, x)
      P
      """#, ["S": path])
  }
}
