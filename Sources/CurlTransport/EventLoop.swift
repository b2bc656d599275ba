import CLibCurl
import Synchronization

/// The thread that owns a curl multi handle, and the letterbox through which tasks speak to it.
final class EventLoop: Sendable {
  enum Command: Sendable {
    case start(Transfer)
    case cancel(Transfer)
    case resume(Transfer)
  }

  private struct Inbox {
    var commands: [Command] = []
    var isStopped = false
    /// Set once the thread has made its handle, cleared before it frees it.
    var waker: Waker?
  }

  /// To one host. Servers that know HTTP/2 need few; others bound them, too.
  private static let connectionsMax = 128

  private let inbox = Mutex(Inbox())
  private let options: TransportOptions

  /// Starts the thread; it ends after ``stop()``.
  init(options: TransportOptions) {
    self.options = options
    if !startThread({ [self] in run() }) { stop() }
  }

  func post(_ command: Command) {
    let isStopped = inbox.withLock { inbox in
      guard !inbox.isStopped else { return true }
      inbox.commands.append(command)
      inbox.waker?.wake()
      return false
    }
    if isStopped, case .start(let transfer) = command {
      transfer.finish(.failure(TransportError(.cannotConnect, "The HTTP client is not running")))
    }
  }

  /// Ends every exchange as cancelled, then the thread.
  func stop() {
    inbox.withLock { inbox in
      inbox.isStopped = true
      inbox.waker?.wake()
    }
  }
}

/// The one call that curl allows on a multi handle from other threads.
@safe private struct Waker: @unchecked Sendable {
  // Safety: used under the letterbox's lock only, where it is cleared before the handle is freed.
  private let multi: UnsafeMutableRawPointer

  init(_ multi: UnsafeMutableRawPointer) { unsafe self.multi = multi }

  func wake() { _ = unsafe curl_multi_wakeup(multi) }
}

// MARK: On the thread

extension EventLoop {
  private func run() {
    guard let multi = unsafe curl_multi_init() else { return refuseAll() }
    unsafe oadp_curl_bound_connections(multi, Self.connectionsMax)
    let waker = unsafe Waker(multi)
    inbox.withLock { $0.waker = waker }
    var active = unsafe ActiveTransfers(multi: multi, options: options)
    while true {
      let (commands, isStopped) = inbox.withLock { inbox in
        let commands = inbox.commands
        inbox.commands.removeAll(keepingCapacity: true)
        return (commands, inbox.isStopped)
      }
      for command in commands { active.carryOut(command) }
      if isStopped { break }
      active.advance()
      // Safety: the handle is ours; posting a command ends this wait early.
      unsafe curl_multi_poll(multi, nil, 0, 30_000, nil)
    }
    active.cancelAll()
    inbox.withLock { $0.waker = nil }
    unsafe curl_multi_cleanup(multi)
  }

  private func refuseAll() {
    stop()
    let commands = inbox.withLock { $0.commands }
    for case .start(let transfer) in commands {
      transfer.finish(.failure(TransportError(.cannotConnect, "libcurl cannot be initialised")))
    }
  }
}

/// The exchanges under way on one multi handle. Lives on the loop's thread.
@safe private struct ActiveTransfers {
  // Safety: outlives this value; used on the thread that made it only.
  let multi: UnsafeMutableRawPointer
  let options: TransportOptions
  private var entries: [ObjectIdentifier: (transfer: Transfer, handle: EasyHandle)] = [:]

  init(multi: UnsafeMutableRawPointer, options: TransportOptions) {
    unsafe self.multi = multi
    self.options = options
  }

  mutating func carryOut(_ command: EventLoop.Command) {
    switch command {
    case .start(let transfer): start(transfer)
    case .cancel(let transfer): remove(transfer, outcome: .failure(.cancelled))
    case .resume(let transfer):
      guard let entry = entries[ObjectIdentifier(transfer)] else { return }
      unsafe curl_easy_pause(entry.handle.pointer, CURLPAUSE_RECV_CONT)
    }
  }

  /// Lets curl work, then hands out what is finished.
  mutating func advance() {
    var running: Int32 = 0
    unsafe curl_multi_perform(multi, &running)
    var code = CURLE_OK
    while let done = unsafe oadp_curl_next_done(multi, &code) {
      // Safety: `done` is compared, not used.
      let found = entries.values.first { unsafe $0.handle.pointer == done }
      guard let (transfer, handle) = found else { continue }
      let outcome: Result<Void, TransportError> =
        code == CURLE_OK
        ? .success(()) : .failure(handle.error(for: code, headArrived: transfer.hasHead))
      remove(transfer, outcome: outcome)
    }
  }

  mutating func cancelAll() {
    for entry in Array(entries.values) { remove(entry.transfer, outcome: .failure(.cancelled)) }
  }

  private mutating func start(_ transfer: Transfer) {
    do throws(TransportError) {
      let handle = try EasyHandle()
      handle.configure(transfer, options)
      if let failure = handle.failure { throw failure }
      // Safety: `entries` keeps handle and transfer until the handle is removed again.
      let code = unsafe curl_multi_add_handle(multi, handle.pointer)
      guard code == CURLM_OK else {
        throw TransportError(.cannotConnect, "libcurl takes no more transfers")
      }
      entries[ObjectIdentifier(transfer)] = (transfer, handle)
    } catch {
      transfer.finish(.failure(error))
    }
  }

  private mutating func remove(_ transfer: Transfer, outcome: Result<Void, TransportError>) {
    if let entry = entries.removeValue(forKey: ObjectIdentifier(transfer)) {
      unsafe curl_multi_remove_handle(multi, entry.handle.pointer)
    }
    transfer.finish(outcome)
  }
}

extension EasyHandle {
  fileprivate func configure(_ transfer: Transfer, _ options: TransportOptions) {
    let request = transfer.request
    configure(options, url: request.url, connect: request.deadlines.connect)
    var headers = request.headers
    if let name = options.tls.serverName, let parts = URLParts(request.url),
      parts.scheme == "https"
    {
      let host = redirect(to: parts, serverName: name)
      if headers.first(named: "Host") == nil { headers.append(host) }
    }
    if request.acceptsCompression { set(CURLOPT_ACCEPT_ENCODING, "gzip") }
    // Fewer, larger steps where megabytes move.
    if transfer.isKeptWhole { set(CURLOPT_BUFFERSIZE, 128 << 10) }
    if (request.body?.count ?? 0) >= 1 << 20 { set(CURLOPT_UPLOAD_BUFFERSIZE, 512 << 10) }
    set(CURLOPT_PIPEWAIT, true)
    if !request.isRepeatable { set(CURLOPT_FRESH_CONNECT, true) }
    if let silence = request.deadlines.silence {
      set(CURLOPT_LOW_SPEED_LIMIT, 1)
      set(CURLOPT_LOW_SPEED_TIME, max(1, Int(clamping: silence.components.seconds)))
    }
    if let total = request.deadlines.total { set(CURLOPT_TIMEOUT_MS, total.milliseconds) }
    setMethodAndBody(of: request)
    set(CURLOPT_HTTPHEADER, list: headerLines(headers, hasBody: request.body != nil))
    // Safety: the loop keeps the transfer alive until the handle has left the multi handle.
    let context = unsafe Unmanaged.passUnretained(transfer).toOpaque()
    unsafe accept(oadp_curl_set_callbacks(pointer, receiveHeader, receiveBody, context))
  }

  private func setMethodAndBody(of request: CurlRequest) {
    if let body = request.body {
      setBody(body)
    } else if request.method == "HEAD" {
      set(CURLOPT_NOBODY, true)
    } else {
      set(CURLOPT_HTTPGET, true)
    }
    set(CURLOPT_CUSTOMREQUEST, request.method)
  }

  /// curl writes `Name;` for an empty value and removes its own header for `Name:`.
  private func headerLines(_ headers: [HTTPField], hasBody: Bool) -> [String] {
    var lines = headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
    // Waiting for "100 Continue" costs a round trip, and some proxies never answer.
    lines.append("Expect:")
    if hasBody, headers.first(named: "Content-Type") == nil { lines.append("Content-Type:") }
    return lines
  }
}

/// curl's header callback: one line at a time.
private func receiveHeader(
  bytes: UnsafeMutablePointer<CChar>?, size: Int, count: Int, context: UnsafeMutableRawPointer?
) -> Int {
  // Safety: curl lends `size * count` bytes for this call; `context` is the transfer set above.
  let line = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
  guard let transfer = unsafe transfer(context) else { return 0 }
  return transfer.receive(headerLine: unsafe Array(line)) == .abort ? -1 : size * count
}

/// curl's body callback.
private func receiveBody(
  bytes: UnsafeMutablePointer<CChar>?, size: Int, count: Int, context: UnsafeMutableRawPointer?
) -> Int {
  // Safety: as above; the bytes are copied before the call returns.
  let body = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
  guard let transfer = unsafe transfer(context) else { return 0 }
  switch unsafe transfer.receive(body: body) {
  case .taken: return size * count
  case .pause: return Int(CURL_WRITEFUNC_PAUSE)
  case .abort: return -1
  }
}

private func transfer(_ context: UnsafeMutableRawPointer?) -> Transfer? {
  guard let context = unsafe context else { return nil }
  // Safety: set from a live transfer, which the loop holds as long as curl may call back.
  return unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
}
