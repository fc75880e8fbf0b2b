#pragma once

#include <memory>
#include <optional>
#include <ostream>

#include "harness/admin/admin.hpp"
#include "harness/door/client_door.hpp"
#include "harness/host/client_run.hpp"
#include "harness/host/state_folder.hpp"
#include "harness/journal/writer.hpp"
#include "harness/run/machines.hpp"
#include "harness/run/run_directory.hpp"
#include "sim/net/plain_listener.hpp"

namespace azlab::host {

/// A simulator with all that clients need around it: its machines, the door, the admin interface, its state on disk.
/// What `azlab run` and `azlab serve` have in common.
class Stage {
 public:
  /// Fails with one line.
  static Result<std::unique_ptr<Stage>> open(const ClientRunOptions& options);
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  Simulator& simulator() { return *simulator_; }
  run::Machines& machines() { return *machines_; }
  /// The files of its shares.
  std::shared_ptr<FileStore> files() const { return files_; }
  const door::ClientDoor& door() const { return *door_; }
  /// 0 when there is none.
  int admin_port() const { return admin_ ? admin_->port() : 0; }
  /// Lets jobs end, keeps the state where it was asked for, and writes what happened, with what the scenario expected in vain.
  /// `exit_status` is the client's. Fails when the state cannot be kept.
  Result<void> close(std::ostream& out, std::optional<int> exit_status = {});
  /// The folder of `--state`; null without.
  const StateFolder* state() const { return state_.get(); }
  /// After `close`: whether all that the scenario expects came to pass.
  bool all_met() const { return all_met_; }
  /// Whether the scenario says with which status the client ends.
  bool exit_status_expected() const { return exit_status_expected_; }

 private:
  explicit Stage(const ClientRunOptions& options) : options_(options) {}
  Result<void> open_state();
  Result<void> open_admin();
  Result<void> open_journal();

  ClientRunOptions options_;
  Time begin_{};
  bool all_met_ = true;
  bool exit_status_expected_ = false;
  std::unique_ptr<Simulator> simulator_{};
  std::unique_ptr<run::RunDirectory> directory_{};
  std::unique_ptr<StateFolder> state_{};
  std::shared_ptr<FileStore> files_{};
  std::shared_ptr<run::Machines> machines_{};
  std::unique_ptr<door::ClientDoor> door_{};
  std::shared_ptr<journal::Writer> journal_{};
  std::unique_ptr<admin::Admin> answers_{};
  std::unique_ptr<net::PlainListener> admin_{};  // last: its threads use what stands above
};

}  // namespace azlab::host
