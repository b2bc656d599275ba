/// The file that tells `kubectl` of a sandbox.
enum Kubeconfig {
  static func text(port: UInt16, token: String) -> String {
    """
    apiVersion: v1
    kind: Config
    clusters:
    - name: sandbox
      cluster:
        server: http://127.0.0.1:\(port)
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
