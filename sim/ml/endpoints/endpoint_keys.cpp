/// Keys and tokens of endpoints.
#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/ml/endpoints/online.hpp"

namespace azlab::ml {
namespace {

// How long a token of Azure ML is good, and when a client should ask for another: as recorded from the service.
constexpr std::chrono::hours kTokenLife{24};
constexpr std::chrono::hours kTokenFresh{12};

ResourceId endpoint_of(const Match& match) {
  return {.subscription = match.at("sub"), .resource_group = match.at("rg"), .provider = "Microsoft.MachineLearningServices",
          .parts = {{"workspaces", match.at("ws")}, {"onlineEndpoints", match.at("name")}}};
}

std::string key_row(const ResourceId& endpoint, std::string_view which) { return "online-key/" + endpoint.key() + "/" + std::string(which); }
std::string token_prefix(const ResourceId& endpoint) { return "online-token/" + endpoint.key() + "/"; }

std::int64_t seconds_of(Time time) { return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count(); }

/// The stored body of an endpoint that has credentials of a kind ("Key", "AMLToken").
Result<Json> endpoint_with(Context& context, const ResourceId& id, std::string_view mode, const char* wanted) {
  auto body = arm::read_resource(context.world(), id.to_string());
  if (!body) return fail(arm::resource_not_found(id));
  const std::string has = string_at(*body, "properties.authMode");
  if (has != mode) return fail(faults::make_error("online-auth-mode-other", {{"endpoint", id.name()}, {"wanted", wanted}, {"authMode", has}}));
  return std::move(*body);
}

Response list_online_keys(Context& context, const Request&, const Match& match) {
  const ResourceId id = endpoint_of(match);
  if (const auto body = endpoint_with(context, id, "Key", "keys"); !body) return arm::error_response(body.error());
  return json_response(200, {{"primaryKey", online_key(context, id, "primary")}, {"secondaryKey", online_key(context, id, "secondary")}});
}

/// A token in the form of the service's: claims that can be read, a signature that says nothing.
Response give_online_token(Context& context, const Request&, const Match& match) {
  const ResourceId id = endpoint_of(match);
  const auto body = endpoint_with(context, id, "AMLToken", "tokens");
  if (!body) return arm::error_response(body.error());
  const Time expires = context.now() + kTokenLife;
  const Json claims = {{"endpointName", string_at(*body, "name")}, {"tid", context.caller().tenant_id}, {"oid", context.caller().principal_id}, {"exp", seconds_of(expires)}, {"iss", "azureml"}, {"aud", "azureml"},
                       {"actions", dump(Json::array({"Microsoft.MachineLearningServices/workspaces/onlineEndpoints/score/action"}))}};
  const auto number = next_number(context.world(), "online-token/" + id.key());
  const auto part = [](const std::string& text) { return replace_all(replace_all(replace_all(base64_encode(text), "=", ""), "+", "-"), "/", "_"); };
  const std::string token = part(R"({"alg":"RS256","typ":"JWT"})") + "." + part(dump(claims)) + "." + context.draw().hex(64, "online-token", id.key(), number);
  context.world().put(Table::setting, token_prefix(id) + token, Row{.body = std::to_string(seconds_of(expires))});
  return json_response(200, {{"accessToken", token}, {"tokenType", "Bearer"}, {"expiryTimeUtc", seconds_of(expires)}, {"refreshAfterTimeUtc", seconds_of(context.now() + kTokenFresh)}});
}

/// A new key comes when the operation has ended. azure-ai-ml sends the key that is there as `keyValue` where it wants another;
/// a value that is another is taken as the key (documented).
Response regenerate_online_key(Context& context, const Request& request, const Match& match) {
  const ResourceId id = endpoint_of(match);
  const auto stored = endpoint_with(context, id, "Key", "keys");
  if (!stored) return arm::error_response(stored.error());
  const auto sent = parse_json(request.body.text());
  const std::string type = sent && sent->is_object() ? to_lower(string_at(*sent, "keyType")) : "";
  if (type != "primary" && type != "secondary") return arm::error_response({400, "BadRequest", "The keyType of an endpoint's key is Primary or Secondary."});
  const std::string value = string_at(*sent, "keyValue");
  const Json args = {{"which", type}, {"value", value == online_key(context, id, type) ? "" : value}};
  const Operation op = start_operation(context, {.name = "onlineEndpoints.regenerateKeys", .resource = id.to_string(), .location = string_at(*stored, "location"),
                                                 .phases = {{"run", faults::timing(context, "online-traffic-update", id.to_string()), ""}}, .failure_state = "Succeeded", .args = dump(args)});
  Response response = empty_response(202);
  arm::add_operation_headers(response, op, arm::LroStyle::azure_async, *arm::find_type(kOnlineEndpointType));
  return response;
}

void key_regenerated(Context& context, const Operation& op) {
  const auto args = parse_json(op.args);
  const auto id = ResourceId::parse(op.resource);
  if (!args || !id) return;
  const std::string which = string_at(*args, "which");
  std::string value = string_at(*args, "value");
  if (value.empty()) value = context.draw().hex(32, "online-key-" + which, id->key(), next_number(context.world(), "online-key/" + id->key()));
  context.world().put(Table::setting, key_row(*id, which), Row{.body = value});
}

}  // namespace

std::string online_key(Context& context, const ResourceId& endpoint, std::string_view which) {
  if (const RowPtr row = context.world().find(Table::setting, key_row(endpoint, which))) return row->body;
  const std::string key = context.draw().hex(32, "online-key-" + std::string(which), endpoint.key(), next_number(context.world(), "online-key/" + endpoint.key()));
  context.world().put(Table::setting, key_row(endpoint, which), Row{.body = key});
  return key;
}

bool is_online_token(Context& context, const ResourceId& endpoint, std::string_view token) {
  const RowPtr row = context.world().find(Table::setting, token_prefix(endpoint) + std::string(token));
  return row && std::stoll(row->body) > seconds_of(context.now());
}

void forget_online_credentials(World& world, const ResourceId& endpoint) {
  for (const char* which : {"primary", "secondary"}) world.erase(Table::setting, key_row(endpoint, which));
  std::vector<std::string> tokens;
  world.for_each(Table::setting, token_prefix(endpoint), [&](const std::string& key, const RowPtr&) {
    tokens.push_back(key);
    return true;
  });
  for (const auto& key : tokens) world.erase(Table::setting, key);
}

OperationHooks online_regenerate_hooks() { return {.operation = "onlineEndpoints.regenerateKeys", .succeeded = key_regenerated}; }

std::vector<Route> online_credential_routes() {
  const std::string host(kArmHost);
  const std::string base = "/subscriptions/{sub}/resourceGroups/{rg}/providers/Microsoft.MachineLearningServices/workspaces/{ws}/onlineEndpoints/{name}/";
  return {{Method::post, host, base + "listKeys", "onlineEndpoints.listKeys", list_online_keys},
          {Method::post, host, base + "regenerateKeys", "onlineEndpoints.regenerateKeys", regenerate_online_key},
          {Method::post, host, base + "token", "onlineEndpoints.token", give_online_token}};
}

}  // namespace azlab::ml
