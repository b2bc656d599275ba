import CLinux
import Glibc
import RepositoryFormat

/// Extended attributes: ACLs and capabilities are such, too.
enum ExtendedAttributes {
  private static let bytesMax = 64 << 10  // the kernel's own limit, for a list and for a value

  /// Everything that `name` in `directory` has; nothing where the file system knows none.
  static func read(
    _ name: [UInt8], in directory: OpenFile
  ) throws(SystemFailure) -> [TreeNode.ExtendedAttribute] {
    let path = path(name, in: directory)
    guard let list = try unsafe fetch({ unsafe llistxattr(path, $0, $1) }) else { return [] }
    return try unsafe attributes(list) { name, buffer, count in
      unsafe lgetxattr(path, name, buffer, count)
    }
  }

  static func read(_ file: OpenFile) throws(SystemFailure) -> [TreeNode.ExtendedAttribute] {
    guard let list = try unsafe fetch({ unsafe flistxattr(file.number, $0, $1) }) else { return [] }
    return try unsafe attributes(list) { name, buffer, count in
      unsafe fgetxattr(file.number, name, buffer, count)
    }
  }

  static func write(
    _ attribute: TreeNode.ExtendedAttribute, to name: [UInt8], in directory: OpenFile
  ) throws(SystemFailure) {
    let path = path(name, in: directory)
    let status = unsafe withCString(attribute.name) { name in
      unsafe lsetxattr(path, name, attribute.value, attribute.value.count, 0)
    }
    guard status == 0 else { throw SystemFailure() }
  }

  // There is no `lgetxattrat` yet; the kernel resolves this path to the open directory itself.
  private static func path(_ name: [UInt8], in directory: OpenFile) -> [CChar] {
    (Array("/proc/self/fd/\(directory.number)/".utf8) + name + [0]).map { CChar(bitPattern: $0) }
  }

  private static func attributes(
    _ list: [UInt8],
    _ get: (UnsafePointer<CChar>, UnsafeMutableRawPointer?, Int) -> Int
  ) throws(SystemFailure) -> [TreeNode.ExtendedAttribute] {
    var attributes: [TreeNode.ExtendedAttribute] = []
    for name in list.split(separator: 0) {
      let value = try unsafe fetch { buffer, count in
        unsafe withCString(Array(name)) { unsafe get($0, buffer, count) }
      }
      // `nil`: removed since it was listed.
      if let value { attributes.append(.init(name: Array(name), value: value)) }
    }
    return attributes
  }

  private static func fetch(
    _ call: (UnsafeMutablePointer<CChar>?, Int) -> Int
  ) throws(SystemFailure) -> [UInt8]? {
    // Most files have none: ask for the length first.
    let count = call(nil, 0)
    if count == 0 { return [] }
    if count > 0 {
      var buffer = [CChar](repeating: 0, count: bytesMax)
      let filled = unsafe call(&buffer, bytesMax)
      if filled >= 0 { return buffer.prefix(filled).map { UInt8(bitPattern: $0) } }
    }
    let failure = SystemFailure()
    if failure.code == EOPNOTSUPP || failure.code == ENODATA { return nil }
    throw failure
  }
}
