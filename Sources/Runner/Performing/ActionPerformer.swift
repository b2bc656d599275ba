public import Documents
public import Execution
public import Planning

/// Does what nodes say. The runner decides when, how often, and what becomes of the answer.
///
/// Every method may be called again for the same node, by this process or a later one: it finds
/// what an earlier try made, by name, and goes on from there. A cancelled task gives up waiting
/// soon (within a second) and throws a failure of the kind `.cancelled`; what it has begun may
/// stay, for a later try or the node's guard. Nothing here waits without end: the runner cancels at
/// the node's deadline, and the failure then names the last thing given to
/// ``RunContext/waiting(for:)``.
public protocol ActionPerformer: Sendable {
  /// Compares the world with what the plan was made from, before the node is first started.
  ///
  /// - Throws: `.stale` where a precondition does not hold; other kinds where it cannot be known.
  func check(
    _ preconditions: [Precondition], of node: Node, in context: RunContext
  ) async throws(ActionFailure)

  /// Performs the node's action.
  ///
  /// - Returns: The action's result, as its documentation says. It is written to the journal: no
  ///   secret value may be in it.
  func perform(_ node: Node, in context: RunContext) async throws(ActionFailure) -> JSONValue

  /// Takes back what ``perform(_:in:)`` made, finished or not. Nothing there is a success.
  ///
  /// Called only for actions whose ``Action/hasUndo`` is true.
  func undo(_ node: Node, in context: RunContext) async throws(ActionFailure)

  /// What holds places in the limits `slots` now: every mover that has not finished and every
  /// snapshot that is not ready, of this run and of any other, on whatever machine its runner is
  /// or was. One question for many nodes.
  ///
  /// - Returns: Holders with all of their slots; those of `run` say which node made them.
  /// - Throws: `.transient` where it may be known later, `.permanent` where it will not.
  func holders(
    of slots: Set<String>, in run: RunID, at now: Timestamp
  ) async throws(ActionFailure) -> [PlaceHolder]
}

extension ActionPerformer {
  /// A performer that makes nothing others can see shares no places.
  public func holders(
    of slots: Set<String>, in run: RunID, at now: Timestamp
  ) async throws(ActionFailure) -> [PlaceHolder] { [] }
}
