#include "sim/storage/storage.hpp"

#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/names.hpp"
#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"

namespace azlab::storage {
namespace {

Result<void> before_put_account(Context& context, arm::PutCall& call) {
  const std::string sku = string_at(call.body, "sku.name");
  call.body["sku"]["tier"] = sku.substr(0, sku.find('_'));
  if (call.existing != nullptr) return {};
  const std::string name = call.id.name();
  Json& properties = call.body["properties"];
  properties["creationTime"] = to_iso8601(context.now());
  properties["primaryLocation"] = string_at(call.body, "location");
  for (const char* service : {"blob", "file", "queue", "table", "dfs"}) {
    properties["primaryEndpoints"][service] = "https://" + name + "." + service + ".core.windows.net/";
  }
  properties["keyCreationTime"] = {{"key1", to_iso8601(context.now())}, {"key2", to_iso8601(context.now())}};
  return {};
}

/// Every account has its `default` blob and file services, the parents of containers and shares.
void after_put_account(Context& context, const ResourceId& id, const Json&, bool created) {
  if (!created) return;
  for (const char* service : {"blobServices", "fileServices"}) {
    context.call(Request::make(Method::put, id.to_string() + "/" + service + "/default?api-version=2023-05-01", "{}"));
  }
}

/// What the data plane keeps goes with its account.
void after_delete_account(Context& context, const ResourceId& id, const Json&, const arm::RemovedRows&) {
  for (const Table table : {Table::blob, Table::blob_content, Table::blob_block}) {
    std::vector<std::string> keys;
    context.world().for_each(table, to_lower(id.name()) + "/", [&](const std::string& key, const RowPtr&) {
      keys.push_back(key);
      return true;
    });
    for (const auto& key : keys) context.world().erase(table, key);
  }
}

Response list_keys(Context& context, const Request&, const Match& match) {
  const ResourceId id{.subscription = match.at("sub"), .resource_group = match.at("rg"), .provider = "Microsoft.Storage", .parts = {{"storageAccounts", match.at("name")}}};
  const auto account = arm::read_resource(context.world(), id.to_string());
  if (!account) return arm::error_response(arm::resource_not_found(id));
  Json keys = Json::array();
  for (int n = 0; n < 2; ++n) {
    keys.push_back({{"keyName", "key" + std::to_string(n + 1)},
                    {"value", account_key(context, match.at("name"), n)},
                    {"permissions", "FULL"},
                    {"creationTime", string_at(*account, "properties.creationTime")}});
  }
  return json_response(200, {{"keys", keys}});
}

Response check_name(Context& context, const Request& request, const Match&) {
  const auto body = parse_json(request.body.text());
  const std::string name = body ? string_at(*body, "name") : std::string();
  const bool valid = name.size() >= 3 && name.size() <= 24 &&
                     name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789") == std::string::npos;
  if (!valid) {
    return json_response(200, {{"nameAvailable", false}, {"reason", "AccountNameInvalid"},
                               {"message", faults::make_error("storage-name-invalid", {{"account", name}}).message}});
  }
  if (arm::is_name_taken(context.world(), *arm::find_type("Microsoft.Storage/storageAccounts"), name, "")) {
    return json_response(200, {{"nameAvailable", false}, {"reason", "AlreadyExists"},
                               {"message", faults::make_error("storage-name-taken", {{"account", name}}).message}});
  }
  return json_response(200, {{"nameAvailable", true}});
}

}  // namespace

std::string account_key(const Context& context, std::string_view account, int n) {
  std::string bytes;
  const std::string hex = context.draw().hex(128, "storage-key", to_lower(account), static_cast<std::uint64_t>(n));
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return base64_encode(bytes);
}

std::vector<arm::TypeHooks> type_hooks() {
  return {{.type = "Microsoft.Storage/storageAccounts", .before_put = before_put_account, .after_put = after_put_account, .after_delete = after_delete_account}};
}

std::vector<Route> routes() {
  const std::string host(kArmHost);
  return {
      {Method::post, host, "/subscriptions/{sub}/resourceGroups/{rg}/providers/Microsoft.Storage/storageAccounts/{name}/listKeys",
       "storageAccounts.listKeys", list_keys},
      {Method::post, host, "/subscriptions/{sub}/providers/Microsoft.Storage/checkNameAvailability", "storageAccounts.checkNameAvailability", check_name},
  };
}

}  // namespace azlab::storage
