/// Signs of life beside a long piece of work.
enum Ticking {
  private static let interval = Duration.seconds(5)

  /// Calls `tick` every few seconds until `body` is done.
  static func during<Value: Sendable>(
    _ tick: @escaping @Sendable () -> Void, _ body: () async throws(RepositoryError) -> Value
  ) async throws(RepositoryError) -> Value {
    let result = await withTaskGroup(of: Void.self) { group -> Result<Value, RepositoryError> in
      group.addTask {
        while (try? await Task.sleep(for: interval)) != nil { tick() }
      }
      defer { group.cancelAll() }
      do throws(RepositoryError) { return .success(try await body()) } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }
}
