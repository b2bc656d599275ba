import Documents
import Glibc

/// The wall clock, read at the program's edge and nowhere else.
enum WallTime {
  static func now() -> Timestamp {
    var time = timespec()
    // Safety: the C library fills the value on the stack.
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(secondsSinceEpoch: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
  }
}
