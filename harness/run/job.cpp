#include "harness/run/job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "harness/door/process_count.hpp"
#include "sim/core/clock.hpp"
#include "sim/core/text.hpp"

namespace azlab::run {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRootMount = "/mnt/azureml/cr/j/";
constexpr double kSayEveryS = 0.2;
constexpr std::size_t kSayBytes = 64 * 1024;
constexpr double kMeasureEveryS = 0.5;
constexpr double kLookEveryS = 0.02;
constexpr int kNice = 4;
constexpr std::size_t kFilesMax = 10000;
constexpr int kKilledStatus = 137;  // as shells count SIGKILL
constexpr int kCannotStartStatus = 126;
constexpr std::size_t kTailBytes = 4000;

/// Whether a path stays where it is put.
bool stays_inside(const std::string& path) {
  if (path.empty() || path.front() == '/' || path.find('\0') != std::string::npos) return false;
  const auto parts = split(path, '/');
  return std::none_of(parts.begin(), parts.end(), [](const std::string& part) { return part == ".."; });
}

tl::unexpected<Error> refused(const std::string& why) { return fail(400, "WorkloadRefused", why); }

std::uint64_t bytes_below(const std::string& directory) {
  std::error_code why;
  std::uint64_t total = 0;
  for (auto it = fs::recursive_directory_iterator(directory, fs::directory_options::skip_permission_denied, why); !why && it != fs::recursive_directory_iterator(); it.increment(why)) {
    if (it->is_regular_file(why) && !it->is_symlink(why)) total += it->file_size(why);
  }
  return total;
}

std::string encoded_path(const std::string& path) {
  std::vector<std::string> parts;
  for (const auto& part : split(path, '/')) parts.push_back(percent_encode(part));
  return join(parts, "/");
}

}  // namespace

Result<std::shared_ptr<Job>> Job::make(Report report, Machines& machines, const RunDirectory& directory, Workload workload) {
  // The id becomes a directory's name.
  if (!stays_inside(workload.id) || workload.id.find('/') != std::string::npos) return refused("the job's id '" + workload.id + "' cannot name a directory");
  if (!workload.directory.empty() && !stays_inside(workload.directory)) return refused("the job's working directory '" + workload.directory + "' leaves its root");
  for (const auto& file : workload.files) {
    if (!stays_inside(file.path) || !file.bytes) return refused("the job's file '" + file.path + "' leaves its root");
  }
  for (const auto* folders : {&workload.folders, &workload.collect}) {
    for (const auto& folder : *folders) {
      if (!stays_inside(folder)) return refused("the job's folder '" + folder + "' leaves its root");
    }
  }
  std::shared_ptr<Job> job(new Job(std::move(report), machines, std::move(workload)));
  job->root_ = directory.path() + "/jobs/" + job->workload_.id;
  job->inside_ = machines.in_sandbox() ? kRootMount + job->workload_.id : job->root_;
  if (const auto chosen = job->choose_python(); !chosen) return fail(chosen.error());
  return job;
}

Result<void> Job::choose_python() {
  const auto& prepared = machines_.python();
  if (!prepared) return fail(prepared.error());
  const PythonNeeds& needs = workload_.python;
  auto site = python::compose_site(*prepared, needs.requirements);
  if (!site) return fail(site.error());
  const std::string name = needs.name.empty() ? "the job's environment" : "the environment " + needs.name;
  // Curated environments are Azure's own and their packages move on; what somebody pinned themselves they meant.
  const bool curated = needs.name.starts_with("AzureML-");
  if (curated && !prepared->stands_in_for.empty()) {
    // Few scripts use all of them; one that does is blocked where it imports what is not here.
    for (const auto& requirement : std::exchange(site->missing, {})) without_.push_back(requirement.substr(0, requirement.find_first_of("<>=~!;[ ")));
  }
  if (!site->missing.empty()) return refused(name + " asks for " + join(site->missing, ", ") + ", which this computer's Python environment does not have");
  if (!site->replaced.empty() && !curated) return refused(name + " asks for other versions than this computer's Python environment has: " + join(site->replaced, ", "));
  auto differences = site->replaced;
  if (!without_.empty()) differences.push_back("without " + join(without_, ", "));
  if (!needs.version.empty() && !(prepared->python_version + ".").starts_with(needs.version + ".")) differences.insert(differences.begin(), "Python " + prepared->python_version + " instead of " + needs.version);
  if (!differences.empty()) replaced_ = name + ": " + join(differences, ", ");
  site_ = std::move(*site);
  return {};
}

Result<void> Job::lay_out() const {
  std::error_code why;
  fs::create_directories(root_, why);
  for (const auto& folder : workload_.folders) fs::create_directories(root_ + "/" + folder, why);
  if (!workload_.directory.empty()) fs::create_directories(root_ + "/" + workload_.directory, why);
  for (const auto& file : workload_.files) {
    const fs::path target = root_ + "/" + file.path;
    fs::create_directories(target.parent_path(), why);
    std::ofstream out(target, std::ios::binary);
    out << *file.bytes;
    out.close();
    if (!out) return fail(500, "FileError", "cannot write the job's file " + file.path + "; set TMPDIR to a place with room");
  }
  if (why) return fail(500, "FileError", "cannot make the job's directory: " + why.message());
  return {};
}

void Job::run() {
  if (const auto ready = lay_out(); !ready) {
    exit_status_ = kCannotStartStatus;
    unsaid_ = "azlab: " + ready.error().message + "\n";
  } else if (!stopped_) {
    carry_out();
  }
  if (stopped_ && reason_.empty()) reason_ = "stopped";
  if (!ended_for_.empty()) say("\nazlab: the job was ended: " + ended_for_ + "\n", false);
  const std::string tail = unsaid_.size() > kTailBytes ? unsaid_.substr(unsaid_.size() - kTailBytes) : unsaid_;
  say("", true);
  collect();
  post("/exit", dump({{"exitStatus", exit_status_}, {"output", ended_for_.empty() ? tail : "the job was ended: " + ended_for_}, {"reason", reason_}}));
  std::error_code ignored;
  fs::remove_all(root_, ignored);
  machines_.room().poke();
}

void Job::carry_out() {
  const auto fill_in = [this](const std::string& text) { return replace_all(text, "{{root}}", inside_); };
  shell::Session session(machines_.host(), {.machine = workload_.machine.empty() ? "cluster-node" : workload_.machine, .name = "job-" + workload_.id, .start_directory = "/tmp"});
  const auto& prepared = machines_.python();
  const auto script = session.put_file("job.sh", fill_in(workload_.script));
  shell::Program program{.directory = inside_ + (workload_.directory.empty() ? "" : "/" + workload_.directory), .mounts = {{.here = root_, .inside = inside_, .writable = true}}};
  const auto cannot = [this](const std::string& why) {
    exit_status_ = kCannotStartStatus;
    say("azlab: " + why + "\n", false);
  };
  if (!prepared || !script) return cannot(prepared ? script.error().message : prepared.error().message);
  program.argv = {"/usr/bin/bash", *script};
  for (const auto& argument : workload_.arguments) program.argv.push_back(fill_in(argument));
  for (const auto& [name, value] : workload_.variables) program.variables[name] = fill_in(value);
  program.root = workload_.user == "root";
  machines_.add_python(program, *prepared, site_);
  const auto network = machines_.connect(program, session);
  if (!network) return cannot(network.error().message);
  const JobLimits& limits = machines_.job_limits();
  program.limits = {.time_limit_s = workload_.time_limit_s > 0 ? std::min(workload_.time_limit_s, limits.time_s) : limits.time_s,
                    .output_bytes_max = 1,  // it is handed on as it comes
                    .on_output = [this](std::string_view piece) { say(piece, false); },
                    .may_go_on = [this](int process) { return may_go_on(process); },
                    .ask_every_s = kLookEveryS,
                    .ahead_of_others = true};
  program.nice = kNice;
  program.file_bytes_max = limits.bytes;
  program.processes_max = 2 * limits.processes;  // further than what we end it for ourselves, which says why
  const auto ran = session.run_program(program);
  if (!ran.failure.empty()) return cannot(ran.failure);
  exit_status_ = ran.exit_status;
  if (ran.timed_out) reason_ = "timeout";
  if (ran.timed_out || ran.stopped) exit_status_ = kKilledStatus;
}

bool Job::may_go_on(int process) {
  say("", false);
  if (stopped_) return false;
  const JobLimits& limits = machines_.job_limits();
  const door::ProcessUse use = door::use_of(process, machines_.in_sandbox(), limits.memory_bytes);
  if (use.processes > limits.processes) ended_for_ = fmt::format("it had more than {} processes at once", limits.processes);
  if (use.memory_bytes > limits.memory_bytes) ended_for_ = fmt::format("it took more than {} MB of memory", limits.memory_bytes >> 20U);
  const double now = Clock::real_seconds();
  if (now - measured_at_ >= kMeasureEveryS) {
    measured_at_ = now;
    if (bytes_below(root_) > limits.bytes) ended_for_ = fmt::format("its files took more than {} MB", limits.bytes >> 20U);
    std::error_code why;
    if (const auto room = fs::space(root_, why); !why && room.available < limits.room_bytes_min) ended_for_ = "this computer's disk is nearly full";
  }
  return ended_for_.empty();
}

/// Hands output on in pieces, not in every write of the process.
void Job::say(std::string_view piece, bool now) {
  unsaid_ += piece;
  const double at = Clock::real_seconds();
  if (unsaid_.empty() || (!now && unsaid_.size() < kSayBytes && at - said_at_ < kSayEveryS)) return;
  said_at_ = at;
  post("/output", std::exchange(unsaid_, {}));
}

void Job::collect() {
  std::size_t count = 0;
  for (const auto& folder : workload_.collect) {
    std::error_code why;
    std::vector<std::string> paths;
    for (auto it = fs::recursive_directory_iterator(root_ + "/" + folder, fs::directory_options::skip_permission_denied, why); !why && it != fs::recursive_directory_iterator(); it.increment(why)) {
      // Links may lead anywhere.
      if (it->is_regular_file(why) && !it->is_symlink(why)) paths.push_back(it->path().string().substr(root_.size() + 1));
    }
    std::sort(paths.begin(), paths.end());
    for (const auto& path : paths) {
      if (++count > kFilesMax) {
        say(fmt::format("azlab: only {} of the job's files were kept\n", kFilesMax), true);
        return;
      }
      const auto size = static_cast<std::size_t>(fs::file_size(root_ + "/" + path, why));
      const auto text = size <= Body::kInMemoryBytesMax ? read_file(root_ + "/" + path) : Result<std::string>{};
      Body body = size > Body::kInMemoryBytesMax ? Body::spooled(root_ + "/" + path, size) : text ? Body(*text) : Body();
      post("/files/" + encoded_path(path), std::move(body), Method::put);
    }
  }
}

void Job::post(const std::string& path, Body body, Method method) {
  report_(Request::make(method, "https://workloads.azlab/" + workload_.id + path, std::move(body)));
}

}  // namespace azlab::run
