public import Documents
import Glibc

/// The time of day.
public enum WallClock {
  public static func now() -> Timestamp {
    var time = timespec()
    // Safety: fills the structure that it is lent for the call.
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(secondsSinceEpoch: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
  }
}
