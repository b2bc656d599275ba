/// The file that tells `kubectl` of a sandbox.
///
/// The token is there twice: kubectl sends it as a credential only over TLS, which needs no proving
/// on loopback, and takes the path of the server's URL along with every request.
enum Kubeconfig {
  static func text(port: UInt16, token: String) -> String {
    """
    apiVersion: v1
    kind: Config
    clusters:
    - name: sandbox
      cluster:
        server: http://127.0.0.1:\(port)/\(token)
    users:
    - name: sandbox
      user:
        token: \(token)
    contexts:
    - name: sandbox
      context:
        cluster: sandbox
        user: sandbox
    current-context: sandbox

    """
  }
}
