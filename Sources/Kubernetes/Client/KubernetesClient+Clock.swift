import CurlTransport
public import Documents
public import Ports

/// What the server's clock said between two instants of this machine's.
public struct ServerClock: Hashable, Sendable {
  /// In whole seconds, the rest cut off.
  public var server: Timestamp
  public var asked: Timestamp
  public var answered: Timestamp
}

extension KubernetesClient {
  /// Reads the server's clock from the `Date` of an answer: everybody may ask for the version.
  ///
  /// A request that was tried again lets the two instants lie further apart, never too near.
  ///
  /// - Parameter now: This machine's clock.
  /// - Returns: `nil` where the answer has no date that can be read; a proxy may take it out.
  public func serverClock(
    now: @Sendable () -> Timestamp = WallClock.now
  ) async throws(ClusterError) -> ServerClock? {
    let asked = now()
    let answer = try await send(
      APIRequest(purpose: "read the server's clock", path: ["version"]))
    let answered = now()
    guard let date = answer.head.headers.first(named: "Date"),
      let server = Timestamp.parsing(httpDate: date)
    else { return nil }
    return ServerClock(server: server, asked: asked, answered: answered)
  }
}
