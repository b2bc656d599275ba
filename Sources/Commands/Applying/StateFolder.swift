import Execution
import FoundationEssentials
import Ports
import Runner

/// Where runs keep their plan and journal: `.oadp-plan` at the root of the git repository, else of
/// the working directory.
struct StateFolder {
  let runs: RunDirectory

  init(option: String?, provenance: Provenance) throws(CommandFailure) {
    let root = provenance.repository ?? FileManager.default.currentDirectoryPath
    let path = option ?? (root.hasSuffix("/") ? root : root + "/") + ".oadp-plan"
    do { runs = try RunDirectory(state: path) } catch {
      throw CommandFailure(.failed, error.message, hint: error.hint)
    }
    // Journals are this machine's: git must neither show nor commit them.
    let ignore = path + "/.gitignore"
    if !FileManager.default.fileExists(atPath: ignore) {
      _ = FileManager.default.createFile(atPath: ignore, contents: Data("*\n".utf8))
    }
  }
}
