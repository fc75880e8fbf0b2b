#include "sim/http/operation.hpp"

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "sim/core/strike.hpp"
#include "sim/core/text.hpp"

namespace azlab {
namespace {

Json error_to_json(const Error& error) {
  Json details = Json::array();
  for (const auto& detail : error.details) details.push_back(error_to_json(detail));
  return {{"status", error.status}, {"code", error.code},       {"message", error.message},
          {"target", error.target}, {"details", details}, {"info", error.additional_info}};
}

Error error_from_json(const Json& json) {
  Error error{.status = json["status"], .code = json["code"], .message = json["message"], .target = json["target"]};
  for (const auto& detail : json["details"]) error.details.push_back(error_from_json(detail));
  error.additional_info = json["info"];
  return error;
}

Json event_to_json(const Event& event) { return {{"kind", event.kind}, {"subject", event.subject}, {"args", event.args}}; }

void store(World& world, const Operation& op) {
  Json phases = Json::array();
  for (const auto& p : op.phases) phases.push_back({{"name", p.name}, {"ms", p.duration.count()}, {"state", p.state}});
  Json watchers = Json::array();
  for (const auto& w : op.watchers) watchers.push_back(event_to_json(w));
  const Json body = {{"name", op.name},
                     {"resource", op.resource},
                     {"location", op.location},
                     {"phases", phases},
                     {"current", op.current},
                     {"status", op.status},
                     {"success", op.success_state},
                     {"failure", op.failure_state},
                     {"error", op.error ? error_to_json(*op.error) : Json()},
                     {"args", op.args},
                     {"started", op.started.time_since_epoch().count()},
                     {"ended", op.ended.time_since_epoch().count()},
                     {"watchers", watchers}};
  world.put(Table::operation, op.id, Row{.body = dump(body), .type = op.name, .state = op.status, .location = op.location});
}

Time time_of(const Json& ms) { return Time(Duration(ms.get<std::int64_t>())); }

std::string running_key(std::string_view resource_id) { return "running/" + to_lower(resource_id); }

const OperationHooks* hooks_of(Context& context, const Operation& op) {
  for (const auto& hooks : context.machinery().operations) {
    if (hooks.operation == op.name) return &hooks;
  }
  return nullptr;
}


void end_operation(Context& context, Operation& op, std::string status) {
  op.status = std::move(status);
  op.ended = context.now();
  context.world().erase(Table::setting, running_key(op.resource));
  context.timeline().cancel_subject(op.id);
  context.timeline().release(op.id);
  if (op.status == "Canceled" && context.workloads() != nullptr && context.world().find(Table::workload, op.id)) context.workloads()->stop(op.id);
  std::vector<Event> watchers;
  watchers.swap(op.watchers);
  store(context.world(), op);
  for (auto& watcher : watchers) {
    watcher.due = context.now();
    context.timeline().schedule(watcher);
  }
}

void enter_phase(Context& context, Operation& op) {
  const OperationPhase& phase = op.phases[op.current];
  if (!phase.state.empty()) set_resource_state(context.world(), op.resource, phase.state);
  if (phase.duration.count() >= 0) {
    context.timeline().schedule({.due = context.now() + phase.duration, .kind = "operation.phase", .subject = op.id});
  }
  store(context.world(), op);
  if (const auto* hooks = hooks_of(context, op); hooks != nullptr && hooks->phase_started != nullptr) {
    hooks->phase_started(context, op, phase);
  }
}

}  // namespace

void set_resource_state(World& world, std::string_view resource_id, std::string_view state) {
  const std::string key = to_lower(resource_id);
  const RowPtr row = world.find(Table::resource, key);
  if (!row) return;
  auto body = parse_json(row->body);
  if (!body) return;
  set_path(*body, "properties.provisioningState", std::string(state));
  Row changed = *row;
  changed.body = dump(*body);
  changed.state = state;
  world.put(Table::resource, key, std::move(changed));
}

std::optional<Operation> find_operation(const World& world, std::string_view id) {
  const RowPtr row = world.find(Table::operation, id);
  if (!row) return std::nullopt;
  const auto json = parse_json(row->body);
  if (!json) return std::nullopt;
  Operation op{.id = std::string(id),
               .name = (*json)["name"],
               .resource = (*json)["resource"],
               .location = (*json)["location"],
               .current = (*json)["current"],
               .status = (*json)["status"],
               .success_state = (*json)["success"],
               .failure_state = (*json)["failure"],
               .args = (*json)["args"],
               .started = time_of((*json)["started"]),
               .ended = time_of((*json)["ended"])};
  for (const auto& p : (*json)["phases"]) op.phases.push_back({p["name"], Duration(p["ms"].get<std::int64_t>()), p["state"]});
  for (const auto& w : (*json)["watchers"]) op.watchers.push_back({.due = {}, .kind = w["kind"], .subject = w["subject"], .args = w["args"]});
  if (!(*json)["error"].is_null()) op.error = error_from_json((*json)["error"]);
  return op;
}

std::optional<Operation> running_operation(const World& world, std::string_view resource_id) {
  const RowPtr row = world.find(Table::setting, running_key(resource_id));
  return row ? find_operation(world, row->body) : std::nullopt;
}

Operation start_operation(Context& context, Operation spec) {
  // The n-th operation on a resource has the n-th id: other resources' requests do not shift it.
  const std::string subject = to_lower(spec.resource) + "|" + spec.name;
  const std::uint64_t n = next_number(context.world(), "operation/" + subject);
  spec.id = context.draw().guid("operation", subject, n);
  spec.started = context.now();
  spec.status = "InProgress";
  spec.current = 0;
  if (spec.phases.empty()) spec.phases.push_back({"run", Duration(0), ""});
  for (const auto& phase : spec.phases) {
    if (phase.duration.count() < 0) continue;  // it ends when others do, and faults strike those
    const auto& declared = context.machinery().phases;
    const auto known = declared.find(spec.name);
    const bool named = known != declared.end() && std::find(known->second.begin(), known->second.end(), phase.name) != known->second.end();
    if (!named) throw std::logic_error("the phase " + phase.name + " of " + spec.name + " is not declared: no fault could be armed for it");
  }
  context.world().put(Table::setting, running_key(spec.resource), Row{.body = spec.id});
  enter_phase(context, spec);
  const auto stored = find_operation(context.world(), spec.id);
  return stored ? *stored : spec;
}

void watch_operation(Context& context, const std::string& id, Event event) {
  auto op = find_operation(context.world(), id);
  if (!op || !op->running()) {
    event.due = context.now();
    context.timeline().schedule(std::move(event));
    return;
  }
  op->watchers.push_back(std::move(event));
  store(context.world(), *op);
}

void cancel_operations(Context& context, std::string_view scope) {
  std::vector<std::string> ids;
  const std::string prefix = running_key(scope);
  context.world().for_each(Table::setting, prefix, [&](const std::string& key, const RowPtr& row) {
    // "…/things/one" is no scope of "…/things/one2".
    const bool inside = prefix.ends_with("/") || key.size() == prefix.size() || key[prefix.size()] == '/';
    if (inside) ids.push_back(row->body);
    return true;
  });
  for (const auto& id : ids) {
    if (auto op = find_operation(context.world(), id)) end_operation(context, *op, "Canceled");
  }
}

void finish_operation(Context& context, Operation op) {
  // Its end is where a fault of its only phase strikes.
  const std::string name = op.resource.substr(op.resource.rfind('/') + 1);
  if (const ArmedFault* fault = context.strike(op.name, name, op.phases[op.current].name); fault != nullptr && context.machinery().fault_error != nullptr) {
    if (fault->hangs) return;
    return fail_operation(context, op, context.machinery().fault_error(context, *fault, op.resource));
  }
  set_resource_state(context.world(), op.resource, op.success_state);
  end_operation(context, op, "Succeeded");
}

void fail_operation(Context& context, Operation op, Error error) {
  op.error = std::move(error);
  set_resource_state(context.world(), op.resource, op.failure_state);
  end_operation(context, op, "Failed");
  if (const auto* hooks = hooks_of(context, op); hooks != nullptr && hooks->failed != nullptr) hooks->failed(context, op);
}

std::optional<Time> next_change(const World& world, const Operation& op) {
  if (!op.running()) return std::nullopt;
  // An open-ended operation changes by what happens to others: the very next event.
  if (op.phases[op.current].duration.count() >= 0) return Timeline::next_due_of(world, op.id);
  std::optional<Time> due;
  world.for_each(Table::event, "due/", [&](const std::string& key, const RowPtr&) {
    due = Time(Duration(std::strtoll(key.substr(4, 20).c_str(), nullptr, 10)));
    return false;
  });
  return due;
}

void on_operation_phase(Context& context, const Event& event) {
  auto op = find_operation(context.world(), event.subject);
  if (!op || !op->running()) return;
  const OperationPhase phase = op->phases[op->current];
  const std::string name = op->resource.substr(op->resource.rfind('/') + 1);
  if (const ArmedFault* fault = context.strike(op->name, name, phase.name); fault != nullptr && context.machinery().fault_error != nullptr) {
    if (fault->hangs) return;  // nothing is due any more: it stays as it is
    if (const auto delay = fault->values.find(std::string(kDelaySeconds)); delay != fault->values.end()) {
      context.timeline().schedule({.due = context.now() + seconds(std::strtod(delay->second.c_str(), nullptr)), .kind = "operation.phase", .subject = op->id});
      return;
    }
    return fail_operation(context, *op, context.machinery().fault_error(context, *fault, op->resource));
  }
  const auto* hooks = hooks_of(context, *op);
  if (hooks != nullptr && hooks->phase_ended != nullptr) {
    const auto outcome = hooks->phase_ended(context, *op, phase);
    op = find_operation(context.world(), event.subject);  // the hook may have written it
    if (!op || !op->running()) return;
    if (!outcome) return fail_operation(context, *op, outcome.error());
  }
  if (op->current + 1 < op->phases.size()) {
    ++op->current;
    return enter_phase(context, *op);
  }
  set_resource_state(context.world(), op->resource, op->success_state);
  end_operation(context, *op, "Succeeded");
  if (hooks != nullptr && hooks->succeeded != nullptr) hooks->succeeded(context, *op);
}

}  // namespace azlab
