public import Diagnostics

/// What every declared object says of itself.
public struct Metadata: Hashable, Sendable {
  public var name: String
  /// `nil` for the kinds that belong to the whole project.
  public var namespace: String?
  public var labels: [String: String]

  public init(name: String, namespace: String? = nil, labels: [String: String] = [:]) {
    self.name = name
    self.namespace = namespace
    self.labels = labels
  }

  public var key: ObjectKey { ObjectKey(namespace: namespace, name: name) }
}

/// The name of a declared object within its kind.
public struct ObjectKey: Hashable, Sendable, Comparable, CustomStringConvertible {
  public var namespace: String?
  public var name: String

  public init(namespace: String? = nil, name: String) {
    self.namespace = namespace
    self.name = name
  }

  /// `shop/pg`, or `restic-gold` for an object without a namespace.
  public var description: String { namespace.map { "\($0)/\(name)" } ?? name }

  public static func < (left: ObjectKey, right: ObjectKey) -> Bool {
    (left.namespace ?? "", left.name) < (right.namespace ?? "", right.name)
  }
}

/// The kinds of objects that plan files declare.
public enum PlanKind: String, Hashable, Sendable, CaseIterable {
  case project = "Project"
  case storageLocation = "StorageLocation"
  case repository = "Repository"
  case hookBlueprint = "HookBlueprint"
  case protectionPolicy = "ProtectionPolicy"
  case protectionPlan = "ProtectionPlan"
  case restorePlan = "RestorePlan"

  /// Whether `metadata.namespace` must be given; elsewhere it must not.
  public var isNamespaced: Bool { self == .protectionPlan || self == .restorePlan }
}

/// An object that plan files declare.
public protocol DeclaredObject: Hashable, Sendable {
  static var kind: PlanKind { get }
  var metadata: Metadata { get }
  /// Where the object's document begins.
  var source: SourceSpan { get }
}

extension DeclaredObject {
  public var key: ObjectKey { metadata.key }
}

/// One key of a Kubernetes Secret; never its value.
public struct SecretKeyReference: Hashable, Sendable {
  public var namespace: String
  public var name: String
  public var key: String

  public init(namespace: String, name: String, key: String) {
    self.namespace = namespace
    self.name = name
    self.key = key
  }
}

/// A whole Kubernetes Secret; never its values.
public struct SecretReference: Hashable, Sendable {
  public var namespace: String
  public var name: String

  public init(namespace: String, name: String) {
    self.namespace = namespace
    self.name = name
  }
}
