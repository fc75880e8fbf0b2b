/// Secrets on the data plane (`*.vault.azure.net`), after Microsoft's reference of the Key Vault REST interface: versions,
/// attributes, soft delete, recover and purge. Values stand in rows of their own and nowhere else.
#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "sim/arm/access.hpp"
#include "sim/arm/error.hpp"
#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"
#include "sim/keyvault/keyvault.hpp"

namespace azlab::keyvault {
namespace {

constexpr std::size_t kValueBytesMax = 25'000;
constexpr std::size_t kPage = 25;

std::string secret_prefix(const std::string& vault, const std::string& name) { return "secret/" + vault + "/" + to_lower(name) + "/"; }
std::string deleted_key(const std::string& vault, const std::string& name) { return "secret/" + vault + "/" + to_lower(name); }

Response secret_error(int status, const std::string& code, const std::string& message, const std::string& inner = {}) {
  Json error = {{"code", code}, {"message", message}};
  if (!inner.empty()) error["innererror"] = {{"code", inner}};
  return json_response(status, {{"error", error}});
}

Response secret_not_found(const std::string& name) {
  return secret_error(404, "SecretNotFound", "A secret with (name/id) " + name + " was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182");
}

std::int64_t epoch_of(Time time) { return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count(); }

/// What an operation needs: a permission of access policies, or a data action where a vault is under role-based access
/// (Microsoft's "Provide access to Key Vault with Azure role-based access control").
struct SecretRight {
  const char* policy;
  const char* action;
};
constexpr SecretRight kGet{"get", "getSecret/action"};
constexpr SecretRight kSet{"set", "setSecret/action"};
constexpr SecretRight kUpdate{"set", "update/action"};
constexpr SecretRight kList{"list", "readMetadata/action"};
constexpr SecretRight kDelete{"delete", "delete"};
constexpr SecretRight kGetDeleted{"get", "readMetadata/action"};
constexpr SecretRight kRecover{"recover", "recover/action"};
constexpr SecretRight kPurge{"purge", "purge/action"};

/// "appid=…;oid=…;iss=…", as refusals name who asked.
std::string named_caller(const Caller& caller, const char* groups) { return fmt::format("appid={};oid={};{}iss=https://sts.windows.net/{}/", caller.app_id, caller.principal_id, groups, caller.tenant_id); }

/// The words are those that clients were given: hashicorp/terraform-provider-azurerm 23927, piyushsachdeva/Terraform_AKS 2.
std::optional<Response> refuse_by_role(Context& context, const Json& vault, const std::string& secret, const SecretRight& right) {
  const auto id = ResourceId::parse(string_at(vault, "id"));
  const std::string action = std::string("Microsoft.KeyVault/vaults/secrets/") + right.action;
  const std::string part = secret.empty() ? "" : "/secrets/" + secret;
  if (arm::may(context, context.caller().principal_id, id->to_string() + part, {action, true})) return std::nullopt;
  const std::string resource = fmt::format("/subscriptions/{}/resourcegroups/{}/providers/microsoft.keyvault/vaults/{}{}", id->subscription, to_lower(id->resource_group), to_lower(id->name()), to_lower(part));
  return secret_error(403, "Forbidden",
                      fmt::format("Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\n"
                                  "Caller: {}\r\nAction: '{}'\r\nResource: '{}'\r\nAssignment: (not found)\r\nDenyAssignmentId: null\r\nDecisionReason: 'DeniedWithNoValidRBAC' \r\nVault: {};location={}\r\n",
                                  named_caller(context.caller(), ""), action, resource, id->name(), string_at(vault, "location")),
                      "ForbiddenByRbac");
}

/// Somebody whom no policy names is told so (hashicorp/terraform-azurerm-terraform-enterprise 47), others what they lack.
std::optional<Response> refuse_by_policy(const Context& context, const Json& vault, const SecretRight& right) {
  const Json* policies = find_path(vault, "properties.accessPolicies");
  bool known = false;
  for (const auto& policy : policies != nullptr && policies->is_array() ? *policies : Json::array()) {
    if (string_at(policy, "objectId") != context.caller().principal_id) continue;
    known = true;
    const Json* allowed = find_path(policy, "permissions.secrets");
    if (allowed == nullptr || !allowed->is_array()) continue;
    const bool has = std::any_of(allowed->begin(), allowed->end(), [&](const Json& one) { return one.is_string() && (equals_ignore_case(one.get<std::string>(), right.policy) || equals_ignore_case(one.get<std::string>(), "all")); });
    if (has) return std::nullopt;
  }
  const std::string caller = named_caller(context.caller(), "numgroups=0;");
  const std::string name = string_at(vault, "name");
  if (!known) return secret_error(403, "Forbidden", fmt::format("Access denied. Caller was not found on any access policy.\r\nCaller: {}\r\nVault: {};location={}", caller, name, string_at(vault, "location")), "AccessDenied");
  return secret_error(403, "Forbidden",
                      fmt::format("The user, group or application '{}' does not have secrets {} permission on key vault '{};location={}'. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287",
                                  caller, right.policy, name, string_at(vault, "location")),
                      "AccessDenied");
}

/// The vault behind the host, and whether its caller may. `secret`: its name, for role assignments at a single one.
std::optional<Response> refuse_call(Context& context, const Request& request, const SecretRight& right, std::string& vault, const std::string& secret = {}) {
  vault = request.host.substr(0, request.host.find('.'));
  const RowPtr row = context.world().find(Table::setting, "name/microsoft.keyvault/vaults//" + vault);
  const auto body = row ? arm::read_resource(context.world(), row->body) : std::nullopt;
  if (!body) return secret_error(404, "VaultNotFound", "azlab: there is no key vault '" + vault + "'; a real client would not find its host.");
  if (!arm::roles_decide(context)) return std::nullopt;
  const Json* rbac = find_path(*body, "properties.enableRbacAuthorization");
  const bool by_role = rbac != nullptr && rbac->is_boolean() && rbac->get<bool>();
  return by_role ? refuse_by_role(context, *body, secret, right) : refuse_by_policy(context, *body, right);
}

/// All versions of a secret, oldest first.
std::vector<Json> versions_of(const World& world, const std::string& vault, const std::string& name) {
  std::vector<Json> out;
  world.for_each(Table::setting, secret_prefix(vault, name), [&](const std::string&, const RowPtr& row) {
    if (auto json = parse_json(row->body)) out.push_back(std::move(*json));
    return true;
  });
  return out;
}

std::string secret_id(const std::string& vault, const Json& secret, bool with_version) {
  const std::string base = "https://" + vault + ".vault.azure.net/secrets/" + string_at(secret, "name");
  return with_version ? base + "/" + string_at(secret, "version") : base;
}

Json shown(const std::string& vault, const Json& secret, bool with_value, bool with_version = true) {
  Json out = {{"id", secret_id(vault, secret, with_version)}, {"attributes", secret["attributes"]}, {"tags", secret["tags"]}};
  if (with_value) out["value"] = secret["value"];
  if (secret.contains("contentType")) out["contentType"] = secret["contentType"];
  return out;
}

void lay_attributes(Json& attributes, const Json& body) {
  const Json* given = find_key(body, "attributes");
  if (given == nullptr || !given->is_object()) return;
  for (const char* name : {"enabled", "nbf", "exp"}) {
    if (given->contains(name) && !(*given)[name].is_null()) attributes[name] = (*given)[name];
  }
}

Response set_secret(Context& context, const Request& request, const Match& match) {
  std::string vault;
  if (auto refused = refuse_call(context, request, kSet, vault, match.at("name"))) return *refused;
  const std::string& name = match.at("name");
  const auto body = parse_json(request.body.text());
  static const RE2 kName("[0-9a-zA-Z-]{1,127}");
  if (!RE2::FullMatch(name, kName)) return secret_error(400, "BadParameter", "The request URI contains an invalid name: " + name);
  const Json* value = body ? find_key(*body, "value") : nullptr;
  if (value == nullptr || !value->is_string()) return secret_error(400, "BadParameter", "Property 'value' is required and must be a string.");
  if (value->get_ref<const std::string&>().size() > kValueBytesMax) return secret_error(400, "BadParameter", "The value of the secret is longer than 25k bytes.");
  if (context.world().find(Table::deleted, deleted_key(vault, name))) {
    return secret_error(409, "Conflict", "Secret " + name + " is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.", "ObjectIsDeletedButRecoverable");
  }
  const std::uint64_t number = next_number(context.world(), "secret");
  Json secret = {{"name", name},
                 {"version", context.draw().hex(32, "secret", vault + "/" + name, number)},
                 {"value", *value},
                 {"tags", find_key(*body, "tags") != nullptr ? *find_key(*body, "tags") : Json::object()},
                 {"attributes", {{"enabled", true}, {"created", epoch_of(context.now())}, {"updated", epoch_of(context.now())}, {"recoveryLevel", "Recoverable+Purgeable"}, {"recoverableDays", 90}}}};
  if (const Json* type = find_key(*body, "contentType"); type != nullptr && type->is_string()) secret["contentType"] = *type;
  lay_attributes(secret["attributes"], *body);
  context.world().put(Table::setting, secret_prefix(vault, name) + fmt::format("{:012}", number), Row{.body = dump(secret)});
  return json_response(200, shown(vault, secret, true));
}

Response get_secret(Context& context, const Request& request, const Match& match) {
  std::string vault;
  if (auto refused = refuse_call(context, request, kGet, vault, match.at("name"))) return *refused;
  const auto versions = versions_of(context.world(), vault, match.at("name"));
  const std::string wanted = match.at("version");
  for (auto secret = versions.rbegin(); secret != versions.rend(); ++secret) {
    if (!wanted.empty() && string_at(*secret, "version") != wanted) continue;
    const Json* enabled = find_path(*secret, "attributes.enabled");
    if (enabled != nullptr && !enabled->get<bool>()) return secret_error(403, "Forbidden", "Operation get is not allowed on a disabled secret.", "SecretDisabled");
    return json_response(200, shown(vault, *secret, true));
  }
  return secret_not_found(match.at("name"));
}

Response update_secret(Context& context, const Request& request, const Match& match) {
  std::string vault;
  if (auto refused = refuse_call(context, request, kUpdate, vault, match.at("name"))) return *refused;
  const auto body = parse_json(request.body.text());
  if (!body || !body->is_object()) return secret_error(400, "BadParameter", "A JSON object was expected.");
  std::string key;
  Json found;
  const std::string wanted = match.at("version");
  context.world().for_each(Table::setting, secret_prefix(vault, match.at("name")), [&](const std::string& one, const RowPtr& row) {
    Json secret = *parse_json(row->body);
    if (!wanted.empty() && string_at(secret, "version") != wanted) return true;
    key = one;
    found = std::move(secret);
    return wanted.empty();  // without a version the last one stays
  });
  if (key.empty()) return secret_not_found(match.at("name"));
  lay_attributes(found["attributes"], *body);
  found["attributes"]["updated"] = epoch_of(context.now());
  for (const char* name : {"tags", "contentType"}) {
    if (body->contains(name)) found[name] = (*body)[name];
  }
  context.world().put(Table::setting, key, Row{.body = dump(found)});
  return json_response(200, shown(vault, found, false));
}

Response page_of_secrets(const Request& request, const Json& items) {
  const std::string skip = request.query_value("$skiptoken").value_or("0");
  const std::size_t from = skip.size() < 9 && skip.find_first_not_of("0123456789") == std::string::npos ? std::min<std::size_t>(std::stoul(skip), items.size()) : items.size();
  const std::string most_text = request.query_value("maxresults").value_or(std::to_string(kPage));
  if (most_text.size() > 3 || most_text.find_first_not_of("0123456789") != std::string::npos || most_text == "0" || most_text.empty()) return secret_error(400, "BadParameter", "maxresults must be between 1 and 25.");
  const std::size_t most = std::min<std::size_t>(std::stoul(most_text), kPage);
  Json value = Json::array();
  for (std::size_t i = from; i < std::min(from + most, items.size()); ++i) value.push_back(items[i]);
  Json next = nullptr;
  if (from + most < items.size()) next = "https://" + request.host + request.path + "?api-version=" + request.query_value("api-version").value_or("7.4") + "&$skiptoken=" + std::to_string(from + most) + "&maxresults=" + std::to_string(most);
  return json_response(200, {{"value", value}, {"nextLink", next}});
}

Response list_secrets_of_vault(Context& context, const Request& request, const Match&) {
  std::string vault;
  if (auto refused = refuse_call(context, request, kList, vault)) return *refused;
  std::map<std::string, Json> latest;
  context.world().for_each(Table::setting, "secret/" + vault + "/", [&](const std::string&, const RowPtr& row) {
    const Json secret = *parse_json(row->body);
    latest[to_lower(string_at(secret, "name"))] = shown(vault, secret, false, false);
    return true;
  });
  Json items = Json::array();
  for (auto& [name, secret] : latest) items.push_back(secret);
  return page_of_secrets(request, items);
}

Response list_secret_versions(Context& context, const Request& request, const Match& match) {
  std::string vault;
  if (auto refused = refuse_call(context, request, kList, vault, match.at("name"))) return *refused;
  Json items = Json::array();
  for (const auto& secret : versions_of(context.world(), vault, match.at("name"))) items.push_back(shown(vault, secret, false));
  return page_of_secrets(request, items);
}

Json deleted_shown(const std::string& vault, const Json& deleted) {
  Json out = shown(vault, deleted["versions"].back(), false);
  out["recoveryId"] = "https://" + vault + ".vault.azure.net/deletedsecrets/" + string_at(deleted["versions"].back(), "name");
  out["deletedDate"] = deleted["deletedDate"];
  out["scheduledPurgeDate"] = deleted["scheduledPurgeDate"];
  return out;
}

Response delete_secret(Context& context, const Request& request, const Match& match) {
  std::string vault;
  if (auto refused = refuse_call(context, request, kDelete, vault, match.at("name"))) return *refused;
  const auto versions = versions_of(context.world(), vault, match.at("name"));
  if (versions.empty()) return secret_not_found(match.at("name"));
  std::vector<std::string> keys;
  context.world().for_each(Table::setting, secret_prefix(vault, match.at("name")), [&](const std::string& key, const RowPtr&) {
    keys.push_back(key);
    return true;
  });
  for (const auto& key : keys) context.world().erase(Table::setting, key);
  const Json deleted = {{"versions", versions}, {"keys", keys}, {"deletedDate", epoch_of(context.now())}, {"scheduledPurgeDate", epoch_of(context.now() + std::chrono::days(90))}};
  context.world().put(Table::deleted, deleted_key(vault, match.at("name")), Row{.body = dump(deleted)});
  return json_response(200, deleted_shown(vault, deleted));
}

std::optional<Json> find_deleted_secret(const World& world, const std::string& vault, const std::string& name) {
  const RowPtr row = world.find(Table::deleted, deleted_key(vault, name));
  if (!row) return std::nullopt;
  return *parse_json(row->body);
}

Response get_deleted_secret(Context& context, const Request& request, const Match& match) {
  std::string vault;
  if (auto refused = refuse_call(context, request, kGetDeleted, vault, match.at("name"))) return *refused;
  const auto deleted = find_deleted_secret(context.world(), vault, match.at("name"));
  if (!deleted) return secret_error(404, "SecretNotFound", "Deleted Secret not found: " + match.at("name"));
  return json_response(200, deleted_shown(vault, *deleted));
}

Response list_deleted_secrets(Context& context, const Request& request, const Match&) {
  std::string vault;
  if (auto refused = refuse_call(context, request, kList, vault)) return *refused;
  Json items = Json::array();
  context.world().for_each(Table::deleted, "secret/" + vault + "/", [&](const std::string&, const RowPtr& row) {
    items.push_back(deleted_shown(vault, *parse_json(row->body)));
    return true;
  });
  return page_of_secrets(request, items);
}

Response recover_secret(Context& context, const Request& request, const Match& match) {
  std::string vault;
  if (auto refused = refuse_call(context, request, kRecover, vault, match.at("name"))) return *refused;
  const auto deleted = find_deleted_secret(context.world(), vault, match.at("name"));
  if (!deleted) return secret_error(404, "SecretNotFound", "Deleted Secret not found: " + match.at("name"));
  for (std::size_t i = 0; i < (*deleted)["keys"].size(); ++i) context.world().put(Table::setting, (*deleted)["keys"][i].get<std::string>(), Row{.body = dump((*deleted)["versions"][i])});
  context.world().erase(Table::deleted, deleted_key(vault, match.at("name")));
  return json_response(200, shown(vault, (*deleted)["versions"].back(), false));
}

Response purge_secret(Context& context, const Request& request, const Match& match) {
  std::string vault;
  if (auto refused = refuse_call(context, request, kPurge, vault, match.at("name"))) return *refused;
  if (!context.world().find(Table::deleted, deleted_key(vault, match.at("name")))) return secret_error(404, "SecretNotFound", "Deleted Secret not found: " + match.at("name"));
  context.world().erase(Table::deleted, deleted_key(vault, match.at("name")));
  return empty_response(204);
}

}  // namespace

void forget_secrets(World& world, const std::string& vault) {
  for (const Table table : {Table::setting, Table::deleted}) {
    std::vector<std::string> keys;
    world.for_each(table, "secret/" + to_lower(vault) + "/", [&](const std::string& key, const RowPtr&) {
      keys.push_back(key);
      return true;
    });
    for (const auto& key : keys) world.erase(table, key);
  }
}

std::vector<Route> secret_routes() {
  const std::string host = "*.vault.azure.net";
  return {{Method::put, host, "/secrets/{name}", "secrets.set", set_secret},
          {Method::get, host, "/secrets/{name}/{version*}", "secrets.get", get_secret},
          {Method::patch, host, "/secrets/{name}/{version*}", "secrets.update", update_secret},
          {Method::get, host, "/secrets", "secrets.list", list_secrets_of_vault},
          {Method::get, host, "/secrets/{name}/versions", "secrets.listVersions", list_secret_versions},
          {Method::del, host, "/secrets/{name}", "secrets.delete", delete_secret},
          {Method::get, host, "/deletedsecrets", "secrets.listDeleted", list_deleted_secrets},
          {Method::get, host, "/deletedsecrets/{name}", "secrets.getDeleted", get_deleted_secret},
          {Method::post, host, "/deletedsecrets/{name}/recover", "secrets.recover", recover_secret},
          {Method::del, host, "/deletedsecrets/{name}", "secrets.purge", purge_secret}};
}

}  // namespace azlab::keyvault
