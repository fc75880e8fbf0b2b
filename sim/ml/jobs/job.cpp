#include "sim/ml/jobs/job.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"

namespace azlab::ml {
namespace {

std::string state_key(std::string_view id) { return "job/" + to_lower(id); }

/// What clients read while they wait for a job (Simulator's waiting rule).
std::vector<std::string> waiting_paths(const ResourceId& workspace, const std::string& name) {
  const std::string base = workspace.to_string();
  return {base + "/jobs/" + name, "/history/v1.0" + base + "/runs/" + name + "/details", "/history/v1.0" + base + "/runs/" + name};
}

}  // namespace

ResourceId job_id(const ResourceId& workspace, const std::string& name) {
  ResourceId id = workspace;
  id.parts.emplace_back("jobs", name);
  return id;
}

ResourceId workspace_of_job(std::string_view id) {
  ResourceId workspace = ResourceId::parse(id).value_or(ResourceId{});
  workspace.parts.resize(std::min<std::size_t>(workspace.parts.size(), 1));
  return workspace;
}

std::string data_plane_host(const World& world, const ResourceId& workspace) {
  const auto body = arm::read_resource(world, workspace.to_string());
  return (body ? string_at(*body, "location") : std::string("eastus")) + ".api.azureml.ms";
}

std::optional<JobState> find_job_state(const World& world, std::string_view id) {
  const RowPtr row = world.find(Table::setting, state_key(id));
  const auto json = row ? parse_json(row->body) : fail(404, "", "");
  if (!json) return std::nullopt;
  const Json& j = *json;
  return JobState{.id = j["id"], .number = j.value("number", std::uint64_t{0}), .turn = j["turn"], .compute = j["compute"], .node = j["node"], .image = j["image"], .built = j["built"], .python = j["python"],
                  .requirements = j["requirements"].get<std::vector<std::string>>(), .environment = j["environment"], .blocked = j["blocked"], .run_id = j["runId"], .experiment_id = j["experimentId"]};
}

void write_job_state(World& world, const JobState& s) {
  world.put(Table::setting, state_key(s.id),
            Row{.body = dump({{"id", s.id}, {"number", s.number}, {"turn", s.turn}, {"compute", s.compute}, {"node", s.node}, {"image", s.image}, {"built", s.built}, {"python", s.python},
                              {"requirements", s.requirements}, {"environment", s.environment}, {"blocked", s.blocked}, {"runId", s.run_id}, {"experimentId", s.experiment_id}})});
}

bool is_terminal(std::string_view status) {
  constexpr std::array<std::string_view, 4> kTerminal = {"Completed", "Failed", "Canceled", "NotResponding"};
  return std::find(kTerminal.begin(), kTerminal.end(), status) != kTerminal.end();
}

std::string set_job_status(Context& context, const JobState& state, std::string_view status, const std::optional<Error>& error, const Json* outputs) {
  auto body = arm::read_resource(context.world(), state.id);
  if (!body) return {};
  Json& properties = (*body)["properties"];
  properties["status"] = status;
  arm::write_resource(context.world(), state.id, *body);
  const ResourceId workspace = workspace_of_job(state.id);
  const std::string name = string_at(*body, "name");
  Json run = {{"runId", name},
              {"displayName", string_at(properties, "displayName", name)},
              {"description", properties["description"]},
              {"status", status},
              {"tags", properties["tags"]},
              {"properties", properties["properties"]},
              {"userId", string_at(*body, "systemData.createdBy")},
              {"createdUtc", string_at(*body, "systemData.createdAt")},
              {"target", state.compute.substr(state.compute.rfind('/') + 1)}};
  if (status == "Running") run["startTimeUtc"] = to_iso8601(context.now());
  if (is_terminal(status)) run["endTimeUtc"] = to_iso8601(context.now());
  if (error) run["error"] = {{"error", arm::error_json(*error)}};
  if (outputs != nullptr) run["outputs"] = *outputs;
  const std::string experiment = string_at(properties, "experimentName", "Default");
  const Response told = context.call(Request::make(Method::patch, "https://" + data_plane_host(context.world(), workspace) + "/history/v1.0" + workspace.to_string() + "/experiments/" + percent_encode(experiment) + "/runs/" + percent_encode(name), dump(run)));
  for (const auto& path : waiting_paths(workspace, name)) {
    if (is_terminal(status)) {
      context.world().erase(Table::setting, "waits-for/" + to_lower(path));
    } else {
      context.world().put(Table::setting, "waits-for/" + to_lower(path), Row{.body = state.id + "\n" + state.compute});
    }
  }
  const auto answer = parse_json(told.body.text());
  return answer && told.ok() ? string_at(*answer, "experimentId") : std::string();
}

}  // namespace azlab::ml
