import ClusterModel
import Planning
import ProtectionModel
import Testing

@Suite("How a run reaches repositories") struct RepositoryTargetTests {
  private func target(_ store: StorageLocation.Store) throws -> RepositoryTarget {
    try #require(
      RepositoryTarget(
        named: "restic-gold", in: try Shop.plans(store: store), baseDirectory: "/git/plans"))
  }

  private let authority = ProtectionModel.SecretKeyReference(
    namespace: "oadp-plan", name: "ca", key: "ca.crt")

  @Test("a directory beside the plans, which nodes may have somewhere else")
  func directory() throws {
    let plain = try target(.local(StorageLocation.Local(path: "backup")))
    #expect(plain.location == "/git/plans/backup/restic-gold")
    #expect(plain.hostPath == nil && plain.access == nil)
    let mounted = try target(.local(StorageLocation.Local(path: "/srv/a", hostPath: "/mnt/a/")))
    #expect(mounted.location == "/srv/a/restic-gold" && mounted.hostPath == "/mnt/a/restic-gold")
  }

  @Test("a bucket, with the names of Secrets and never a value")
  func bucket() throws {
    let found = try target(
      .s3(
        StorageLocation.S3(
          endpoint: "https://s3.example.net", region: "eu2", bucket: "points", prefix: "prod/",
          pathStyle: true, certificateAuthority: authority,
          credentials: .secret(SecretReference(namespace: "oadp-plan", name: "writer")))))
    #expect(found.location == "s3:https://s3.example.net/points/prod/restic-gold")
    #expect(
      found.access
        == StoreAccess(
          credentialsSecret: "writer", authoritiesSecret: "ca", authoritiesKey: "ca.crt",
          region: "eu2", isPathStyle: true))
  }

  @Test("a server of restic's protocol, which may ask nobody's name")
  func server() throws {
    let found = try target(
      .rest(
        StorageLocation.REST(url: "https://rest.example.net/", certificateAuthority: authority)))
    #expect(found.location == "rest:https://rest.example.net/restic-gold")
    #expect(
      found.access == StoreAccess(authoritiesSecret: "ca", authoritiesKey: "ca.crt"))
  }
}
