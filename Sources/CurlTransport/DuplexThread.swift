import CLibCurl
import Glibc

/// Connects with libcurl and moves bytes between the socket and a ``DuplexPipe``, blocking.
struct DuplexThread: Sendable {
  let pipe: DuplexPipe
  let url: String
  let options: TransportOptions
  let connect: Duration

  func run() {
    do throws(TransportError) {
      let handle = try connected()
      pipe.opened()
      try move(over: handle)
      pipe.finish(.success(()))
    } catch {
      pipe.finish(.failure(error))
    }
  }

  private func connected() throws(TransportError) -> EasyHandle {
    let handle = try EasyHandle()
    handle.configure(options, url: url, connect: connect)
    if let name = options.tls.serverName, let parts = URLParts(url), parts.scheme == "https" {
      _ = handle.redirect(to: parts, serverName: name)
    }
    handle.set(CURLOPT_CONNECT_ONLY, true)
    handle.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    handle.set(CURLOPT_HTTPPROXYTUNNEL, true)
    // Safety: `pipe` outlives this call, and curl calls back during it only.
    let context = unsafe Unmanaged.passUnretained(pipe).toOpaque()
    unsafe handle.accept(oadp_curl_set_progress(handle.pointer, abortWhenClosed, context))
    if let failure = handle.failure { throw failure }
    let code = unsafe curl_easy_perform(handle.pointer)
    guard code == CURLE_OK else { throw handle.error(for: code, headArrived: false) }
    return handle
  }

  /// Until the peer ends the stream (returns) or something fails (throws).
  private func move(over handle: EasyHandle) throws(TransportError) {
    let socket = unsafe oadp_curl_get_socket(handle.pointer)
    var sender = Sender()
    var input = [UInt8](repeating: 0, count: 64 << 10)
    var silentSince = ContinuousClock.now
    var silences = 0
    while true {
      let work = pipe.work()
      if work.isClosed { throw .cancelled }
      try sender.send(from: pipe, over: handle)
      if work.wantsInput {
        let count = try receive(into: &input, over: handle)
        if count == 0 { return }
        if let count {
          pipe.received(Array(input[..<count]))
          (silentSince, silences) = (ContinuousClock.now, 0)
          continue  // TLS may hold more that no poll would show
        }
      }
      var silenceLeft = Duration.seconds(60)
      if let (bytes, silence) = work.keepAlive {
        if silentSince.duration(to: .now) >= silence {
          guard silences < 3 else {
            throw TransportError(
              .timedOut(waitingFor: .response), "The server has been silent for \(silence * 4)")
          }
          pipe.enqueueIfRoom(bytes)
          (silentSince, silences) = (ContinuousClock.now, silences + 1)
          continue
        }
        silenceLeft = silence - silentSince.duration(to: .now)
      }
      wait(socket, input: work.wantsInput, output: sender.isBlocked, atMost: silenceLeft)
    }
  }

  private func wait(_ socket: Int32, input: Bool, output: Bool, atMost time: Duration) {
    var events: Int32 = 0
    if input { events |= POLLIN }
    if output { events |= POLLOUT }
    var entries = [
      pollfd(fd: pipe.wakeDescriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: socket, events: Int16(events), revents: 0),
    ]
    // While neither direction is wanted, a broken socket would make poll return at once, forever.
    let count: nfds_t = events == 0 ? 1 : 2
    // Safety: `count` entries of two.
    _ = unsafe poll(&entries, count, Int32(min(60_000, time.milliseconds)))
    if entries[0].revents != 0 { pipe.clearWake() }
  }

  /// - Returns: `nil` where nothing is there yet, 0 at the end of the stream.
  private func receive(
    into buffer: inout [UInt8], over handle: EasyHandle
  ) throws(TransportError) -> Int? {
    var count = 0
    // Safety: curl writes at most `count` bytes into the buffer lent for this call.
    let code = unsafe buffer.withUnsafeMutableBytes { bytes in
      unsafe curl_easy_recv(handle.pointer, bytes.baseAddress, bytes.count, &count)
    }
    switch code {
    case CURLE_OK: return count
    case CURLE_AGAIN: return nil
    default: throw handle.error(for: code, headArrived: true)
    }
  }
}

/// Sends messages whole, however little the socket takes at a time.
private struct Sender {
  /// TLS wants an interrupted write repeated with the same bytes: this array is not changed until
  /// it is all sent.
  private var current: [UInt8] = []
  private var sentCount = 0
  /// Whether the socket has to become writable first.
  private(set) var isBlocked = false

  mutating func send(from pipe: DuplexPipe, over handle: EasyHandle) throws(TransportError) {
    isBlocked = false
    while true {
      if sentCount == current.count {
        guard let next = pipe.takeOutgoing() else { return }
        (current, sentCount) = (next, 0)
        if next.isEmpty { continue }
      }
      var count = 0
      // Safety: curl reads at most `count` bytes of the buffer lent for this call.
      let code = unsafe current.withUnsafeBytes { bytes in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[sentCount...])
        return unsafe curl_easy_send(handle.pointer, rest.baseAddress, rest.count, &count)
      }
      switch code {
      case CURLE_OK: sentCount += count
      case CURLE_AGAIN:
        isBlocked = true
        return
      default: throw handle.error(for: code, headArrived: true)
      }
    }
  }
}

/// curl asks about once a second, and whenever something happens, whether to go on.
private func abortWhenClosed(
  context: UnsafeMutableRawPointer?, _: curl_off_t, _: curl_off_t, _: curl_off_t, _: curl_off_t
) -> Int32 {
  guard let context = unsafe context else { return 1 }
  // Safety: set from a live pipe for the length of the call that calls back.
  return unsafe Unmanaged<DuplexPipe>.fromOpaque(context).takeUnretainedValue().isClosed ? 1 : 0
}
