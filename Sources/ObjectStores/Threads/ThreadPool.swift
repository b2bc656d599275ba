import Glibc
import Synchronization

/// Threads of our own, for work that blocks or computes for long: on the cooperative pool it would
/// hold up everything else.
///
/// A task whose executor preference is a pool runs on its threads, and so do its child tasks. The
/// threads start with the first job and sleep while there is none.
public final class ThreadPool: TaskExecutor {
  private struct State {
    var jobs: [UnownedJob] = []
    var firstJob = 0
    var threads = 0
    var idle = 0
    var isStopping = false
  }

  private let state = Mutex(State())
  private let threadsMax: Int
  private let wakeUp = Semaphore()

  /// For short blocking calls of adapters; lives as long as the process.
  public static let blockingCalls = ThreadPool(threads: 4)

  public init(threads: Int) { threadsMax = max(1, threads) }

  /// Lets the threads end once nothing is left to do. Jobs must not arrive afterwards.
  public func stop() {
    let threads = state.withLock { state in
      state.isStopping = true
      return state.threads
    }
    for _ in 0..<threads { wakeUp.signal() }
  }

  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let needsThread = state.withLock { state in
      state.jobs.append(job)
      let waiting = state.jobs.count - state.firstJob
      guard waiting > state.idle, state.threads < threadsMax else { return false }
      state.threads += 1
      return true
    }
    if needsThread { startThread() }
    wakeUp.signal()
  }

  private func startThread() {
    var thread = pthread_t()
    let pool = unsafe Unmanaged.passRetained(self)
    // Safety: the thread takes over the reference retained here and releases it at its end.
    let status = unsafe pthread_create(
      &thread, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        unsafe Unmanaged<ThreadPool>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, pool.toOpaque())
    precondition(status == 0, "pthread_create: \(status)")
    pthread_detach(thread)
  }

  private func run() {
    // Safety: the pool outlives the job: this thread holds a reference.
    while let job = nextJob() { unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
  }

  private func nextJob() -> UnownedJob? {
    while true {
      state.withLock { $0.idle += 1 }
      wakeUp.wait()
      let (job, isOver) = state.withLock { state -> (UnownedJob?, Bool) in
        state.idle -= 1
        guard state.firstJob < state.jobs.count else { return (nil, state.isStopping) }
        let job = state.jobs[state.firstJob]
        state.firstJob += 1
        if state.firstJob == state.jobs.count {
          state.jobs.removeAll(keepingCapacity: true)
          state.firstJob = 0
        }
        return (job, false)
      }
      if let job { return job }
      if isOver { return nil }
    }
  }
}

/// A POSIX semaphore: the one thing a thread without work can sleep on.
@safe final class Semaphore: @unchecked Sendable {
  // Safety: `sem_t` may be used from all threads; it is allocated here, never moves, and is
  // destroyed with its owner, which nobody can then be waiting on.
  private let semaphore: UnsafeMutablePointer<sem_t>

  init() {
    unsafe semaphore = .allocate(capacity: 1)
    unsafe sem_init(semaphore, 0, 0)
  }

  deinit {
    unsafe sem_destroy(semaphore)
    unsafe semaphore.deallocate()
  }

  func signal() { unsafe sem_post(semaphore) }

  func wait() {
    while unsafe sem_wait(semaphore) != 0 {}  // interrupted by a signal
  }
}
