internal import CLibGit2
internal import Glibc

/// Starts libgit2 once per process; it stays up until the process ends.
private let library: Int32 = {
  let started = git_libgit2_init()
  _ = oadp_git_enable_fsync()
  return started
}()

func startLibrary() throws(GitError) {
  try check("start libgit2", library)
}

/// Turns a negative result into an error that names `operation` (an infinitive: "read the index").
///
/// libgit2 keeps its last error per thread: call this beside the failing call, before any `await`.
func check(_ operation: @autoclosure () -> String, _ code: Int32) throws(GitError) {
  guard code < 0 else { return }
  throw .failed(operation: operation(), code: code, message: lastMessage(code))
}

func lastMessage(_ code: Int32) -> String {
  // Safety: the message is this thread's own, valid until the thread's next libgit2 call.
  guard let last = unsafe git_error_last(), let message = unsafe last.pointee.message else {
    return "libgit2 error \(code)"
  }
  return unsafe String(cString: message)
}

/// Owns one libgit2 object and frees it exactly once.
@safe struct Handle: ~Copyable {
  let pointer: OpaquePointer
  private let free: (OpaquePointer?) -> Void

  /// - Parameter open: fills its argument with the new object, as libgit2's constructors do.
  init(
    _ operation: @autoclosure () -> String,
    freeing free: @escaping (OpaquePointer?) -> Void,
    _ open: (inout OpaquePointer?) -> Int32
  ) throws(GitError) {
    var opened: OpaquePointer?
    try check(operation(), unsafe open(&opened))
    // Safety: a constructor that returns no error has filled the pointer; nobody else frees it.
    guard let pointer = unsafe opened else {
      preconditionFailure("libgit2 returned no object: \(operation())")
    }
    unsafe self.pointer = unsafe pointer
    unsafe self.free = unsafe free
  }

  deinit { unsafe free(pointer) }
}

/// Owns copies of strings in the shape in which libgit2 takes lists.
@safe struct StringArray: ~Copyable {
  private let buffer: UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>?>

  init(_ strings: [String]) {
    unsafe buffer = .allocate(capacity: strings.count)
    for (index, string) in strings.enumerated() {
      unsafe buffer.initializeElement(at: index, to: strdup(string))
    }
  }

  /// Valid while this owner lives.
  var value: git_strarray { unsafe git_strarray(strings: buffer.baseAddress, count: buffer.count) }

  deinit {
    // Safety: strdup allocated each element, nobody else frees them, and the type is trivial.
    for index in unsafe buffer.indices { unsafe free(buffer[index]) }
    unsafe buffer.deallocate()
  }
}
