/// A job's way from Starting to its end, as due events: environment, queue, node, process, results.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/faults/fault.hpp"
#include "sim/ml/cluster.hpp"
#include "sim/ml/jobs/job.hpp"
#include "sim/ml/jobs/job_command.hpp"
#include "sim/ml/jobs/job_environment.hpp"
#include "sim/ml/jobs/job_results.hpp"

namespace azlab::ml {
namespace {

std::string name_of(const JobState& state) { return state.id.substr(state.id.rfind('/') + 1); }
std::string built_key(const JobState& state) { return image_key(workspace_of_job(state.id), state.image); }
std::string queue_prefix(std::string_view compute) { return "job-queue/" + to_lower(compute) + "\n"; }

void schedule_step(Context& context, const JobState& state, Duration after, const char* to) {
  context.timeline().schedule({.due = context.now() + after, .kind = "job.step", .subject = state.id, .args = dump({{"to", to}, {"turn", state.turn}})});
}

/// Drawn for the job's number: clients call their jobs by names that they draw themselves, anew in every run.
Duration timing(Context& context, const char* id, const JobState& state) { return faults::timing(context, id, workspace_of_job(state.id).key() + "/jobs/" + std::to_string(state.number)); }

/// Whether the compute is an instance, which is its own only node.
bool on_instance(const World& world, const JobState& state) {
  const auto body = arm::read_resource(world, state.compute);
  return body && string_at(*body, "properties.computeType") == "ComputeInstance";
}

/// Gives the node back to its cluster.
void leave_node(Context& context, JobState& state) {
  if (state.node.empty()) return;
  auto nodes = cluster_nodes(context.world(), state.compute);
  for (auto& node : nodes) {
    if (node.id == state.node) release_node(context, state.compute, node);
  }
  if (state.node == "instance") {
    context.world().erase(Table::setting, "instance-job/" + to_lower(state.compute));
    context.timeline().schedule({.due = context.now(), .kind = std::string(kNodesIdle), .subject = state.compute});
  } else {
    write_cluster_nodes(context, state.compute, nodes);
  }
  state.node.clear();
}

void leave_queue(World& world, const JobState& state) {
  std::vector<std::string> keys;
  world.for_each(Table::setting, queue_prefix(state.compute), [&](const std::string& key, const RowPtr& row) {
    if (row->body == state.id) keys.push_back(key);
    return true;
  });
  for (const auto& key : keys) world.erase(Table::setting, key);
}

void end_job(Context& context, JobState state, std::string_view status, const std::optional<Error>& error = std::nullopt) {
  ++state.turn;
  leave_queue(context.world(), state);
  leave_node(context, state);
  write_job_state(context.world(), state);
  const auto body = status == "Completed" ? arm::read_resource(context.world(), state.id) : std::nullopt;
  const Json outputs = body ? register_outputs(context, state, *body) : Json();
  set_job_status(context, state, status, error, outputs.is_object() ? &outputs : nullptr);
}

/// The fault that strikes a phase of the job, with what its error says of the compute.
std::optional<ArmedFault> fault_at(Context& context, const JobState& state, const char* phase) {
  const ArmedFault* fault = context.strike("jobs.create", name_of(state), phase);
  if (fault == nullptr) return std::nullopt;
  ArmedFault out = *fault;
  const std::string compute = state.compute.substr(state.compute.rfind('/') + 1);
  for (const char* name : {"cluster", "compute"}) out.values.emplace(name, compute);
  out.values.emplace("path", "azureml/" + name_of(state) + "/model");
  return out;
}

/// A fault ends the job; or it hangs, and shows the state it has until somebody cancels it: its compute says why, where the
/// catalogue knows.
void strike(Context& context, const JobState& state, const ArmedFault& fault) {
  if (fault.hangs) return faults::show_on_resource(context, fault, state.compute);
  end_job(context, state, "Failed", context.machinery().fault_error(context, fault, state.id));
}

/// The same, after a while of what the job is doing.
void fail_later(Context& context, const JobState& state, const ArmedFault& fault, Duration after) {
  const Error error = context.machinery().fault_error(context, fault, state.id);
  context.timeline().schedule({.due = context.now() + after, .kind = "job.step", .subject = state.id, .args = dump({{"to", "struck"}, {"turn", state.turn}, {"code", error.code}, {"message", error.message}})});
}

bool struck(Context& context, const JobState& state, const char* phase) {
  const auto fault = fault_at(context, state, phase);
  if (fault) strike(context, state, *fault);
  return fault.has_value();
}

/// The node goes, and the job with it: its cluster has one less.
void lose_node(Context& context, JobState& state) {
  auto nodes = cluster_nodes(context.world(), state.compute);
  const auto gone = std::remove_if(nodes.begin(), nodes.end(), [&](const ClusterNode& node) { return node.id == state.node; });
  if (gone == nodes.end()) return leave_node(context, state);
  nodes.erase(gone, nodes.end());
  write_cluster_nodes(context, state.compute, nodes);
  state.node.clear();
}

void enqueue(Context& context, JobState& state) {
  set_job_status(context, state, "Queued");
  if (struck(context, state, "queue")) return;
  const std::string number = std::to_string(1'000'000'000 + next_number(context.world(), "job-queue"));
  context.world().put(Table::setting, queue_prefix(state.compute) + number, Row{.body = state.id});
  context.timeline().schedule({.due = context.now(), .kind = std::string(kNodesIdle), .subject = state.compute});
}

/// The image is there, or its building begins; then the queue.
void prepare_image(Context& context, JobState& state) {
  if (const auto fault = fault_at(context, state, "environment")) {
    set_job_status(context, state, "Preparing");  // an image is being built, and is not to be had
    return fault->hangs ? strike(context, state, *fault) : fail_later(context, state, *fault, timing(context, "env-build-first", state) / 2);
  }
  const bool built = state.built || context.world().find(Table::setting, built_key(state)) != nullptr;
  if (built) return enqueue(context, state);
  set_job_status(context, state, "Preparing");
  schedule_step(context, state, timing(context, "env-build-first", state), "built");
}

/// What a fault does to a job that runs: it fails half way, with its last lines in the log; or its node is taken away, and it
/// waits for another to begin anew.
bool struck_while_running(Context& context, JobState& state) {
  const auto armed = fault_at(context, state, "running");
  if (!armed) return false;
  const auto* fault = faults::find_fault(armed->fault);
  const Duration half = timing(context, "job-run", state) / 2;
  if (!fault->log.empty()) store_log(context, state, name_of(state), fault->log + "\n");
  if (armed->hangs) return true;
  if (fault->kind == "recovers") {
    schedule_step(context, state, half, "preempted");
    return true;
  }
  fail_later(context, state, *armed, half);
  return true;
}

/// The process begins. The clock waits at its modelled end until it has ended (design 4).
void start_process(Context& context, JobState& state) {
  const auto body = arm::read_resource(context.world(), state.id);
  if (!body) return;
  set_job_status(context, state, "Running");
  if (struck_while_running(context, state)) return;
  if (!state.blocked.empty()) return end_job(context, state, "Failed", faults::make_error("workload-blocked", {{"reason", state.blocked}}));
  const auto workload = make_workload(context, state, *body);
  if (!workload) return end_job(context, state, "Failed", workload.error());
  note_started(context.world(), state, workload->id);
  const WorkloadStart start = context.workloads() == nullptr ? WorkloadStart{.blocked = "this program starts no processes for the simulator (Simulator::set_workloads)"} : context.workloads()->start(*workload);
  if (!start.started) return end_job(context, state, "Failed", faults::make_error("workload-blocked", {{"reason", start.blocked}}));
  const Duration runs = timing(context, "job-run", state);
  context.timeline().hold(workload->id, context.now() + runs);
  schedule_step(context, state, runs, "ran");
}

std::string last_lines(const std::string& log) {
  const auto lines = split(std::string(trim(log)), '\n');
  const std::size_t from = lines.size() > 5 ? lines.size() - 5 : 0;
  return join({lines.begin() + static_cast<std::ptrdiff_t>(from), lines.end()}, "\n");
}

void process_ended(Context& context, JobState& state) {
  const auto result = job_result(context.world(), name_of(state));
  if (!result) return end_job(context, state, "Failed", faults::make_error("workload-blocked", {{"reason", "the end of its process was never reported"}}));
  store_log(context, state, name_of(state), result->log);
  if (result->reason == "timeout") return end_job(context, state, "Canceled", Error{200, "JobTimeout", "The job reached its time limit and was canceled."});
  // Nobody canceled it, so its machine went from under it: Azure fails such a job, too, and has nothing of its outputs.
  if (result->reason == "stopped") return end_job(context, state, "Failed", faults::make_error("workload-lost", {}));
  set_job_status(context, state, "Finalizing");
  schedule_step(context, state, timing(context, "job-finalizing", state), "done");
}

void finish(Context& context, JobState& state) {
  const auto result = job_result(context.world(), name_of(state));
  if (result && result->exit_status == 0) return end_job(context, state, "Completed");
  end_job(context, state, "Failed", faults::make_error("job-user-error-exit", {{"pythonPath", "bash"}, {"exitCode", std::to_string(result ? result->exit_status : -1)}, {"_rank", ""}, {"tracebackLastLines", result ? last_lines(result->log) : ""}}));
}

void take_node(Context& context, JobState& state, const std::string& node, bool has_image) {
  state.node = node;
  ++state.turn;
  leave_queue(context.world(), state);
  write_job_state(context.world(), state);
  if (struck(context, state, "preparing")) return;
  set_job_status(context, state, "Preparing");
  Duration takes = timing(context, "job-preparing", state);
  if (!has_image) takes += timing(context, "curated-image-pull", state);
  schedule_step(context, state, takes, "run");
}

int instances_wanted(const Json& body) {
  const Json* count = find_path(body, "properties.resources.instanceCount");
  return count != nullptr && count->is_number_integer() ? count->get<int>() : 1;
}

void serve_instance(Context& context, const std::vector<JobState>& waiting, const Json& compute) {
  const std::string busy = "instance-job/" + to_lower(waiting.front().compute);
  if (string_at(compute, "properties.properties.state") != "Running" || context.world().find(Table::setting, busy)) return;
  JobState first = waiting.front();
  context.world().put(Table::setting, busy, Row{.body = first.id});
  const std::string pulled = "instance-image/" + to_lower(first.compute) + "/" + first.image;
  const bool has_image = context.world().find(Table::setting, pulled) != nullptr;
  context.world().put(Table::setting, pulled, Row{.body = "true"});
  take_node(context, first, "instance", has_image);
}

void serve_cluster(Context& context, std::vector<JobState>& waiting, const Json& compute) {
  const Json* most = find_path(compute, "properties.properties.scaleSettings.maxNodeCount");
  int without_node = 0;
  for (auto& state : waiting) {
    const auto body = arm::read_resource(context.world(), state.id);
    // More nodes than the cluster may have: it waits until somebody raises the maximum, as it does in Azure.
    if (!body || (most != nullptr && instances_wanted(*body) > most->get<int>())) continue;
    auto nodes = cluster_nodes(context.world(), state.compute);
    const auto idle = std::find_if(nodes.begin(), nodes.end(), [](const ClusterNode& node) { return node.state == "idle"; });
    if (idle == nodes.end()) {
      ++without_node;
      continue;
    }
    const bool has_image = std::find(idle->images.begin(), idle->images.end(), state.image) != idle->images.end();
    idle->state = "running";
    idle->job = name_of(state);
    ++idle->turn;
    if (!has_image) idle->images.push_back(state.image);
    const std::string node = idle->id;
    write_cluster_nodes(context, state.compute, nodes);
    take_node(context, state, node, has_image);
  }
  // A quota that holds it back lets the jobs wait; the next change of the cluster asks again.
  if (without_node > 0) (void)grow_cluster(context, waiting.front().compute, without_node);
}

}  // namespace

void begin_job(Context& context, JobState state) {
  state.number = next_number(context.world(), "jobs-of/" + workspace_of_job(state.id).key());
  state.experiment_id = set_job_status(context, state, "Starting");
  write_job_state(context.world(), state);
  schedule_step(context, state, timing(context, "job-starting", state), "environment");
}

void cancel_job(Context& context, JobState state) {
  ++state.turn;
  leave_queue(context.world(), state);
  write_job_state(context.world(), state);
  if (context.workloads() != nullptr && context.world().find(Table::workload, name_of(state)) && !job_result(context.world(), name_of(state))) {
    context.workloads()->stop(name_of(state));
    context.timeline().release(name_of(state));
  }
  set_job_status(context, state, "CancelRequested");
  schedule_step(context, state, timing(context, "job-cancel", state), "canceled");
}

void on_job_step(Context& context, const Event& event) {
  const auto args = parse_json(event.args);
  auto state = find_job_state(context.world(), event.subject);
  if (!args || !state || state->turn != (*args)["turn"]) return;
  const std::string to = string_at(*args, "to");
  if (!context.world().find(Table::resource, to_lower(state->id))) {  // the workspace went; nobody asks any more
    if (context.workloads() != nullptr) context.workloads()->stop(name_of(*state));
    return;
  }
  if (to == "environment") return prepare_image(context, *state);
  if (to == "built") {
    context.world().put(Table::setting, built_key(*state), Row{.body = "true"});
    return enqueue(context, *state);
  }
  if (to == "run") return start_process(context, *state);
  if (to == "struck") return end_job(context, *state, "Failed", Error{200, string_at(*args, "code"), string_at(*args, "message")});
  if (to == "preempted") {
    ++state->turn;
    lose_node(context, *state);
    write_job_state(context.world(), *state);
    return enqueue(context, *state);
  }
  if (to == "ran") return process_ended(context, *state);
  if (to == "done") return finish(context, *state);
  if (to == "canceled") end_job(context, *state, "Canceled");
}

void on_jobs_queue(Context& context, const Event& event) {
  std::vector<JobState> waiting;
  context.world().for_each(Table::setting, queue_prefix(event.subject), [&](const std::string&, const RowPtr& row) {
    if (auto state = find_job_state(context.world(), row->body)) waiting.push_back(std::move(*state));
    return true;
  });
  if (waiting.empty()) return;
  const auto compute = arm::read_resource(context.world(), event.subject);
  if (!compute) {
    const std::string name = event.subject.substr(event.subject.rfind('/') + 1);
    for (auto& state : waiting) end_job(context, state, "Failed", faults::make_error("cluster-does-not-exist", {{"cluster", name}}));
    return;
  }
  if (on_instance(context.world(), waiting.front())) return serve_instance(context, waiting, *compute);
  serve_cluster(context, waiting, *compute);
}

}  // namespace azlab::ml
