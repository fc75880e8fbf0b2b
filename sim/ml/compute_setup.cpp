#include <nlohmann/json.hpp>

#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"
#include "sim/core/workloads.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/ml/compute.hpp"
#include "sim/ml/workspace.hpp"

namespace azlab::ml {
namespace {

/// How a started script stands: a row of Table::workload `{"blocked","missing","exitStatus","output"}`.
void record(World& world, const std::string& id, const Json& state) { world.put(Table::workload, id, Row{.body = dump(state)}); }

std::string parent_directory(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

Response workload_exit(Context& context, const Request& request, const Match& match) {
  const std::string& id = match.at("id");
  const RowPtr row = context.world().find(Table::workload, id);
  const auto report = parse_json(request.body.text());
  if (!row || !report) return json_response(404, {{"error", {{"code", "UnknownWorkload"}, {"message", "No workload '" + id + "' was started."}}}});
  Json state = *parse_json(row->body);
  state["exitStatus"] = report->value("exitStatus", -1);
  state["reason"] = report->value("reason", "");
  // What came while it ran is the whole; the report of its end carries the last piece of that again.
  if (string_at(state, "output").empty()) state["output"] = report->value("output", "");
  record(context.world(), id, state);
  context.timeline().release(id);
  note_report();
  return empty_response(204);
}

}  // namespace

bool has_setup_script(const Json& inner) {
  const Json* script = find_path(inner, "setupScripts.scripts.creationScript");
  return script != nullptr && script->is_object() && !string_at(*script, "scriptData").empty();
}

void start_setup_script(Context& context, const Operation& op, const OperationPhase& phase) {
  const auto body = arm::read_resource(context.world(), op.resource);
  const auto id = ResourceId::parse(op.resource);
  if (!body || !id) return;
  const Json& script = *find_path(*body, "properties.properties.setupScripts.scripts.creationScript");
  const std::string data = string_at(script, "scriptData");
  const std::string share = notebook_share(context.world(), id->parent());
  Workload workload{.id = op.id, .kind = "setup-script", .machine = "compute-instance", .share = share, .user = "root"};
  if (equals_ignore_case(string_at(script, "scriptSource"), "inline")) {
    workload.script = base64_decode(data).value_or("");
  } else {
    const auto text = context.files().read(share, data);
    if (!text) return record(context.world(), op.id, {{"missing", data}});
    workload.script = *text;
    workload.directory = parent_directory(data);
  }
  for (const auto& argument : split(string_at(script, "scriptArguments"), ' ')) {
    if (!argument.empty()) workload.arguments.push_back(argument);
  }
  const WorkloadStart start = context.workloads() == nullptr
                                  ? WorkloadStart{.blocked = "this program starts no processes for the simulator (Simulator::set_workloads)"}
                                  : context.workloads()->start(workload);
  if (!start.started) return record(context.world(), op.id, {{"blocked", start.blocked}});
  record(context.world(), op.id, {{"started", to_iso8601(context.now())}});
  context.timeline().hold(op.id, context.now() + phase.duration);
}

Result<void> setup_script_result(Context& context, const Operation& op) {
  const RowPtr row = context.world().find(Table::workload, op.id);
  const std::string name = op.resource.substr(op.resource.rfind('/') + 1);
  const auto state = row ? parse_json(row->body) : fail(500, "", "");
  if (!state) return fail(faults::make_error("workload-blocked", {{"reason", "it was never started"}}));
  if (state->contains("missing")) {
    return fail(faults::make_error("ci-setup-script-failed", {{"taskPath", "workitems"}, {"script", string_at(*state, "missing")}}));
  }
  if (state->contains("blocked")) return fail(faults::make_error("workload-blocked", {{"reason", string_at(*state, "blocked")}}));
  if (!state->contains("exitStatus")) return fail(faults::make_error("workload-blocked", {{"reason", "its end was never reported"}}));
  if (string_at(*state, "reason") == "stopped") return fail(faults::make_error("workload-lost", {}));
  const int status = (*state)["exitStatus"];
  if (status == 0) return {};
  std::string log = string_at(*state, "output");
  if (log.size() > 2000) log = log.substr(log.size() - 2000);
  return fail(faults::make_error("setup-script-exit", {{"ci", name}, {"status", std::to_string(status)}, {"user", "root"}, {"log", log}}));
}

std::vector<Route> workload_routes() {
  return {{Method::post, "workloads.azlab", "/{id}/exit", "workloads.exit", workload_exit}};
}

}  // namespace azlab::ml
