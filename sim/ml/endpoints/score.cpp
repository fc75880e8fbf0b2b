/// Scoring: who may, which deployment answers, and what it says.
#include <nlohmann/json.hpp>

#include "sim/arm/matched.hpp"
#include "sim/arm/names.hpp"
#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/entries.hpp"
#include "sim/ml/endpoints/online.hpp"

namespace azlab::ml {
namespace {

constexpr std::string_view kScoringHosts = ".inference.ml.azure.com";

/// The address at which one scores answers refusals as plain text, after the catalogue.
Response refuse_score(std::string_view fault) {
  const Json& entry = faults::entry_of(fault);
  Response response{.status = entry["status"].get<int>(), .headers = {{"Content-Type", "text/plain; charset=utf-8"}}, .body = entry["body"].get<std::string>()};
  response.headers.set("Server", "azureml-frontdoor");
  return response;
}

/// The endpoint behind "name.region.inference.ml.azure.com".
std::optional<ResourceId> endpoint_at(const World& world, const std::string& host) {
  const arm::TypeDescriptor* type = arm::find_type(kOnlineEndpointType);
  const auto parts = split(host.substr(0, host.size() - kScoringHosts.size()), '.');
  if (type == nullptr || parts.size() != 2) return std::nullopt;
  const RowPtr row = world.find(Table::setting, arm::name_key(*type, parts[0], parts[1]));
  return row ? ResourceId::parse(row->body) : std::nullopt;
}

/// The refusal of whoever may not score; nothing for who may.
std::optional<Response> check_caller(Context& context, const Request& request, const ResourceId& id, const Json& endpoint) {
  constexpr std::string_view kBearer = "Bearer ";
  const std::string_view header = request.headers.get("Authorization");
  if (!starts_with_ignore_case(header, kBearer)) return refuse_score("score-key-header-malformed");
  const std::string_view shown = trim(header.substr(kBearer.size()));
  const std::string mode = string_at(endpoint, "properties.authMode");
  bool fits = false;
  if (mode == "Key") fits = shown == online_key(context, id, "primary") || shown == online_key(context, id, "secondary");
  if (mode == "AMLToken") fits = is_online_token(context, id, shown);
  // A token of Entra's has three parts; whether it is ours is strict mode's business, at the door.
  if (mode == "AADToken") fits = split(shown, '.').size() == 3;
  return fits ? std::nullopt : std::optional(refuse_score("score-key-auth-denied"));
}

bool is_ready(const World& world, const ResourceId& endpoint, const std::string& deployment) {
  const RowPtr row = world.find(Table::resource, endpoint.key() + "/deployments/" + to_lower(deployment));
  return row && (row->state == "Succeeded" || (row->state == "Updating" && world.find(Table::setting, "online-made/" + endpoint.key() + "/deployments/" + to_lower(deployment))));
}

/// The deployment that a request goes to: the one that it names, or one drawn by its share of the traffic. Empty: none.
std::string deployment_for(Context& context, const Request& request, const ResourceId& id, const Json& endpoint) {
  if (const std::string named(request.headers.get("azureml-model-deployment")); !named.empty()) return is_ready(context.world(), id, named) ? named : "";
  const Json* traffic = find_path(endpoint, "properties.traffic");
  if (traffic == nullptr || !traffic->is_object()) return {};
  const double drawn = 100 * context.draw().unit("online-traffic", id.key(), next_number(context.world(), "online-score/" + id.key()));
  double from = 0;
  for (const auto& [name, percent] : traffic->items()) {
    from += percent.is_number() ? percent.get<double>() : 0;
    if (drawn < from) return is_ready(context.world(), id, name) ? name : "";
  }
  return {};
}

Response score(Context& context, const Request& request, const Match&) {
  const auto id = endpoint_at(context.world(), to_lower(request.host));
  const auto endpoint = id ? arm::read_resource(context.world(), id->to_string()) : std::nullopt;
  // Azure has no such name: a client would not find the host.
  if (!endpoint) return json_response(404, {{"error", {{"code", "AzlabNoSuchHost"}, {"message", "There is no online endpoint whose address is " + request.host + "; Azure would not know the host."}}}});
  if (auto refused = check_caller(context, request, *id, *endpoint)) return std::move(*refused);
  const std::string name = deployment_for(context, request, *id, *endpoint);
  if (name.empty()) return refuse_score("score-no-traffic");
  Response response = json_response(501, {{"error", {{"code", "AzlabNotSimulated"}, {"message", "azlab does not run the model of deployment '" + name + "' yet: requests to score are let in, routed and refused as Azure does, and end here."}}}});
  response.headers.set("azureml-model-deployment", name);
  return response;
}

}  // namespace

std::vector<Route> online_score_routes() { return {{Method::post, "*" + std::string(kScoringHosts), "/score", "onlineEndpoints.score", score}}; }

}  // namespace azlab::ml
