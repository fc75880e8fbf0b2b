#include "sim/keyvault/keyvault.hpp"

#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/names.hpp"
#include "sim/arm/resource.hpp"
#include "sim/arm/subscription.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"

namespace azlab::keyvault {
namespace {

constexpr std::string_view kPrefix = "vault/";

/// The row of a soft-deleted vault that blocks this name: its own, or a scenario's pattern.
std::string find_deleted(const World& world, const std::string& name) {
  const std::string own = std::string(kPrefix) + to_lower(name);
  if (world.find(Table::deleted, own)) return own;
  std::string found;
  world.for_each(Table::deleted, kPrefix, [&](const std::string& key, const RowPtr&) {
    if (key.find('*') != std::string::npos && glob_match(key.substr(kPrefix.size()), name)) found = key;
    return found.empty();
  });
  return found;
}

Result<void> before_put_vault(Context& context, arm::PutCall& call) {
  if (call.existing != nullptr) return {};
  Json& properties = call.body["properties"];
  const std::string deleted = find_deleted(context.world(), call.id.name());
  const bool recover = equals_ignore_case(string_at(properties, "createMode"), "recover");
  if (!deleted.empty() && !recover) return fail(faults::make_error("keyvault-soft-deleted-conflict"));
  if (!deleted.empty()) {
    const auto vault = parse_json(context.world().find(Table::deleted, deleted)->body);
    if (vault && vault->contains("properties")) properties.merge_patch((*vault)["properties"]);
    context.world().erase(Table::deleted, deleted);
  }
  properties.erase("createMode");
  properties["vaultUri"] = "https://" + to_lower(call.id.name()) + ".vault.azure.net/";
  return {};
}

void after_delete_vault(Context& context, const ResourceId& id, const Json& body, const arm::RemovedRows&) {
  put_deleted_vault(context.world(), id.name(), body, context.now());
}

Json deleted_json(const std::string& sub, const Json& row) {
  const std::string name = string_at(row, "name");
  const std::string location = string_at(row, "location");
  return {{"id", "/subscriptions/" + sub + "/providers/Microsoft.KeyVault/locations/" + location + "/deletedVaults/" + name},
          {"name", name},
          {"type", "Microsoft.KeyVault/deletedVaults"},
          {"properties",
           {{"vaultId", string_at(row, "id")},
            {"location", location},
            {"tags", row.value("tags", Json::object())},
            {"deletionDate", string_at(row, "deletionDate")},
            {"scheduledPurgeDate", string_at(row, "scheduledPurgeDate")}}}};
}

Response list_deleted(Context& context, const Request&, const Match& match) {
  Json value = Json::array();
  context.world().for_each(Table::deleted, kPrefix, [&](const std::string&, const RowPtr& row) {
    if (const auto vault = parse_json(row->body)) value.push_back(deleted_json(match.at("sub"), *vault));
    return true;
  });
  return json_response(200, {{"value", value}});
}

Error deleted_not_found(const std::string& name) {
  return {404, "DeletedVaultNotFound", "The specified deleted vault '" + name + "' does not exist."};
}

Response get_deleted(Context& context, const Request&, const Match& match) {
  const std::string key = find_deleted(context.world(), match.at("name"));
  if (key.empty()) return arm::error_response(deleted_not_found(match.at("name")));
  return json_response(200, deleted_json(match.at("sub"), *parse_json(context.world().find(Table::deleted, key)->body)));
}

Response purge(Context& context, const Request&, const Match& match) {
  const std::string key = find_deleted(context.world(), match.at("name"));
  if (key.empty()) return arm::error_response(deleted_not_found(match.at("name")));
  const auto vault = parse_json(context.world().find(Table::deleted, key)->body);
  if (vault && vault->contains("properties") && (*vault)["properties"].value("enablePurgeProtection", false)) {
    return arm::error_response({400, "MethodNotAllowed", "Operation \"purge\" is not allowed because purge protection is enabled for this vault."});
  }
  context.world().erase(Table::deleted, key);
  forget_secrets(context.world(), match.at("name"));
  return empty_response(200);
}

/// Managed HSMs cannot be made here, so there are none; az asks for them beside every list of vaults.
Response list_no_hsms(Context& context, const Request&, const Match& match) {
  ResourceId scope{.subscription = match.at("sub")};
  if (match.route->pattern.find("{rg}") == std::string::npos) {
    if (const auto ok = arm::check_subscription(context, scope.subscription); !ok) return arm::error_response(ok.error());
  } else {
    scope.resource_group = match.at("rg");
    if (const auto ok = arm::check_group(context, scope, false); !ok) return arm::error_response(ok.error());
  }
  return json_response(200, {{"value", Json::array()}});
}

Response check_name(Context& context, const Request& request, const Match&) {
  const auto body = parse_json(request.body.text());
  const std::string name = body ? string_at(*body, "name") : std::string();
  const bool taken = arm::is_name_taken(context.world(), *arm::find_type("Microsoft.KeyVault/vaults"), name, "") ||
                     !find_deleted(context.world(), name).empty();
  if (!taken) return json_response(200, {{"nameAvailable", true}});
  return json_response(200, {{"nameAvailable", false}, {"reason", "AlreadyExists"},
                             {"message", faults::make_error("keyvault-name-taken", {{"vault", name}}).message}});
}

}  // namespace

void put_deleted_vault(World& world, const std::string& name, const Json& vault, Time deleted_at) {
  Json row = vault;
  row["name"] = name;
  row["deletionDate"] = to_iso8601(deleted_at);
  row["scheduledPurgeDate"] = to_iso8601(deleted_at + std::chrono::days(90));
  world.put(Table::deleted, std::string(kPrefix) + to_lower(name), Row{.body = dump(row)});
}

std::vector<arm::TypeHooks> type_hooks() {
  return {{.type = "Microsoft.KeyVault/vaults", .before_put = before_put_vault, .after_delete = after_delete_vault}};
}

std::vector<Route> routes() {
  const std::string host(kArmHost);
  const std::string base = "/subscriptions/{sub}/providers/Microsoft.KeyVault/";
  return {
      {Method::get, host, base + "deletedVaults", "vaults.listDeleted", list_deleted},
      {Method::get, host, base + "locations/{location}/deletedVaults/{name}", "vaults.getDeleted", get_deleted},
      {Method::post, host, base + "locations/{location}/deletedVaults/{name}/purge", "vaults.purge", purge},
      {Method::get, host, base + "managedHSMs", "managedHSMs.listBySubscription", list_no_hsms},
      {Method::get, host, "/subscriptions/{sub}/resourcegroups/{rg}/providers/Microsoft.KeyVault/managedHSMs", "managedHSMs.list", list_no_hsms},
      {Method::get, host, base + "deletedManagedHSMs", "managedHSMs.listDeleted", list_no_hsms},
      {Method::post, host, base + "checkNameAvailability", "vaults.checkNameAvailability", check_name},
  };
}

}  // namespace azlab::keyvault
