#include "harness/site/notices.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/core/fixtures.hpp"
#include "sim/core/resource_id.hpp"
#include "sim/core/text.hpp"
#include "sim/core/world.hpp"
#include "sim/http/operation.hpp"

namespace azlab::site {
namespace {

constexpr std::string_view kDeployment = "deployments.create";
constexpr std::string_view kGroupDeletion = "resourceGroups.delete";
constexpr const char* kUnderWay = "running";

const Json& texts() {
  static const Json kTexts = parse_jsonc(fixtures::get("fixtures/site/notices.json")).value();
  return kTexts;
}

std::string group_of(const std::string& resource) {
  const auto id = ResourceId::parse(resource);
  return id ? to_lower(id->resource_group) : std::string();
}

std::string name_of(const std::string& resource) { return resource.substr(resource.rfind('/') + 1); }

std::string filled(const Json& text, const std::string& language, const Happening& happening) {
  std::string out = string_at(text, language, string_at(text, "en"));
  const auto id = ResourceId::parse(happening.resource);
  out = replace_all(out, "{group}", id ? id->resource_group : "");
  out = replace_all(out, "{name}", happening.name);
  // Last: it holds whatever Azure says.
  return std::string(trim(replace_all(out, "{error}", happening.error)));
}

}  // namespace

std::vector<Happening> Happenings::look(const Simulator& simulator) {
  std::vector<Happening> out;
  const Time now = simulator.now();
  simulator.inspect([&](const World& world) {
    look_at_operations(world, out);
    look_at_jobs(world, now, out);
  });
  if (!looked_) out.clear();
  looked_ = true;
  return out;
}

/// Whether an operation began within one that is under way. What people do to computes is not done by a deployment.
bool Happenings::is_part(const Operation& operation) const {
  if (operation.name == "computes.start" || operation.name == "computes.stop" || operation.name == "computes.restart") return false;
  const std::string group = group_of(operation.resource);
  return std::any_of(whole_.begin(), whole_.end(), [&](const Operation& whole) {
    return whole.id != operation.id && group_of(whole.resource) == group && whole.started <= operation.started && (whole.running() || operation.started <= whole.ended);
  });
}

void Happenings::look_at_operations(const World& world, std::vector<Happening>& out) {
  std::vector<Operation> changed;
  world.for_each(Table::operation, "", [&](const std::string& id, const RowPtr& row) {
    const auto known = states_.find(id);
    if (known != states_.end() && known->second == row->state) return true;
    if (auto operation = find_operation(world, id)) changed.push_back(std::move(*operation));
    return true;
  });
  // What an operation belongs to began before it, and is known first.
  std::stable_sort(changed.begin(), changed.end(), [](const Operation& a, const Operation& b) { return a.started != b.started ? a.started < b.started : a.name == kDeployment && b.name != kDeployment; });
  for (const auto& operation : changed) {
    const bool fresh = states_.emplace(operation.id, "").second;
    states_[operation.id] = operation.status;
    if (fresh && is_part(operation)) parts_.insert(operation.id);
    if (parts_.count(operation.id) == 1) continue;
    if (operation.name == kDeployment || operation.name == kGroupDeletion) {
      whole_.erase(std::remove_if(whole_.begin(), whole_.end(), [&](const Operation& whole) { return whole.id == operation.id; }), whole_.end());
      whole_.push_back(operation);
    }
    const std::string state = operation.running() ? kUnderWay : operation.status == "Succeeded" ? "done" : "failed";
    const std::string error = operation.error ? operation.error->code + ": " + operation.error->message : operation.running() || state == "done" ? "" : operation.status;
    out.push_back({.id = operation.id, .operation = operation.name, .resource = operation.resource, .state = state, .name = name_of(operation.resource), .error = error, .at = operation.running() ? operation.started : operation.ended});
  }
  whole_.erase(std::remove_if(whole_.begin(), whole_.end(), [](const Operation& whole) { return !whole.running(); }), whole_.end());
}

void Happenings::look_at_jobs(const World& world, Time now, std::vector<Happening>& out) {
  std::set<std::string> under_way;
  world.for_each(Table::setting, "waits-for/", [&](const std::string&, const RowPtr& row) {
    under_way.insert(split(row->body, '\n').front());
    return true;
  });
  const auto tell = [&](const std::string& id, bool ended) {
    const auto row = world.find(Table::resource, to_lower(id));
    const auto body = row ? parse_json(row->body) : Result<Json>(Json());
    if (!body) return;
    const std::string status = string_at(*body, "properties.status");
    out.push_back({.id = id, .operation = "job", .resource = id, .state = !ended ? kUnderWay : status == "Completed" ? "done" : "failed", .name = string_at(*body, "properties.displayName", name_of(id)), .error = ended && status != "Completed" ? status : "", .at = now});
  };
  for (const auto& id : under_way) {
    if (jobs_.count(id) == 0) tell(id, false);
  }
  for (const auto& id : jobs_) {
    if (under_way.count(id) == 0) tell(id, true);
  }
  jobs_ = std::move(under_way);
}

Json notice_json(const Happening& happening, const std::string& language) {
  for (const auto& row : texts()) {
    if (!glob_match(string_at(row, "operation"), happening.operation)) continue;
    const Json& said = row.at(happening.state);
    return {{"id", happening.id}, {"title", filled(said.at("title"), language, happening)}, {"text", filled(said.at("text"), language, happening)}, {"state", happening.state}, {"at", to_iso8601_seconds(happening.at)}};
  }
  return nullptr;
}

}  // namespace azlab::site
