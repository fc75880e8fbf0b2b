/// The log of a deployment: how its container came up, and what it wrote. The form is the service's, as published transcripts show it.
#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/ml/endpoints/online.hpp"

namespace azlab::ml {
namespace {

// Of what a container wrote the end is kept, as the service keeps it.
constexpr std::size_t kOutputBytesMax = std::size_t{1} << 20;

std::string log_row(std::string_view deployment) { return "online-log/" + to_lower(deployment); }

Json read_log(const World& world, std::string_view deployment) {
  const RowPtr row = world.find(Table::setting, log_row(deployment));
  auto log = row ? parse_json(row->body) : parse_json("{}");
  if (!log || !log->is_object()) log = Json::object();
  if (!log->contains("events")) (*log)["events"] = Json::array();
  return *log;
}

void write_log(World& world, std::string_view deployment, const Json& log) { world.put(Table::setting, log_row(deployment), Row{.body = dump(log)}); }

/// "Succeeded" when the event that ends a step is there, "InProgress" when the one that begins it is.
const char* step_of(const Json& events, std::string_view begins, std::string_view ends) {
  const auto has = [&](std::string_view name) {
    for (const auto& event : events) {
      if (string_at(event, "name") == name) return true;
    }
    return false;
  };
  return has(ends) ? "Succeeded" : has(begins) ? "InProgress" : "Waiting";
}

std::string last_of(const std::string& text, std::size_t lines) {
  auto all = split(text, '\n');
  if (!all.empty() && all.back().empty()) all.pop_back();
  const std::size_t from = all.size() > lines ? all.size() - lines : 0;
  return join({all.begin() + static_cast<std::ptrdiff_t>(from), all.end()}, "\n");
}

std::string log_text(const Json& log, bool server, std::size_t lines) {
  const Json& events = log["events"];
  std::string out = "Instance status:\nSystemSetup: " + std::string(step_of(events, "Pulling", "Started")) + "\nUserContainerImagePull: " + step_of(events, "Pulling", "Pulled") +
                    "\nModelDownload: " + step_of(events, "Downloading", "Downloaded") + "\nUserContainerStart: " + step_of(events, "Started", "ContainerReady") + "\n\nContainer events:\n";
  for (const auto& event : events) {
    out += "Kind: Pod, Name: " + string_at(event, "name") + ", Type: " + string_at(event, "type") + ", Time: " + string_at(event, "at") + ", Message: " + string_at(event, "message") + "\n";
  }
  const std::string output = server ? last_of(string_at(log, "output"), lines) : std::string();
  return out + "\nContainer logs:\n" + output + (output.empty() ? "" : "\n");
}

/// The deployment that a route names, or the error of its absence.
Result<ResourceId> deployment_of(Context& context, const Match& match) {
  ResourceId id{.subscription = match.at("sub"), .resource_group = match.at("rg"), .provider = "Microsoft.MachineLearningServices",
                .parts = {{"workspaces", match.at("ws")}, {"onlineEndpoints", match.at("endpoint")}, {"deployments", match.at("name")}}};
  if (context.world().find(Table::resource, id.key())) return id;
  if (!context.world().find(Table::resource, id.parent().key())) return fail(arm::resource_not_found(id.parent()));
  return fail(faults::make_error("deployment-not-found", {{"deployment", id.name()}, {"endpoint", id.parent().name()}, {"workspace", match.at("ws")}}));
}

Response get_online_logs(Context& context, const Request& request, const Match& match) {
  const auto id = deployment_of(context, match);
  if (!id) return arm::error_response(id.error());
  const auto asked = parse_json(request.body.text());
  const Json* tail = asked ? find_path(*asked, "tail") : nullptr;
  const std::string container = asked ? string_at(*asked, "containerType", "InferenceServer") : "InferenceServer";
  const std::size_t lines = tail != nullptr && tail->is_number_unsigned() ? tail->get<std::size_t>() : 5000;
  return json_response(200, {{"content", log_text(read_log(context.world(), id->key()), container != "StorageInitializer", lines)}});
}

Response list_online_skus(Context& context, const Request&, const Match& match) {
  const auto id = deployment_of(context, match);
  if (!id) return arm::error_response(id.error());
  return json_response(200, {{"value", {{{"resourceType", kOnlineDeploymentType}, {"sku", {{"name", "Default"}, {"tier", "Standard"}}}, {"capacity", {{"minimum", 1}, {"maximum", 50}, {"default", 1}, {"scaleType", "Automatic"}}}}}}});
}

}  // namespace

void begin_online_log(Context& context, std::string_view deployment) { write_log(context.world(), deployment, Json::object()); }

void add_online_event(Context& context, std::string_view deployment, std::string_view name, std::string_view type, std::string_view message) {
  Json log = read_log(context.world(), deployment);
  log["events"].push_back({{"name", name}, {"type", type}, {"at", to_iso8601(context.now())}, {"message", message}});
  write_log(context.world(), deployment, log);
}

void add_online_output(Context& context, std::string_view deployment, std::string_view text) {
  Json log = read_log(context.world(), deployment);
  std::string output = string_at(log, "output") + std::string(text);
  if (output.size() > kOutputBytesMax) output = output.substr(output.size() - kOutputBytesMax);
  log["output"] = std::move(output);
  write_log(context.world(), deployment, log);
}

void forget_online_log(World& world, std::string_view deployment) { world.erase(Table::setting, log_row(deployment)); }

std::vector<Route> online_log_routes() {
  const std::string host(kArmHost);
  const std::string base = "/subscriptions/{sub}/resourceGroups/{rg}/providers/Microsoft.MachineLearningServices/workspaces/{ws}/onlineEndpoints/{endpoint}/deployments/{name}/";
  return {{Method::post, host, base + "getLogs", "onlineDeployments.getLogs", get_online_logs}, {Method::get, host, base + "skus", "onlineDeployments.skus", list_online_skus}};
}

}  // namespace azlab::ml
