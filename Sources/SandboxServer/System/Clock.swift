import CLinux
import Documents
import Glibc

extension Timestamp {
  /// What the machine's clock says.
  static func now() -> Timestamp {
    var time = timespec()
    // Safety: clock_gettime fills one local value.
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(secondsSinceEpoch: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
  }
}

/// Bytes nobody can guess, in hexadecimal.
func randomHexadecimal(bytes count: Int) throws(SystemError) -> String {
  var bytes = [UInt8](repeating: 0, count: count)
  // Safety: the count is the array's own.
  guard unsafe getrandom(&bytes, count, 0) == count else { throw SystemError("getrandom") }
  return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
