#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "harness/run/run_directory.hpp"
#include "harness/site/site.hpp"
#include "sim/state/state_store.hpp"

namespace azlab::host {

/// The folder of `--state`, its owner's only:
///   state.db   the World and its clock, the portal's sessions (sim/state)
///   shares/    the files of file shares
///   homes/     what terminals have as their homes
///   site       key and port of the learner's site; site.crt and site.key what it proves itself with behind TLS
///   run        a link to the run's directory of whoever uses it, so that what a killed process left is cleared away
class StateFolder {
 public:
  /// Takes it for this process, and lays it under the run's directory. Fails with one line: it is in use, no state, not to be made.
  static Result<std::unique_ptr<StateFolder>> open(const std::string& path, const run::RunDirectory& directory);
  ~StateFolder();
  StateFolder(const StateFolder&) = delete;
  StateFolder& operator=(const StateFolder&) = delete;

  /// Lets the simulator go on from what is there, if anything is, and keeps what it does from now on.
  Result<void> attach(Simulator& simulator);
  /// How many processes went on from this state or began it before this one.
  std::uint64_t begun_before() const { return begun_before_; }
  /// What the site goes on with; `tell` what it is to be told of while it runs.
  site::SiteMemory site_memory() const;
  /// Key, port and certificate that a browser of the next start will know.
  Result<void> remember_site(const site::Site& site) const;
  /// Nothing is kept after that; the folder is whole.
  void close();

 private:
  explicit StateFolder(std::string path) : path_(std::move(path)) {}
  Result<void> lay_under(const run::RunDirectory& directory);

  std::string path_;
  std::uint64_t begun_before_ = 0;
  std::shared_ptr<state::Store> store_{};
};

/// The state in a folder, with its shares and homes, as one file; without the site's key. Fails with one line, also while an azlab
/// uses it.
Result<void> export_folder(const std::string& path, const std::string& file);
/// Makes a folder's state from such a file. Fails with one line; a folder that holds a state stays as it is.
Result<void> import_folder(const std::string& file, const std::string& path);

/// Reports the end of processes that ran when the state was left: a killed azlab took them with it.
void report_lost(Simulator& simulator);

}  // namespace azlab::host
