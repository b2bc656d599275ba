import Glibc

/// Who this process is, as locks, keys and snapshots record it.
struct ProcessIdentity: Sendable {
  var hostname: String
  var username: String
  var pid: UInt64
  var uid: UInt32
  var gid: UInt32

  static var current: ProcessIdentity {
    var name = [CChar](repeating: 0, count: 256)
    // Safety: the last byte stays zero, whatever the call writes.
    let hasName = unsafe gethostname(&name, name.count - 1) == 0
    let hostname =
      hasName ? String(decoding: name.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self) : ""
    return ProcessIdentity(
      hostname: hostname, username: AccountNames.user(geteuid()) ?? "",
      pid: UInt64(getpid()), uid: geteuid(), gid: getegid())
  }
}

/// Names of users and groups, from the system's account database.
enum AccountNames {
  private static let recordLength = 16 << 10

  static func user(_ uid: UInt32) -> String? {
    var record = unsafe passwd()
    var found: UnsafeMutablePointer<passwd>?
    var text = [CChar](repeating: 0, count: recordLength)
    // Safety: the record's strings lie in `text`, and are copied before it ends.
    let status = unsafe text.withUnsafeMutableBufferPointer { text in
      unsafe getpwuid_r(uid, &record, text.baseAddress!, text.count, &found) == 0
        ? found.map { unsafe String(cString: $0.pointee.pw_name) } : nil
    }
    return status
  }

  static func group(_ gid: UInt32) -> String? {
    var record = unsafe Glibc.group()
    var found: UnsafeMutablePointer<Glibc.group>?
    var text = [CChar](repeating: 0, count: recordLength)
    // Safety: as above.
    let status = unsafe text.withUnsafeMutableBufferPointer { text in
      unsafe getgrgid_r(gid, &record, text.baseAddress!, text.count, &found) == 0
        ? found.map { unsafe String(cString: $0.pointee.gr_name) } : nil
    }
    return status
  }
}
