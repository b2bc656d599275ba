import CLinux
import Glibc
import RepositoryFormat

/// Sets what a node says beside content, in the order that keeps it: changing the owner clears
/// capabilities and set-user bits, and everything changes the times but the mode.
enum NodeMetadata {
  /// Who is not root cannot give files away, and does not try to.
  private static let mayChangeOwner = geteuid() == 0

  /// - Parameter problem: Called for each thing that could not be set; the others still are.
  static func apply(
    _ node: TreeNode, to file: OpenFile, replaces: Bool = false, _ problem: (String) -> Void
  ) {
    if replaces { removeOthers(node, of: file, problem) }
    if fchown(file.number, node.uid, node.gid) != 0, mayChangeOwner {
      problem("owner not set: \(SystemFailure())")
    }
    for attribute in node.extendedAttributes {
      let status = unsafe withCString(attribute.name) {
        unsafe fsetxattr(file.number, $0, attribute.value, attribute.value.count, 0)
      }
      if status != 0 { problem("attribute not set: \(SystemFailure())") }
    }
    let times = times(node)
    if unsafe futimens(file.number, times) != 0 { problem("times not set: \(SystemFailure())") }
    if fchmod(file.number, node.mode.permissions) != 0 {
      problem("mode not set: \(SystemFailure())")
    }
  }

  /// Takes away attributes that the node does not have; the system's own label is not ours.
  private static func removeOthers(
    _ node: TreeNode, of file: OpenFile, _ problem: (String) -> Void
  ) {
    guard let present = try? ExtendedAttributes.read(file) else { return }
    for attribute in present where !attribute.name.elementsEqual("security.selinux".utf8) {
      if node.extendedAttributes.contains(where: { $0.name == attribute.name }) { continue }
      // Safety: the name is a C string for the length of the call.
      let status = unsafe withCString(attribute.name) { unsafe fremovexattr(file.number, $0) }
      if status != 0 { problem("attribute not removed: \(SystemFailure())") }
    }
  }

  /// For what cannot be opened: links, devices and pipes.
  static func apply(_ node: TreeNode, in directory: OpenFile, _ problem: (String) -> Void) {
    unsafe withCString(node.name) { name in
      let flags = AT_SYMLINK_NOFOLLOW
      if unsafe fchownat(directory.number, name, node.uid, node.gid, flags) != 0, mayChangeOwner {
        problem("owner not set: \(SystemFailure())")
      }
      for attribute in node.extendedAttributes {
        do throws(SystemFailure) {
          try ExtendedAttributes.write(attribute, to: node.name, in: directory)
        } catch {
          problem("attribute not set: \(error)")
        }
      }
      if unsafe utimensat(directory.number, name, times(node), flags) != 0 {
        problem("times not set: \(SystemFailure())")
      }
      guard node.kind != .symlink else { return }
      if unsafe fchmodat(directory.number, name, node.mode.permissions, flags) != 0 {
        problem("mode not set: \(SystemFailure())")
      }
    }
  }

  private static func times(_ node: TreeNode) -> [timespec] {
    [node.accessed, node.modified].map {
      timespec(tv_sec: Int($0.seconds), tv_nsec: Int($0.nanosecond))
    }
  }
}
