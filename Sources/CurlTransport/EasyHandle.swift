import CLibCurl
import Glibc

/// The one owner of a curl easy handle; lives on the thread that drives it.
///
/// Options are set once, before the transfer; curl copies strings and blobs. The handle must be out
/// of every multi handle before its owner goes.
@safe final class EasyHandle {
  // Safety: made in `init`, freed in `deinit`, never handed out beyond a call.
  let pointer: UnsafeMutableRawPointer
  // Safety: curl writes at most CURL_ERROR_SIZE bytes here while the handle lives.
  private let errorText: UnsafeMutablePointer<CChar>
  // Safety: curl reads these lists while the handle lives; freed after it.
  private var lists: [UnsafeMutablePointer<curl_slist>] = unsafe []
  private(set) var failure: TransportError?

  init() throws(TransportError) {
    guard GlobalInitialisation.succeeded, let made = unsafe curl_easy_init() else {
      throw TransportError(.cannotConnect, "libcurl cannot be initialised")
    }
    unsafe pointer = made
    unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    unsafe accept(oadp_curl_set_pointer(pointer, CURLOPT_ERRORBUFFER, errorText))
  }

  deinit {
    unsafe curl_easy_cleanup(pointer)
    for index in unsafe lists.indices { unsafe curl_slist_free_all(lists[index]) }
    unsafe errorText.deallocate()
  }

  func set(_ option: CURLoption, _ value: Int) {
    unsafe accept(oadp_curl_set_long(pointer, option, value))
  }

  func set(_ option: CURLoption, _ value: Bool) { set(option, value ? 1 : 0) }

  func set(_ option: CURLoption, _ value: String) {
    unsafe accept(oadp_curl_set_string(pointer, option, value))
  }

  func set(_ option: CURLoption, blob: [UInt8]) {
    unsafe blob.withUnsafeBytes { bytes in
      unsafe accept(oadp_curl_set_blob(pointer, option, bytes.baseAddress, bytes.count))
    }
  }

  func set(_ option: CURLoption, list values: [String]) {
    var list: UnsafeMutablePointer<curl_slist>?
    for value in values {
      guard let longer = unsafe curl_slist_append(list, value) else { break }
      unsafe list = longer
    }
    guard let list = unsafe list else { return }
    unsafe lists.append(list)
    unsafe accept(oadp_curl_set_pointer(pointer, option, list))
  }

  func setBody(_ body: [UInt8]) {
    unsafe body.withUnsafeBytes { bytes in
      unsafe accept(oadp_curl_set_body(pointer, bytes.baseAddress, bytes.count))
    }
  }

  /// Remembers the first refused option: ``failure``.
  func accept(_ code: CURLcode) {
    guard code != CURLE_OK, failure == nil else { return }
    failure = error(for: code, headArrived: false)
  }

  /// curl's verdict on a finished transfer, in our words.
  func error(for code: CURLcode, headArrived: Bool) -> TransportError {
    var text = unsafe String(cString: errorText)
    if text.isEmpty { text = unsafe String(cString: curl_easy_strerror(code)) }
    let connected = unsafe oadp_curl_get_size(pointer, CURLINFO_PRETRANSFER_TIME_T) > 0
    return TransportError(
      TransportError.Reason(code, isConnected: connected, headArrived: headArrived), text)
  }
}

extension TransportError.Reason {
  fileprivate init(_ code: CURLcode, isConnected: Bool, headArrived: Bool) {
    self =
      switch code {
      case CURLE_URL_MALFORMAT, CURLE_BAD_FUNCTION_ARGUMENT: .invalidRequest
      // Said of our URL, but also of an answer that begins with no status line we know.
      case CURLE_UNSUPPORTED_PROTOCOL: isConnected ? .malformed : .invalidRequest
      case CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT,
        CURLE_PROXY, CURLE_INTERFACE_FAILED:
        .cannotConnect
      case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
        CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
        CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT, CURLE_SSL_PINNEDPUBKEYNOTMATCH,
        CURLE_SSL_ENGINE_NOTFOUND, CURLE_USE_SSL_FAILED:
        .tls
      case CURLE_OPERATION_TIMEDOUT:
        .timedOut(waitingFor: !isConnected ? .connection : headArrived ? .body : .response)
      case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING,
        CURLE_HTTP2, CURLE_HTTP2_STREAM:
        .malformed
      case CURLE_ABORTED_BY_CALLBACK: .cancelled
      default: isConnected ? .connectionLost : .cannotConnect
      }
  }
}

extension EasyHandle {
  /// Everything that requests and raw connections have in common.
  func configure(_ options: TransportOptions, url: String, connect: Duration) {
    set(CURLOPT_NOSIGNAL, true)
    unsafe accept(oadp_curl_allow_http_only(pointer))
    set(CURLOPT_CONNECTTIMEOUT_MS, connect.milliseconds)
    set(CURLOPT_TCP_KEEPALIVE, true)
    set(CURLOPT_TCP_KEEPIDLE, 30)
    set(CURLOPT_TCP_KEEPINTVL, 15)
    set(CURLOPT_USERAGENT, options.userAgent)
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, true)
    switch options.proxy {
    case .environment: break
    case .none: set(CURLOPT_PROXY, "")
    case .url(let url): set(CURLOPT_PROXY, url)
    }
    configure(options.tls)
    set(CURLOPT_URL, url)
  }

  private func configure(_ tls: TLSOptions) {
    set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    if let authorities = tls.authorities { set(CURLOPT_CAINFO_BLOB, blob: authorities) }
    if let certificate = tls.clientCertificate { set(CURLOPT_SSLCERT_BLOB, blob: certificate) }
    if let key = tls.clientKey { set(CURLOPT_SSLKEY_BLOB, blob: key) }
    if tls.skipsVerification {
      set(CURLOPT_SSL_VERIFYPEER, false)
      set(CURLOPT_SSL_VERIFYHOST, false)
    }
  }

  /// Sets the URL so that `serverName` is asked for and checked, and the URL's own host reached.
  ///
  /// - Returns: The `Host` header to send.
  func redirect(to parts: URLParts, serverName: String) -> HTTPField {
    set(CURLOPT_URL, "\(parts.scheme)://\(serverName):\(parts.port)\(parts.target)")
    set(CURLOPT_CONNECT_TO, list: ["::\(parts.host):\(parts.port)"])
    return HTTPField("Host", parts.authority)
  }
}

extension Duration {
  /// At least one: zero means "no bound" to curl.
  var milliseconds: Int {
    let (seconds, attoseconds) = components
    return max(
      1,
      Int(clamping: seconds.multipliedReportingOverflow(by: 1000).partialValue)
        + Int(attoseconds / 1_000_000_000_000_000))
  }
}

/// curl wants to be initialised once, before its first use.
private enum GlobalInitialisation {
  static let succeeded = oadp_curl_global_init() == CURLE_OK
}
