#include "harness/run/job_watch.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "sim/core/clock.hpp"
#include "sim/core/text.hpp"
#include "sim/core/world.hpp"

namespace azlab::run {
namespace {

constexpr const char* kJobs = "Microsoft.MachineLearningServices/workspaces/jobs";
constexpr Duration kLongestS = std::chrono::hours(24);  // simulated
constexpr double kLongestRealS = 1800;
constexpr int kLookAgainMs = 20;
constexpr std::size_t kLogLines = 12;
// Azure Monitor's exporter asks the hosts of its SDK for its own settings at moments that nobody can foresee.
constexpr std::array<std::string_view, 7> kMeasuring = {"*.applicationinsights.azure.com", "*.livediagnostics.monitor.azure.com", "*.sdk.monitor.azure.com", "dc.services.visualstudio.com",
                                                        "rt.services.visualstudio.com", "*.events.data.microsoft.com", "169.254.169.254/metadata/instance*"};

bool measures(std::string_view what) {
  // A route begins with its method.
  const auto space = what.find(' ');
  if (space != std::string_view::npos) what.remove_prefix(space + 1);
  return std::any_of(kMeasuring.begin(), kMeasuring.end(), [&](std::string_view pattern) { return glob_match(pattern, what); });
}

std::string end_of(const std::string& log) {
  auto lines = split(std::string(trim(log)), '\n');
  if (lines.size() > kLogLines) lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(kLogLines));
  return join(lines, "\n");
}

Json read_row(Simulator& simulator, Table table, const std::string& key) {
  Json out = Json::object();
  simulator.inspect([&](const World& world) {
    const RowPtr row = world.find(table, key);
    const auto json = row ? parse_json(row->body) : fail(404, "", "");
    if (json && json->is_object()) out = *json;
  });
  return out;
}

std::string location_of(Simulator& simulator, const std::string& workspace) {
  const Response answer = simulator.handle(Request::make(Method::get, workspace));
  const auto body = parse_json(answer.body.text());
  return body ? string_at(*body, "location") : std::string();
}

/// What the job's run says of its end (wire.md 3.11, details).
Json error_of_run(Simulator& simulator, const JobSeen& job) {
  const std::string workspace = job.id.substr(0, job.id.find("/jobs/"));
  const Response answer = simulator.handle(Request::make(Method::get, "https://" + location_of(simulator, workspace) + ".api.azureml.ms/history/v1.0" + workspace + "/runs/" + percent_encode(job.name) + "/details"));
  const auto body = answer.ok() ? parse_json(answer.body.text()) : fail(404, "", "");
  const Json* error = body ? find_path(*body, "error.error") : nullptr;
  return error != nullptr && error->is_object() ? *error : Json::object();
}

bool any_unfinished(Simulator& simulator) {
  const auto jobs = all_jobs(simulator);
  return std::any_of(jobs.begin(), jobs.end(), [](const JobSeen& job) { return !job.ended(); });
}

/// Lets real processes do something.
void wait_a_little() { ::poll(nullptr, 0, kLookAgainMs); }

void run_on(Simulator& simulator, Machines& machines) {
  const Time limit = simulator.now() + kLongestS;
  const double real_limit = Clock::real_seconds() + kLongestRealS;
  while (any_unfinished(simulator) && Clock::real_seconds() < real_limit) {
    const auto due = simulator.next_due();
    if (!due || *due > limit) {
      if (machines.running() == 0) return;
      wait_a_little();
    } else if (simulator.advance_to(*due) < *due) {
      wait_a_little();  // at a hold: a process still runs
    }
  }
}

}  // namespace

bool JobSeen::ended() const { return status == "Completed" || status == "Failed" || status == "Canceled" || status == "NotResponding"; }

std::vector<JobSeen> all_jobs(Simulator& simulator) {
  std::vector<JobSeen> out;
  simulator.inspect([&](const World& world) {
    world.for_each_of_type(kJobs, "", [&](const std::string&, const RowPtr& row) {
      const auto body = parse_json(row->body);
      if (body) out.push_back({string_at(*body, "id"), string_at(*body, "name"), string_at(*body, "properties.displayName", string_at(*body, "name")), string_at(*body, "properties.status")});
      return true;
    });
  });
  return out;
}

JobFailure explain_failure(Simulator& simulator, Machines& machines, const JobSeen& job) {
  JobFailure out{.job = job};
  if (const auto refused = machines.refused(job.name); !refused.empty()) {
    out.why = refused;
    out.blocked = true;
    return out;
  }
  const Json error = error_of_run(simulator, job);
  out.blocked = string_at(error, "code") == "AzlabBlocked";
  const Json process = read_row(simulator, Table::workload, job.name);
  const std::string log = end_of(string_at(process, "output"));
  out.why = string_at(error, "message");
  if (!log.empty() && out.why.find(log) == std::string::npos) out.why += (out.why.empty() ? "" : "\n") + log;
  if (out.why.empty()) out.why = "its status is " + job.status;
  for (const auto& package : machines.without(job.name)) {
    if (out.why.find("No module named '" + replace_all(package, "-", ".") + "'") == std::string::npos) continue;
    out.blocked = true;
    out.why += "\n(the job's environment has " + package + ", this computer's Python environment has not)";
  }
  return out;
}

std::vector<JobFailure> see_jobs_to_their_end(Simulator& simulator, Machines& machines) {
  std::vector<JobFailure> failures;
  if (!any_unfinished(simulator)) return failures;
  // A process that runs already belongs to the present: going back must not leave it without its end.
  while (machines.running() > 0) wait_a_little();
  std::vector<std::string> watched;
  for (const auto& job : all_jobs(simulator)) {
    if (!job.ended()) watched.push_back(job.id);
  }
  const NotServed before = NotServed::now(simulator, machines);
  const Snapshot present = simulator.snapshot();
  run_on(simulator, machines);
  const std::string unserved = NotServed::now(simulator, machines).beyond(before);
  for (const auto& job : all_jobs(simulator)) {
    if (job.status == "Completed" || std::find(watched.begin(), watched.end(), job.id) == watched.end()) continue;
    JobFailure failure = explain_failure(simulator, machines, job);
    if (!job.ended()) failure.why = "it did not come to an end within " + to_words(kLongestS) + "; its status is still " + job.status;
    if (!unserved.empty()) {
      failure.blocked = true;
      failure.why += "\n(not simulated, and asked for meanwhile: " + unserved + ")";
    }
    failures.push_back(std::move(failure));
  }
  machines.stop_all();
  while (machines.running() > 0) wait_a_little();
  simulator.restore(present);
  return failures;
}

NotServed NotServed::now(Simulator& simulator, Machines& machines) {
  NotServed out{.hosts = machines.refused_hosts()};
  constexpr std::string_view kPrefix = "unknown-route/";
  simulator.inspect([&](const World& world) {
    world.for_each(Table::counter, kPrefix, [&](const std::string& key, const RowPtr& row) {
      out.routes[key.substr(kPrefix.size())] = row->body;
      return true;
    });
  });
  return out;
}

std::string NotServed::beyond(const NotServed& before) const {
  std::vector<std::string> out;
  for (const auto& [route, count] : routes) {
    const auto was = before.routes.find(route);
    if (!measures(route) && (was == before.routes.end() || was->second != count)) out.push_back(route);
  }
  for (const auto& [host, count] : hosts) {
    const auto was = before.hosts.find(host);
    if (!measures(host) && (was == before.hosts.end() || was->second < count)) out.push_back("the host " + host);
  }
  return join(out, ", ");
}

}  // namespace azlab::run
