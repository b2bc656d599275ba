import CLibCurl
import Glibc

/// Runs `body` on a detached thread of its own, for C libraries that block.
///
/// Signals are blocked there: they are the main thread's business, and a broken connection shows
/// as a failed write rather than as SIGPIPE.
///
/// - Returns: `false` where the system gives no thread.
package func startThread(_ body: @escaping @Sendable () -> Void) -> Bool {
  // Safety: the box is retained here and released by the thread, or below where none started.
  let box = unsafe Unmanaged.passRetained(ThreadBody(body))
  var attributes = pthread_attr_t()
  unsafe pthread_attr_init(&attributes)
  defer { unsafe pthread_attr_destroy(&attributes) }
  unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
  var thread = pthread_t()
  let code = unsafe pthread_create(
    &thread, &attributes,
    { pointer in
      guard let pointer = unsafe pointer else { return nil }
      // Safety: takes over the one reference that `passRetained` made.
      let box = unsafe Unmanaged<ThreadBody>.fromOpaque(pointer).takeRetainedValue()
      var all = sigset_t()
      unsafe sigfillset(&all)
      unsafe pthread_sigmask(SIG_SETMASK, &all, nil)
      box.run()
      return nil
    }, box.toOpaque())
  if code != 0 { unsafe box.release() }
  return code == 0
}

private final class ThreadBody: Sendable {
  let run: @Sendable () -> Void

  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}
