import Backends
import ClusterModel
import ObjectStores
import Planning
import Ports
import RepositoryEngine
import RepositoryFormat

/// What became of one repository's place, and what planning needs of it.
struct StoreInspection: Sendable {
  var facts: StoreFacts
  var catalog: RepositoryCatalog
}

extension EngineStore {
  /// Tries a repository's place and opens the repository. No failure is one of ours.
  ///
  /// - Parameter refusingWrites: Why nothing may be written; `nil` where a probe may.
  func inspect(
    _ target: RepositoryTarget, refusingWrites: String?
  ) async -> StoreInspection {
    let address = RepositoryAddress(target)
    // A location's own words may hold a user's password.
    let location = try? RepositoryLocation(parsing: address.location)
    var facts = StoreFacts(
      repository: target.name, location: location?.description ?? "location of \(target.name)",
      isCreatedWhenMissing: target.isCreatedWhenMissing)
    func inspection(_ state: RepositoryCatalog.State) -> StoreInspection {
      StoreInspection(
        facts: facts, catalog: RepositoryCatalog(repository: target.name, state: state))
    }
    let store: any ObjectStore
    do { store = try await objectStore(address) } catch {
      facts.contents = Self.contents(error)
      return inspection(.unreadable(error.description))
    }
    var trial = StoreTrial()
    guard await trial.list(store) else {
      if trial.isPlaceMissing {
        facts.unprobed = "the bucket is not there yet"
        return inspection(.missing)
      }
      facts.steps = trial.steps
      facts.contents = .unseen("its store cannot be used")
      return inspection(.unreadable("its store cannot be used"))
    }
    let state = await open(address, &facts)
    if let refusingWrites {
      facts.unprobed = refusingWrites
    } else if let files = store as? any FileStore {
      if case .directory = location, facts.contents == .missing {
        facts.unprobed = "the first run makes the folder"
      } else {
        facts.createsExclusively = await trial.write(files)
      }
    } else {
      facts.unprobed = "restic's REST protocol has no place for files of others"
    }
    facts.steps = trial.steps
    return inspection(state)
  }

  private func open(
    _ address: RepositoryAddress, _ facts: inout StoreFacts
  ) async -> RepositoryCatalog.State {
    do throws(StoreError) {
      guard let repository = try await repository(address) else { return .missing }
      let state = try await catalog(of: address).state
      let locks: [LockHolder]
      do throws(RepositoryError) { locks = try await repository.staleLocks() } catch {
        throw StoreError(error, address)
      }
      var points = 0
      if case .present(let entries) = state { points = entries.count }
      facts.contents = .repository(
        version: Int(repository.config.version), points: points,
        staleLocks: locks.map(\.description))
      return state
    } catch {
      facts.contents = Self.contents(error)
      return .unreadable(error.description)
    }
  }

  /// A Secret that is not to be had is told where Secrets and permissions are.
  private static func contents(_ error: StoreError) -> StoreFacts.Contents {
    error.reason == .passwordUnavailable
      ? .unseen(error.description) : .unusable(error.description)
  }
}
