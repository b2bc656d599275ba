public import ClusterModel
public import Documents

/// A Kubernetes API, as far as this program uses it.
///
/// Every call may be repeated where its comment says so; the caller decides whether it does. No
/// call waits without end: an adapter bounds each request (connect, silence) by itself, and a
/// cancelled task gives up its call. Cancelling leaves the server free to have acted.
public protocol ClusterAccess: Sendable {
  /// What the server calls its version (`v1.36.2`). Repeatable.
  func serverVersion() async throws(ClusterError) -> String

  /// Every resource that can be listed, each in the server's preferred version. Repeatable.
  func resources() async throws(ClusterError) -> [ResourceType]

  /// Every resource that can be listed, in every version that the server has. Repeatable.
  func servedResources() async throws(ClusterError) -> [ResourceType]

  /// The object, or `nil` where there is none. Repeatable.
  func get(_ reference: ObjectReference) async throws(ClusterError) -> JSONValue?

  /// All objects of a type that match, read in chunks. Repeatable.
  ///
  /// - Parameters:
  ///   - namespace: `nil` lists every namespace.
  ///   - selector: A label selector as kubectl writes it (`app=pg,tier!=test`); empty selects all.
  func list(
    _ type: ResourceType, namespace: String?, selector: String
  ) async throws(ClusterError) -> ObjectList

  /// Creates the object; its `apiVersion` and `kind` must be those of `type`.
  ///
  /// Repeatable for named objects: a second call fails with ``ClusterError/Reason/alreadyExists``.
  func create(_ object: JSONValue, as type: ResourceType) async throws(ClusterError) -> JSONValue

  /// Server-side apply under the field manager `oadp-plan`. Repeatable.
  ///
  /// - Parameter force: Takes fields over from other managers instead of failing with a conflict.
  func apply(
    _ object: JSONValue, as type: ResourceType, force: Bool
  ) async throws(ClusterError) -> JSONValue

  /// Asks what would become of ``create(_:as:)``, or where `isApplied` of a forced
  /// ``apply(_:as:force:)``: admission and validation judge the object, and nothing is kept.
  /// Repeatable.
  func rehearse(
    _ object: JSONValue, as type: ResourceType, isApplied: Bool
  ) async throws(ClusterError)

  /// Changes members by JSON merge patch (RFC 7396). Repeatable.
  ///
  /// A `metadata.resourceVersion` or `metadata.uid` inside the patch is a precondition: the server
  /// answers with a conflict where it differs.
  func patch(
    _ reference: ObjectReference, with patch: JSONValue, subresource: String?
  ) async throws(ClusterError) -> JSONValue

  /// Asks for deletion; `false` where there was nothing to delete. Repeatable.
  ///
  /// Objects with finalizers go later: wait for ``get(_:)`` to answer `nil`. Dependents are
  /// deleted in the background.
  ///
  /// - Parameter uid: Where given, only the object with this uid is deleted; another one under the
  ///   same name stays, and the call fails with ``ClusterError/Reason/conflict``.
  func delete(_ reference: ObjectReference, uid: String?) async throws(ClusterError) -> Bool

  /// Changes after `resourceVersion`, until the server ends the stream or the task is cancelled.
  ///
  /// A finished stream is no error: watch again from the last version seen. An error with
  /// ``ClusterError/Reason/expired`` asks for a new list first.
  func watch(
    _ type: ResourceType, namespace: String?, selector: String, after resourceVersion: String
  ) async throws(ClusterError) -> AsyncThrowingStream<WatchEvent, any Error>

  /// Starts a command in a running container. Never repeated by an adapter.
  func exec(
    _ command: [String], in container: ContainerReference, stdin: Bool
  ) async throws(ClusterError) -> any ExecSession

  /// The last `lines` lines that the container wrote. Repeatable.
  func log(of container: ContainerReference, lines: Int) async throws(ClusterError) -> String
}

/// One answer to a list request, whole.
public struct ObjectList: Sendable {
  public var items: [JSONValue]
  public var resourceVersion: String

  public init(items: [JSONValue], resourceVersion: String) {
    self.items = items
    self.resourceVersion = resourceVersion
  }
}

/// One change that a watch reports.
public enum WatchEvent: Hashable, Sendable {
  case added(JSONValue)
  case modified(JSONValue)
  case deleted(JSONValue)
  /// Nothing changed up to this resource version.
  case bookmark(resourceVersion: String)
}

/// A container of a pod; `container` `nil` means the pod's first (or annotated default) one.
public struct ContainerReference: Hashable, Sendable {
  public var namespace: String
  public var pod: String
  public var container: String?

  public init(namespace: String, pod: String, container: String? = nil) {
    self.namespace = namespace
    self.pod = pod
    self.container = container
  }
}

/// A running command inside a container. Closing it (or losing it) ends its standard input, and
/// a command that reads its standard input ends with it.
public protocol ExecSession: Sendable {
  /// Writes to the command's standard input.
  func send(_ bytes: [UInt8]) async throws(ClusterError)

  /// The next piece of output; `nil` after the last, when ``exitStatus()`` is known.
  ///
  /// For one task at a time. A cancelled task loses nothing: the next call goes on from there.
  func next() async throws(ClusterError) -> ExecOutput?

  /// The command's exit code, once its output has ended; output not yet read is passed over.
  func exitStatus() async throws(ClusterError) -> Int

  /// Ends standard input; output goes on until the command ends. Repeatable.
  ///
  /// - Throws: ``ClusterError/Reason/badRequest`` where the server cannot end one stream alone
  ///   (before Kubernetes 1.29): end the command by its own words, or ``cancel()``.
  func closeInput() async throws(ClusterError)

  /// Gives up the stream without waiting for the command. Repeatable.
  func cancel() async
}

public enum ExecOutput: Hashable, Sendable {
  case standardOutput([UInt8])
  case standardError([UInt8])
}
