import CurlTransport
import Documents

extension Kubeconfig {
  /// A context, resolved: files are read, and what cannot be used is refused.
  ///
  /// - Parameter name: `nil` takes the current context.
  public func configuration(
    context name: String? = nil
  ) throws(ConfigurationError) -> ClientConfiguration {
    guard let name = name ?? currentContext else {
      throw ConfigurationError(
        "No context is current; choose one of \(contextNames.joined(separator: ", "))",
        field: "current-context")
    }
    let context = try fields(.contexts, name, wantedBy: "current-context")
    let cluster = try fields(
      .clusters, try context.required("cluster"), wantedBy: "\(context.path).cluster")
    var configuration = ClientConfiguration(
      server: try cluster.server(), tls: try cluster.clusterTLS(), context: name)
    if let proxy = try cluster.proxy() { configuration.proxy = .url(proxy) }
    if let namespace = try context.text("namespace") { configuration.namespace = namespace }
    if let userName = try context.text("user") {
      let user = try fields(.users, userName, wantedBy: "\(context.path).user")
      configuration.authentication = try user.authentication()
      configuration.impersonation = try user.impersonation()
      configuration.tls.clientCertificate = try user.pem("client-certificate")
      configuration.tls.clientKey = try user.pem("client-key")
      guard
        (configuration.tls.clientCertificate == nil) == (configuration.tls.clientKey == nil)
      else {
        throw user.failure("A client certificate and its key need each other", "client-certificate")
      }
    }
    return configuration
  }
}

extension KubeconfigFields {
  fileprivate func server() throws(ConfigurationError) -> String {
    let text = try required("server")
    let server = text.contains("://") ? text : "http://\(text)"
    guard URLParts(server) != nil else {
      throw failure("The value is no http or https URL", "server")
    }
    return server
  }

  fileprivate func proxy() throws(ConfigurationError) -> String? {
    guard let url = try text("proxy-url") else { return nil }
    let schemes = ["http://", "https://", "socks5://", "socks5h://"]
    guard schemes.contains(where: url.hasPrefix) else {
      throw failure("The scheme is none of http, https, socks5 and socks5h", "proxy-url")
    }
    return url
  }

  fileprivate func clusterTLS() throws(ConfigurationError) -> TLSOptions {
    let tls = TLSOptions(
      authorities: try pem("certificate-authority"), serverName: try text("tls-server-name"),
      skipsVerification: try flag("insecure-skip-tls-verify"))
    guard tls.authorities == nil || !tls.skipsVerification else {
      throw failure(
        "Verification is off although authorities to trust are given", "insecure-skip-tls-verify")
    }
    return tls
  }

  fileprivate func authentication() throws(ConfigurationError)
    -> ClientConfiguration.Authentication
  {
    guard try text("username") == nil, try text("password") == nil else {
      throw failure("Basic authentication is not supported: no API server accepts it", "username")
    }
    guard fields["auth-provider"].map(\.isNull) ?? true else {
      throw failure("Authentication providers are gone; use an exec plugin", "auth-provider")
    }
    if let file = try localPath("tokenFile") { return .bearerFile(file) }
    if let token = try text("token") {
      guard token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
        throw failure("The token holds characters that no token may hold", "token")
      }
      return .bearer(token)
    }
    if let plugin = try object("exec") { return .plugin(try plugin.execPlugin()) }
    return .none
  }

  private func execPlugin() throws(ConfigurationError) -> ExecPlugin {
    let apiVersion = try required("apiVersion")
    guard ExecPlugin.apiVersions.contains(apiVersion) else {
      throw failure(
        "The version is none of \(ExecPlugin.apiVersions.joined(separator: ", "))", "apiVersion")
    }
    guard try text("interactiveMode") != "Always" else {
      throw failure("A plugin that needs a terminal cannot be used here", "interactiveMode")
    }
    // A name without a slash is looked up in PATH.
    let command = try required("command")
    var environment: [String: String] = [:]
    for variable in fields["env"]?.arrayValue ?? [] {
      guard let name = variable["name"]?.stringValue, let value = variable["value"]?.stringValue
      else { throw failure("An entry has no name or value", "env") }
      environment[name] = value
    }
    return ExecPlugin(
      apiVersion: apiVersion, command: command.contains("/") ? resolve(command) : command,
      arguments: try texts("args"), environment: environment,
      installHint: try text("installHint"), providesClusterInfo: try flag("provideClusterInfo"))
  }

  fileprivate func impersonation() throws(ConfigurationError) -> Impersonation? {
    guard let user = try text("as") else {
      for name in ["as-uid", "as-groups", "as-user-extra"] where fields[name] != nil {
        throw failure("The field needs `as` beside it", name)
      }
      return nil
    }
    var impersonation = Impersonation(
      user: user, uid: try text("as-uid"), groups: try texts("as-groups"))
    if let extra = try object("as-user-extra") {
      for key in (extra.fields.objectValue ?? [:]).keys {
        impersonation.extra[key] = try extra.texts(key)
      }
    }
    return impersonation
  }
}
