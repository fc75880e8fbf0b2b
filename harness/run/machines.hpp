#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "harness/door/client_door.hpp"
#include "harness/python/python.hpp"
#include "harness/run/result.hpp"
#include "harness/run/run_directory.hpp"
#include "harness/shell/shell.hpp"
#include "sim/clock_room.hpp"
#include "sim/core/workloads.hpp"
#include "sim/net/local_channel.hpp"

namespace azlab::run {

/// The prepared environment (fixtures/python) of notebooks and jobs.
constexpr const char* kPythonEnvironment = "ml";

/// 4 GB, or three quarters of this computer's memory where that is less.
std::uint64_t memory_for_a_job();

/// What one job may take of this computer.
struct JobLimits {
  double time_s = 3600;  ///< real seconds
  int processes = 400;
  std::uint64_t memory_bytes = memory_for_a_job();  ///< of all its processes
  std::uint64_t bytes = std::uint64_t{4} << 30U;           ///< of its directory, and of one file
  std::uint64_t room_bytes_min = std::uint64_t{200} << 20U;  ///< left on the disk
};

/// Which az machines have: azlab's own, or the real one from a Python environment.
enum class AzUse { built_in, real };

struct MachineOptions {
  std::string azlab_binary{};
  AzUse az = AzUse::built_in;
  std::vector<std::pair<std::string, std::string>> clone_map{};  ///< address -> directory; the course is added
  bool sandbox = true;
  PythonUse python = PythonUse::install;
  std::shared_ptr<python::PreparedOnce> prepared = std::make_shared<python::PreparedOnce>();
  std::function<void(const std::string& line, bool is_progress)> say{};  ///< what preparing them tells
  JobLimits job_limits{};
  std::uint64_t begun_before = 0;  ///< of a state that goes on: how often; what terminals draw ($RANDOM, uuidgen) is other each time
};

/// A compute instance as the simulator has it: "" for what is absent.
struct InstancePlace {
  std::string name{};
  std::string state{};
  std::string share{};      ///< "<account>/<share>" of its workspace
  std::string workspace{};  ///< id of its workspace
  std::string location{};   ///< of its workspace
};

class Job;

/// A run's simulated machines: its Cloud Shell, its compute instances' terminals, and the processes that Azure
/// starts on them. Owns the local channel through which their az reaches the simulator.
class Machines : public Workloads {
 public:
  static Result<std::shared_ptr<Machines>> make(Simulator& simulator, RunDirectory& directory, MachineOptions options);
  ~Machines() override;

  /// The terminal "cloud-shell" or "compute-instance:<name>"; made at first use. An instance that does not exist or
  /// does not run is an error.
  Result<shell::Session*> terminal(const std::string& name);

  WorkloadStart start(const Workload& workload) override;
  void stop(const std::string& id) override;

  const std::vector<StandIn>& stand_ins() const { return stand_ins_; }
  ClockRoom& room() { return room_; }
  /// Hosts that programs of machines asked for and were refused, with how often.
  std::map<std::string, int> refused_hosts() const;
  const shell::HostOptions& host() const { return host_; }
  bool in_sandbox() const { return host_.sandbox; }
  const JobLimits& job_limits() const { return options_.job_limits; }
  /// What jobs' environments asked for and this computer had otherwise, each said once.
  std::vector<std::string> replaced() const;
  /// Adds to them what a run said whose outcome was taken over.
  void note_replaced(const std::vector<std::string>& lines);
  /// Why a job's process was refused at its start; empty when it was not.
  std::string refused(const std::string& id) const;
  /// Packages of its environment without which a job's process was started.
  std::vector<std::string> without(const std::string& id) const;
  /// How many processes run that Azure started.
  int running() const { return running_; }
  /// Asks every job to end.
  void stop_all();
  /// Waits for what runs, stopping it first when `stop_them`; nothing is started after that.
  void finish(bool stop_them);
  /// Where a file of an instance's share lies on the instance.
  std::string on_machine(const std::string& path) const;

  /// The environment behind kernels and jobs, made at first use; the reason when it cannot be had.
  const Result<python::Prepared>& python();
  /// Whether it is there already, so that nobody has to wait for it; the reason when it is not.
  Result<void> python_at_hand() const;
  /// Puts a site of it first on the program's path. Returns the folder of the whole, as the program sees it.
  std::string add_python(shell::Program& program, const python::Prepared& prepared, const python::Site& site) const;
  /// Lets the program find `config` as config.json above its working directory, where an instance has it.
  Result<void> place_config(shell::Program& program, const InstancePlace& instance, const std::string& config) const;
  /// Gives the program its way to Azure: proxy, certificates, clock; in a sandbox on the sandbox's own loopback, which
  /// what is returned serves (null without a sandbox). It must outlive the program.
  Result<std::unique_ptr<net::Listener>> connect(shell::Program& program, const shell::Session& session);

 private:
  Machines(Simulator& simulator, RunDirectory& directory);
  /// The local channel and the door to Azure for others than our own programs; each is opened when somebody first needs it.
  Result<void> open_channel();
  Result<void> open_door();
  Result<void> use_real_az();
  /// Where programs of machines find the simulated Azure.
  door::Places proxy_places() const;
  /// Mounts what the way to Azure needs, and wraps the program's command in a sandbox's first process, which opens its
  /// loopback. What is returned serves it and must outlive the program; null without a sandbox.
  Result<std::unique_ptr<net::Listener>> open_way(shell::Program& program);
  void run_script(const Workload& workload);
  WorkloadStart start_job(const Workload& workload);

  Simulator& simulator_;
  RunDirectory& directory_;
  ClockRoom room_;
  shell::HostOptions host_{};
  MachineOptions options_{};
  mutable std::mutex doors_mutex_{};  ///< guards the opening of the two
  std::unique_ptr<net::LocalChannel> channel_{};
  std::unique_ptr<door::ClientDoor> door_{};
  std::atomic<int> connected_ = 0;
  std::map<std::string, std::unique_ptr<shell::Session>> sessions_{};
  mutable std::mutex work_mutex_{};  ///< guards what follows, down to closing_
  std::vector<std::thread> workers_{};
  std::map<std::string, std::shared_ptr<Job>> jobs_{};
  std::set<std::string> replaced_{};
  std::map<std::string, std::string> refused_{};
  std::map<std::string, std::vector<std::string>> without_{};  ///< by job
  bool closing_ = false;
  std::atomic<int> running_ = 0;
  std::vector<StandIn> stand_ins_{};
  std::vector<shell::Mount> real_az_mounts_{};
};

InstancePlace find_instance(Simulator& simulator, const std::string& name);
/// All instances, in order of workspace and name.
std::vector<InstancePlace> all_instances(Simulator& simulator);
/// The share of the only or first workspace; empty when there is none.
std::string first_notebook_share(Simulator& simulator);
/// The signed-in person's folder name: what stands before '@'.
std::string user_folder();

}  // namespace azlab::run
