import Documents
import Glibc

/// What this process has used so far, as the kernel counts it.
struct ResourceUse {
  var cpu: Duration
  var residentBytesMax: Int

  static var sofar: ResourceUse {
    var usage = rusage()
    // Safety: the C library fills the value on the stack.
    unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let microseconds = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
    return ResourceUse(
      cpu: .seconds(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + .microseconds(microseconds),
      residentBytesMax: usage.ru_maxrss * 1024)
  }
}

/// The wall time and the processor time of a piece of work.
struct Cost {
  private let began = ContinuousClock.now
  private let before = ResourceUse.sofar

  /// `wall 1.234 cpu 2.345`, in seconds.
  var text: String {
    let cpu = ResourceUse.sofar.cpu - before.cpu
    return "wall \(Self.seconds(began.duration(to: .now))) cpu \(Self.seconds(cpu))"
  }

  static func seconds(_ duration: Duration) -> Double {
    Double(duration / .milliseconds(1)).rounded() / 1000
  }
}

extension Timestamp {
  static var now: Timestamp {
    var time = timespec()
    // Safety: the C library fills the value on the stack.
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(secondsSinceEpoch: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
  }
}
