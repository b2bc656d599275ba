import Glibc

/// Runs `body` on a thread of its own: for work that keeps a thread waiting for the disk.
func onOwnThread<Value: Sendable>(
  _ body: @escaping @Sendable () throws -> Value
) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    let work = Work { continuation.resume(with: Result { try body() }) }
    var thread = pthread_t()
    // Safety: the box is retained here and released by the thread that takes it over.
    let box = unsafe Unmanaged.passRetained(work)
    let code = unsafe pthread_create(
      &thread, nil,
      { argument in
        unsafe Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue().body()
        return nil
      }, box.toOpaque())
    guard code == 0 else {
      unsafe box.release()
      return continuation.resume(throwing: SystemError("pthread_create", code: code))
    }
    pthread_detach(thread)
  }
}

private final class Work: Sendable {
  let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
