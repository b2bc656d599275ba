public import Planning
public import Ports

extension RepositoryAddress {
  public init(_ target: RepositoryTarget) {
    self.init(
      name: target.name, location: target.location, passwordNamespace: target.password.namespace,
      passwordSecret: target.password.name, passwordKey: target.password.key,
      access: target.access)
  }
}
