/// Scoring: who may, which deployment answers, and what it says.
#include <nlohmann/json.hpp>

#include "sim/arm/matched.hpp"
#include "sim/arm/names.hpp"
#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/faults/entries.hpp"
#include "sim/ml/endpoints/online.hpp"
#include "sim/ml/endpoints/serving.hpp"

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

/// To whoever asked inside of this process; clients of a door wait (sim/net/server.cpp).
Response pending(const std::string& id) {
  Response response = empty_response(202);
  response.headers.set(std::string(kPendingHeader), id);
  return response;
}

Response score(Context& context, const Request& request, const Match&) {
  const auto id = endpoint_at(context.world(), to_lower(request.host));
  const auto endpoint = id ? arm::read_resource(context.world(), id->to_string()) : std::nullopt;
  // Azure has no such name: a client would not find the host.
  if (!endpoint) return json_response(404, {{"error", {{"code", "AzlabNoSuchHost"}, {"message", "There is no online endpoint whose address is " + request.host + "; Azure would not know the host."}}}});
  if (auto refused = check_caller(context, request, *id, *endpoint)) return std::move(*refused);
  const std::string name = deployment_for(context, request, *id, *endpoint);
  if (name.empty()) return refuse_score("score-no-traffic");
  const std::string deployment = id->to_string() + "/deployments/" + name;
  const std::string process = context.draw().guid("score", id->key(), next_number(context.world(), "online-process/" + id->key()));
  const std::string asked = request.body.text();
  if (const auto ok = start_container(context, deployment, process, &asked); !ok) {
    // Azure never says this: nothing is invented where the model cannot be run.
    Response response = json_response(501, {{"error", {{"code", ok.error().code.empty() ? "AzlabBlocked" : ok.error().code}, {"message", ok.error().message}}}});
    response.headers.set("azureml-model-deployment", name);
    return response;
  }
  return pending(process);
}

/// What a model's answer takes to be told: its container's status is 200, or the client sees 424.
Response answer_of(Context& context, const std::string& deployment, const std::string& id, const Served& served) {
  const std::string name = deployment.substr(deployment.rfind('/') + 1);
  const auto body = arm::read_resource(context.world(), deployment);
  const auto limit = body ? parse_iso8601_duration(string_at(*body, "properties.requestSettings.requestTimeout")) : std::nullopt;
  if (served.reason == "timeout" || (served.status && limit && served.seconds > to_seconds(*limit))) return refuse_score("score-timeout");
  // A container that ended before it answered is a bad gateway to whoever asks it.
  const int status = served.status.value_or(502);
  Response response{.status = status == 200 ? 200 : 424, .headers = {{"Content-Type", "application/json"}}, .body = served.body};
  response.headers.set("azureml-model-deployment", body ? string_at(*body, "name", name) : name);
  response.headers.set("Server", "azureml-frontdoor");
  response.headers.set("x-ms-run-function-failed", status == 200 ? "False" : "True");
  response.headers.set("x-ms-run-fn-exec-ms", std::to_string(faults::timing(context, "online-score", id).count()));
  if (status == 200) return response;
  response.headers.set("ms-azureml-model-error-reason", "model_error");
  response.headers.set("ms-azureml-model-error-statuscode", std::to_string(status));
  return response;
}

/// The answer to a request that waited for its process; it can be asked for once.
Response tell_answer(Context& context, const Request&, const Match& match) {
  const std::string& id = match.at("id");
  const RowPtr row = context.world().find(Table::workload, id);
  const auto state = row ? parse_json(row->body) : parse_json("");
  const std::string deployment = state ? string_at(*state, "deployment") : "";
  if (deployment.empty()) return json_response(503, {{"error", {{"code", "AzlabGone"}, {"message", "azlab no longer has the process of this request: somebody went back in time, or it was ended."}}}});
  const auto result = served(context.world(), id);
  if (!result) return pending(id);
  add_online_output(context, deployment, result->output);
  Response response = answer_of(context, deployment, id, *result);
  forget_container(context, id);
  return response;
}

}  // namespace

std::vector<Route> online_score_routes() { 
  return {{Method::post, "*" + std::string(kScoringHosts), "/score", "onlineEndpoints.score", score}, {Method::get, "workloads.azlab", "/{id}/answer", "workloads.answer", tell_answer}};
}

}  // namespace azlab::ml
