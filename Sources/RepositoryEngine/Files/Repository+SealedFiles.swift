public import ObjectStores
import RepositoryFormat

/// Files of this program beside the repository's own objects, sealed with its master key.
///
/// restic neither reads nor minds them: they lie in a folder that it does not know.
extension Repository {
  /// The names directly in a folder, sorted.
  public func names(in folder: FileName) async throws(RepositoryError) -> [String] {
    let files = try fileStore()
    do { return try await files.names(in: folder) } catch { throw .store(error) }
  }

  public func hasFile(_ name: FileName) async throws(RepositoryError) -> Bool {
    let files = try fileStore()
    do { return try await files.hasFile(name) } catch { throw .store(error) }
  }

  /// What a sealed file holds; `nil` where there is none.
  public func readSealedFile(
    _ name: FileName, bytesMax: Int
  ) async throws(RepositoryError) -> [UInt8]? {
    let files = try fileStore()
    let sealed: [UInt8]
    do {
      sealed = try await files.readFile(name, bytesMax: bytesMax + Sealing.overhead)
    } catch {
      guard error.reason != .notFound else { return nil }
      throw .store(error)
    }
    guard let bytes = Sealer(key: masterKey).open(sealed) else {
      throw .damaged(
        object: name.description, reason: "It was changed or sealed with another key")
    }
    return bytes
  }

  /// Creates a sealed file.
  ///
  /// - Returns: `false` where there is one of that name already; it is left alone.
  public func createSealedFile(
    _ name: FileName, _ bytes: [UInt8]
  ) async throws(RepositoryError) -> Bool {
    let files = try fileStore()
    do {
      try await files.createFile(name, Sealer(key: masterKey).seal(bytes))
      return true
    } catch {
      guard error.reason == .alreadyExists else { throw .store(error) }
      return false
    }
  }

  /// Removes a file; one that is gone already is no error.
  public func deleteFile(_ name: FileName) async throws(RepositoryError) {
    let files = try fileStore()
    do { _ = try await files.deleteFile(name) } catch { throw .store(error) }
  }

  private func fileStore() throws(RepositoryError) -> any FileStore {
    guard let files = store as? any FileStore else {
      throw .store(
        ObjectStoreError(.unsupported, "\(store.description) keeps no files but restic's own"))
    }
    return files
  }
}
