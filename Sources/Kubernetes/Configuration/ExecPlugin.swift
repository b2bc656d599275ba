import CurlTransport
import Documents

extension ExecPlugin {
  static let apiVersions = [
    "client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1",
  ]
  /// A plugin may open a browser and wait for a person, but not for ever.
  private static let deadline = Duration.seconds(60)

  /// Runs the program and reads the `ExecCredential` that it prints.
  func credentials(
    for configuration: ClientConfiguration
  ) async throws(ConfigurationError) -> Credentials {
    var variables = ProcessEnvironment.current
    variables.merge(environment) { _, ours in ours }
    variables["KUBERNETES_EXEC_INFO"] = CanonicalJSON.string(information(for: configuration))
    let output: [UInt8]
    do {
      output = try await ChildProcess(
        command: command, arguments: arguments, environment: variables
      ).output(bytesMax: 1 << 20, deadline: Self.deadline)
    } catch {
      let hint = installHint.map { ". \($0)" } ?? ""
      throw ConfigurationError("The credential plugin `\(command)` \(error.message)\(hint)")
    }
    return try credentials(in: output)
  }

  private func information(for configuration: ClientConfiguration) -> JSONValue {
    var spec: JSONValue = ["interactive": false]
    if providesClusterInfo {
      var cluster: JSONValue = ["server": .string(configuration.server)]
      if let authorities = configuration.tls.authorities {
        cluster["certificate-authority-data"] = .string(Base64.encode(authorities))
      }
      if let name = configuration.tls.serverName { cluster["tls-server-name"] = .string(name) }
      if configuration.tls.skipsVerification { cluster["insecure-skip-tls-verify"] = true }
      if case .url(let url) = configuration.proxy { cluster["proxy-url"] = .string(url) }
      spec["cluster"] = cluster
    }
    return ["apiVersion": .string(apiVersion), "kind": "ExecCredential", "spec": spec]
  }

  /// Messages say what is wrong with the output, never what it holds.
  func credentials(in output: [UInt8]) throws(ConfigurationError) -> Credentials {
    func failure(_ detail: String) -> ConfigurationError {
      ConfigurationError("The credential plugin `\(command)` \(detail)")
    }
    guard let object = try? JSONValue(parsing: output), object["kind"] == "ExecCredential" else {
      throw failure("printed no ExecCredential")
    }
    guard object["apiVersion"]?.stringValue == apiVersion else {
      throw failure("printed an ExecCredential of another version than \(apiVersion)")
    }
    var credentials = Credentials(
      token: object["status"]?["token"]?.stringValue,
      certificate: object["status"]?["clientCertificateData"]?.stringValue.map { Array($0.utf8) },
      key: object["status"]?["clientKeyData"]?.stringValue.map { Array($0.utf8) })
    guard (credentials.certificate == nil) == (credentials.key == nil) else {
      throw failure("printed a client certificate or key without the other")
    }
    guard credentials.token != nil || credentials.key != nil else {
      throw failure("printed neither a token nor a client certificate")
    }
    if let text = object["status"]?["expirationTimestamp"]?.stringValue {
      guard let expires = Timestamp(text) else { throw failure("printed a bad expiry time") }
      credentials.expires = expires
    }
    return credentials
  }
}
