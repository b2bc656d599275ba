import ClusterModel
import Documents
import Planning
import Ports

/// Asks a cluster what its user may do, as `kubectl auth can-i` does. Everybody may ask that.
struct AccessReviews {
  /// Enough to hide the way to the server, few enough to leave its other users alone.
  private static let atOnce = 8

  private static let review = ResourceType(
    group: "authorization.k8s.io", plural: "selfsubjectaccessreviews",
    kind: "SelfSubjectAccessReview", isNamespaced: false)

  let cluster: any ClusterAccess

  /// Those of the permissions that are not granted, in their order.
  func missing(of permissions: [Permission]) async throws(ClusterError) -> [Permission] {
    let answers = await concurrently(permissions, atOnce: Self.atOnce) {
      permission -> Result<Bool, ClusterError> in
      do throws(ClusterError) { return .success(try await isGranted(permission)) } catch {
        return .failure(error)
      }
    }
    var missing: [Permission] = []
    for (permission, answer) in zip(permissions, answers) where try !answer.get() {
      missing.append(permission)
    }
    return missing
  }

  private func isGranted(_ permission: Permission) async throws(ClusterError) -> Bool {
    let parts = permission.resource.split(separator: "/", maxSplits: 1).map(String.init)
    var attributes: JSONValue = [
      "verb": .string(permission.verb.rawValue), "group": .string(permission.group),
      "resource": .string(parts[0]),
    ]
    if parts.count > 1 { attributes["subresource"] = .string(parts[1]) }
    if let namespace = permission.namespace { attributes["namespace"] = .string(namespace) }
    if let name = permission.names.first { attributes["name"] = .string(name) }
    let answer = try await cluster.create(
      [
        "apiVersion": .string(Self.review.apiVersion), "kind": .string(Self.review.kind),
        "spec": ["resourceAttributes": attributes],
      ], as: Self.review)
    return answer["status", "allowed"]?.boolValue ?? false
  }
}
