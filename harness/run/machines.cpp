#include "harness/run/machines.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "harness/door/at_rest.hpp"
#include "harness/run/job.hpp"
#include "harness/run/sample_course.hpp"
#include "sim/core/text.hpp"

namespace azlab::run {
namespace {

constexpr const char* kCourseAddress = "https://github.com/MicrosoftLearning/mslearn-azure-ml.git";
constexpr std::uint64_t kSeedsApart = 1'000'003;
constexpr const char* kCodeMount = "/home/azureuser/cloudfiles/code";

Json get_json(Simulator& simulator, const std::string& path) {
  const Response response = simulator.handle(Request::make(Method::get, path));
  auto body = parse_json(response.body.text());
  return response.ok() && body ? *body : Json::object();
}

Json list_of(Simulator& simulator, const std::string& path) { return get_json(simulator, path).value("value", Json::array()); }

std::vector<std::string> workspaces(Simulator& simulator) {
  std::vector<std::string> out;
  for (const auto& subscription : list_of(simulator, "/subscriptions?api-version=2022-12-01")) {
    for (const auto& workspace : list_of(simulator, string_at(subscription, "id") + "/providers/Microsoft.MachineLearningServices/workspaces")) {
      out.push_back(string_at(workspace, "id"));
    }
  }
  return out;
}

std::string share_of(Simulator& simulator, const std::string& workspace) {
  const Json store = get_json(simulator, workspace + "/datastores/workspaceworkingdirectory");
  const std::string account = string_at(store, "properties.accountName");
  return account.empty() ? std::string() : account + "/" + string_at(store, "properties.fileShareName");
}

}  // namespace

std::string user_folder() {
  const std::string user = Caller().user_name;
  return user.substr(0, user.find('@'));
}

std::string first_notebook_share(Simulator& simulator) {
  for (const auto& workspace : workspaces(simulator)) {
    if (const std::string share = share_of(simulator, workspace); !share.empty()) return share;
  }
  return {};
}

std::vector<InstancePlace> all_instances(Simulator& simulator) {
  std::vector<InstancePlace> out;
  for (const auto& workspace : workspaces(simulator)) {
    for (const auto& compute : list_of(simulator, workspace + "/computes")) {
      if (string_at(compute, "properties.computeType") != "ComputeInstance") continue;
      out.push_back({.name = string_at(compute, "name"), .state = string_at(compute, "properties.properties.state"), .workspace = workspace});
    }
  }
  for (auto& place : out) {
    place.share = share_of(simulator, place.workspace);
    place.location = string_at(get_json(simulator, place.workspace), "location");
  }
  return out;
}

InstancePlace find_instance(Simulator& simulator, const std::string& name) {
  for (auto& place : all_instances(simulator)) {
    if (equals_ignore_case(place.name, name)) return place;
  }
  return {};
}

Machines::Machines(Simulator& simulator, RunDirectory& directory) : simulator_(simulator), directory_(directory), room_(simulator) {}

std::uint64_t memory_for_a_job() {
  const auto all = static_cast<std::uint64_t>(std::max(::sysconf(_SC_PHYS_PAGES), 0L)) * static_cast<std::uint64_t>(std::max(::sysconf(_SC_PAGESIZE), 0L));
  constexpr std::uint64_t kMost = std::uint64_t{4} << 30U;
  return all == 0 ? kMost : std::min(kMost, all / 4 * 3);
}

Result<std::shared_ptr<Machines>> Machines::make(Simulator& simulator, RunDirectory& directory, MachineOptions options) {
  std::shared_ptr<Machines> machines(new Machines(simulator, directory));
  bool course_given = false;
  std::function<Result<std::string>(const std::string&)> repository_of;
  for (const auto& [address, folder] : options.clone_map) {
    course_given = course_given || replace_all(address, ".git", "") == replace_all(kCourseAddress, ".git", "");
    machines->stand_ins_.push_back({address, folder});
  }
  if (!course_given) {
    const auto course = sample_course();
    if (!course) return fail(course.error());
    options.clone_map.emplace_back(kCourseAddress, *course);
    repository_of = [directory = *course](const std::string& wanted) { return wanted == directory ? sample_course_repository() : Result<std::string>(std::string()); };
    machines->stand_ins_.push_back({kCourseAddress, "the sample course of this azlab"});
  }
  machines->host_ = {.directory = directory.path(),
                     .channel_socket = directory.channel(),
                     .azlab_binary = options.azlab_binary,
                     .clone_map = options.clone_map,
                     .repository_of = repository_of,
                     .sandbox = options.sandbox,
                     .seed = simulator.options().seed + options.begun_before * kSeedsApart,
                     .now = [&simulator] { return simulator.now(); },
                     .move_time_until = [&room = machines->room_](std::optional<Time> limit) { room.move_until(limit); }};
  machines->options_ = options;
  // A kernel that waits for a child is no reason to hold the clock.
  machines->room_.set_at_rest(door::is_at_rest);
  if (options.az == AzUse::real) {
    if (const auto opened = machines->open_door(); !opened) return fail(opened.error());
    if (const auto ready = machines->use_real_az(); !ready) return fail(ready.error());
  }
  return machines;
}

Result<void> Machines::open_channel() {
  const std::lock_guard lock(doors_mutex_);
  if (channel_) return {};
  ClockRoom& room = room_;
  Simulator& simulator = simulator_;
  auto channel = net::LocalChannel::open(directory_.channel(),
                                         {.handle = [&simulator](const Request& request) { return simulator.handle(request); },
                                          .clock = {.enter = [&room](int) { return room.enter(); }, .leave = [&room](int process) { room.leave(process); }, .sleep = [&room](int process, Duration duration) { return room.sleep(process, duration); }, .now = [&simulator] { return simulator.now(); }}},
                                         "shell");
  if (!channel) return fail(channel.error());
  channel_ = std::move(*channel);
  return {};
}

Result<void> Machines::open_door() {
  const std::lock_guard lock(doors_mutex_);
  if (door_) return {};
  const std::string place = directory_.path() + "/door";
  std::error_code why;
  std::filesystem::create_directories(place, why);
  auto door = door::ClientDoor::open(simulator_, room_, {.directory = place, .loopback = !host_.sandbox});
  if (!door) return fail(door.error());
  door_ = std::move(*door);
  return {};
}

Machines::~Machines() {
  room_.close();
  finish(true);
  sessions_.clear();
  door_.reset();
  channel_.reset();
}

Result<shell::Session*> Machines::terminal(const std::string& name) {
  if (const auto found = sessions_.find(name); found != sessions_.end()) return found->second.get();
  if (const auto filled = directory_.filled(); !filled) return fail(filled.error());
  if (const auto opened = open_channel(); !opened) return fail(opened.error());
  shell::Session::Options options{.machine = "cloud-shell", .name = "cloud-shell"};
  if (name.starts_with("compute-instance:")) {
    const std::string instance = name.substr(name.find(':') + 1);
    const InstancePlace place = find_instance(simulator_, instance);
    if (place.state != "Running") {
      return fail(409, "NotRunning", place.state.empty() ? "there is no compute instance " + instance
                                                         : "the compute instance " + instance + " is not running; its state is " + place.state);
    }
    const std::string share = directory_.share(place.share);
    std::error_code why;
    std::filesystem::create_directories(share + "/Users/" + user_folder(), why);
    options = {.machine = "compute-instance",
               .name = "ci-" + instance,
               .share_directory = share,
               .start_directory = std::string(kCodeMount) + "/Users/" + user_folder(),
               .hostname = instance};  // an instance knows itself by its name: "azureuser@ci-labs:~$"
    options.variables["CI_NAME"] = instance;
  }
  options.variables["AZLAB_SEED"] = std::to_string(simulator_.options().seed);
  return sessions_.emplace(name, std::make_unique<shell::Session>(host_, options)).first->second.get();
}

WorkloadStart Machines::start(const Workload& workload) {
  if (host_.sandbox) {
    if (const auto works = shell::check_sandbox(); !works) return {.started = false, .blocked = works.error().message};
  }
  if (const auto filled = directory_.filled(); !filled) return {.started = false, .blocked = filled.error().message};
  if (const auto opened = open_channel(); !opened) return {.started = false, .blocked = opened.error().message};
  if (workload.kind == "job") return start_job(workload);
  const std::lock_guard lock(work_mutex_);
  ++running_;
  workers_.emplace_back([this, workload] {
    run_script(workload);
    --running_;
  });
  return {.started = true};
}

WorkloadStart Machines::start_job(const Workload& workload) {
  auto job = Job::make([&simulator = simulator_](const Request& request) { simulator.handle(request); }, *this, directory_, workload);
  const std::lock_guard lock(work_mutex_);
  const std::string refusal = !job ? job.error().message : closing_ ? "the run is over" : "";
  if (!refusal.empty()) {
    refused_[workload.id] = refusal;
    return {.started = false, .blocked = refusal};
  }
  if (!(*job)->replaced().empty()) replaced_.insert((*job)->replaced());
  if (!(*job)->without().empty()) without_[workload.id] = (*job)->without();
  jobs_[workload.id] = *job;
  ++running_;
  workers_.emplace_back([this, job = *job, id = workload.id] {
    job->run();
    {
      const std::lock_guard done(work_mutex_);
      jobs_.erase(id);
    }
    --running_;
  });
  return {.started = true};
}

void Machines::run_script(const Workload& workload) {
  const std::string share = directory_.share(workload.share);
  std::error_code why;
  std::filesystem::create_directories(share + "/" + workload.directory, why);
  shell::Session session(host_, {.machine = workload.machine,
                                 .name = "workload-" + workload.id,
                                 .share_directory = share,
                                 .start_directory = std::string(kCodeMount) + (workload.directory.empty() ? "" : "/" + workload.directory)});
  const shell::CommandResult result = session.run_script(workload.script, workload.arguments);
  const int status = !result.missing_tool.empty() || !result.not_simulated.empty() ? 127 : result.timed_out ? 124 : result.exit_status;
  const Json report = {{"exitStatus", status}, {"output", result.output + result.missing_tool}};
  simulator_.handle(Request::make(Method::post, "https://workloads.azlab/" + workload.id + "/exit", dump(report)));
  room_.poke();
}

// Scripts end by themselves or at their time limit.
void Machines::stop(const std::string& id) {
  const std::lock_guard lock(work_mutex_);
  if (const auto found = jobs_.find(id); found != jobs_.end()) found->second->stop();
}

std::map<std::string, int> Machines::refused_hosts() const {
  const std::lock_guard lock(doors_mutex_);
  return door_ ? door_->refused() : std::map<std::string, int>();
}

std::vector<std::string> Machines::replaced() const {
  const std::lock_guard lock(work_mutex_);
  return {replaced_.begin(), replaced_.end()};
}

void Machines::note_replaced(const std::vector<std::string>& lines) {
  const std::lock_guard lock(work_mutex_);
  replaced_.insert(lines.begin(), lines.end());
}

std::vector<std::string> Machines::without(const std::string& id) const {
  const std::lock_guard lock(work_mutex_);
  const auto found = without_.find(id);
  return found == without_.end() ? std::vector<std::string>() : found->second;
}

std::string Machines::refused(const std::string& id) const {
  const std::lock_guard lock(work_mutex_);
  const auto found = refused_.find(id);
  return found == refused_.end() ? std::string() : found->second;
}

void Machines::stop_all() {
  const std::lock_guard lock(work_mutex_);
  for (const auto& [id, job] : jobs_) job->stop();
}

void Machines::finish(bool stop_them) {
  std::vector<std::thread> running;
  {
    const std::lock_guard lock(work_mutex_);
    closing_ = true;
    running.swap(workers_);
  }
  if (stop_them) stop_all();
  for (auto& worker : running) worker.join();
}

}  // namespace azlab::run
