// What somebody has made before the run begins: rows of "start" that ask Azure for it, as a client would.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/arm/subscription.hpp"
#include "sim/arm/type.hpp"
#include "sim/core/located_json.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/scenario/start_key.hpp"

namespace azlab::scenario {
namespace {

std::string group_id(const std::string& name) { return "/subscriptions/" + arm::default_subscription().id + "/resourceGroups/" + name; }

/// A refusal as one line; nothing where Azure took it.
Result<void> accepted(const Response& response, const std::string& pointer) {
  if (response.status < 400) return {};
  const auto body = parse_json(response.body.text());
  const std::string code = body ? string_at(*body, "error.code") : std::string();
  const std::string message = body ? string_at(*body, "error.message") : response.body.text();
  return wrong_start(pointer, fmt::format("azlab refuses it with {} {}: {}", response.status, code, replace_all(message, "\n", " ")));
}

Result<void> make_group(Start& start, const std::string& name, const std::string& location, const std::string& pointer) {
  const Json body = {{"location", location}};
  return accepted(start.context.call(Request::make(Method::put, group_id(name) + "?api-version=2021-04-01", dump(body))), pointer);
}

/// The address of a resource: "Contoso.Things/things/parts" named "one/two" is "…/Contoso.Things/things/one/parts/two".
Result<std::string> address_of(const Json& item, const std::string& pointer) {
  const auto types = split(string_at(item, "type"), '/');
  const auto names = split(string_at(item, "name"), '/');
  if (names.size() + 1 != types.size()) return wrong_start(pointer + "/name", fmt::format("a name for each part of the type is needed: {} with / between them", types.size() - 1));
  std::string out = group_id(string_at(item, "group")) + "/providers/" + types[0];
  for (std::size_t i = 0; i < names.size(); ++i) out += "/" + types[i + 1] + "/" + percent_encode(names[i]);
  return out;
}

Result<void> put_resource(Start& start, const Json& item, const std::string& pointer) {
  const auto address = address_of(item, pointer);
  if (!address) return fail(address.error());
  const arm::TypeDescriptor* type = arm::find_type(string_at(item, "type"));
  const std::string location = string_at(item, "location", "eastus");
  const std::string group = string_at(item, "group");
  const std::string key = to_lower("/subscriptions/" + arm::default_subscription().id + "/resourcegroups/" + group);
  if (!start.context.world().find(Table::resource, key)) {
    if (const auto ok = make_group(start, group, location, pointer + "/group"); !ok) return ok;
  }
  Json body = with_names(item.value("body", Json::object()));
  if (type == nullptr || type->tracked) body.emplace("location", location);
  const std::string version = type == nullptr ? std::string("2024-04-01") : type->api_version;
  return accepted(start.context.call(Request::make(Method::put, *address + "?api-version=" + version, dump(body))), pointer);
}

/// Makes a resource fail as a fault makes it fail: only this one, and nothing of it is counted.
Result<void> put_failing(Start& start, const Json& item, const std::string& pointer) {
  Machinery& machinery = start.context.machinery();
  const Json& fails = item["fails"];
  const arm::TypeDescriptor* type = arm::find_type(string_at(item, "type"));
  ArmedFault fault{.fault = string_at(fails, "fault"), .operation = fails.contains("phase") && type != nullptr ? type->operations + ".create" : "", .phase = string_at(fails, "phase", "request")};
  const Json values = fails.value("values", Json::object());
  for (const auto& [name, value] : values.items()) fault.values[name] = value.is_string() ? value.get<std::string>() : dump(value);
  const FaultPlan before = machinery.faults;
  machinery.faults = FaultPlan();
  Result<void> done = faults::arm(machinery, fault);
  if (!done) {
    done = wrong_start(pointer + "/fails", done.error().message);
  } else {
    done = put_resource(start, item, pointer);
    start.settle();
    if (done && FaultPlan::hits(machinery.world, 0) == 0) done = wrong_start(pointer + "/fails", fmt::format("'{}' does not strike while this is made", fault.fault));
  }
  machinery.world.erase(Table::counter, "fault-hits/0");
  machinery.faults = before;
  return done;
}

Result<void> make_groups(Start& start, const Json& value) {
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (const auto ok = make_group(start, string_at(value[i], "name"), string_at(value[i], "location", "eastus"), pointer_to("", i)); !ok) return ok;
  }
  return {};
}

/// "mlw-lab" -> "stmlwlab": storage accounts have small letters and digits only.
std::string storage_name(const std::string& workspace) {
  std::string out = "st";
  for (const char c : to_lower(workspace)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += c;
  }
  return out.substr(0, 24);
}

Result<void> make_workspaces(Start& start, const Json& value) {
  for (std::size_t i = 0; i < value.size(); ++i) {
    const std::string name = string_at(value[i], "name");
    const std::string group = string_at(value[i], "group");
    const std::string location = string_at(value[i], "location", "eastus");
    const std::string base = group_id(group) + "/providers/";
    const std::string storage = string_at(value[i], "storage", storage_name(name));
    const std::string vault = string_at(value[i], "vault", "kv-" + name).substr(0, 24);
    const auto part = [&](const char* type, const std::string& named, Json body) { return Json{{"type", type}, {"name", named}, {"group", group}, {"location", location}, {"body", std::move(body)}}; };
    Json properties = value[i].value("properties", Json::object());
    properties["storageAccount"] = base + "Microsoft.Storage/storageAccounts/" + storage;
    properties["keyVault"] = base + "Microsoft.KeyVault/vaults/" + vault;
    properties["applicationInsights"] = base + "Microsoft.Insights/components/ai-" + name;
    Json parts = {part("Microsoft.Storage/storageAccounts", storage, {{"sku", {{"name", "Standard_LRS"}}}, {"kind", "StorageV2"}}),
                  part("Microsoft.KeyVault/vaults", vault, {{"properties", {{"tenantId", "{tenant}"}, {"accessPolicies", Json::array()}, {"sku", {{"name", "standard"}, {"family", "A"}}}}}}),
                        part("Microsoft.Insights/components", "ai-" + name, {{"kind", "web"}, {"properties", {{"Application_Type", "web"}}}}),
                        part("Microsoft.MachineLearningServices/workspaces", name, {{"identity", {{"type", "SystemAssigned"}}}, {"properties", properties}})};
    if (value[i].contains("fails")) parts.back()["fails"] = value[i]["fails"];
    for (const auto& one : parts) {
      if (const auto ok = one.contains("fails") ? put_failing(start, one, "") : put_resource(start, one, ""); !ok) return wrong_start(pointer_to("", i) + ok.error().target, ok.error().message);
      start.settle();
    }
  }
  return {};
}

Result<void> make_resources(Start& start, const Json& value) {
  for (std::size_t i = 0; i < value.size(); ++i) {
    const std::string pointer = pointer_to("", i);
    const auto ok = value[i].contains("fails") ? put_failing(start, value[i], pointer) : put_resource(start, value[i], pointer);
    if (!ok) return ok;
    start.settle();
  }
  return {};
}

Result<void> send_requests(Start& start, const Json& value) {
  for (std::size_t i = 0; i < value.size(); ++i) {
    const std::string pointer = pointer_to("", i);
    const Json item = with_names(value[i]);
    Request request = Request::make(*parse_method(string_at(item, "method")), string_at(item, "address"), item.contains("body") ? Body(dump(item["body"])) : Body());
    if (item.contains("body")) request.headers.set("Content-Type", "application/json");
    const Response response = start.context.call(std::move(request));
    if (const int status = item.value("status", 0); status != 0) {
      if (response.status != status) return wrong_start(pointer, fmt::format("azlab answers {}, and not {}", response.status, status));
    } else if (const auto ok = accepted(response, pointer); !ok) {
      return ok;
    }
    start.settle();
  }
  return {};
}

/// What has been begun and has not ended when the run begins.
Result<void> begin_resources(Start& start, const Json& value) {
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (const auto ok = put_resource(start, value[i], pointer_to("", i)); !ok) return ok;
  }
  return {};
}

}  // namespace

std::vector<StartKey> resource_keys() {
  return {
      {"groups", "Resource groups.",
       R"({"type": "array", "items": {"type": "object", "additionalProperties": false, "required": ["name"], "properties": {"name": {"$ref": "#/$defs/text"}, "location": {"$ref": "#/$defs/text"}}}})",
       make_groups, When::day_before},
      {"workspaces", "Workspaces that are ready, with storage, key vault and Application Insights of their own (st…, kv-…, ai-… and the name); `fails` leaves one behind that failed as that fault does.",
       R"({"type": "array", "items": {"type": "object", "additionalProperties": false, "required": ["name", "group"],
           "properties": {"name": {"$ref": "#/$defs/text"}, "group": {"$ref": "#/$defs/text"}, "location": {"$ref": "#/$defs/text"},
                          "storage": {"$ref": "#/$defs/text"}, "vault": {"$ref": "#/$defs/text"}, "properties": {"type": "object"}, "fails": {"$ref": "#/$defs/strike"}}}})",
       make_workspaces, When::day_before},
      {"resources", "Resources of any type that azlab serves, made one after the other the day before; `fails` makes one fail as that fault does.",
       R"({"type": "array", "items": {"type": "object", "additionalProperties": false, "required": ["type", "name", "group"],
           "properties": {"type": {"$ref": "#/$defs/type"}, "name": {"$ref": "#/$defs/names-of-it"}, "group": {"$ref": "#/$defs/text"},
                          "location": {"$ref": "#/$defs/text"}, "body": {"type": "object"}, "fails": {"$ref": "#/$defs/strike"}}}})",
       make_resources, When::day_before},
      {"requests", "Requests that were sent the day before, one after the other; each is let come to its end.",
       R"({"type": "array", "items": {"type": "object", "additionalProperties": false, "required": ["method", "address"],
           "properties": {"method": {"enum": ["GET", "PUT", "POST", "PATCH", "DELETE"]},
                          "address": {"type": "string", "pattern": "^/|^https://", "x-says": "an address begins with / or https://"},
                          "body": {"type": ["object", "array", "string"]},
                          "status": {"type": "integer", "minimum": 100, "maximum": 599}}}})",
       send_requests, When::day_before},
      {"underWay", "Resources whose making has begun and not ended when the run begins.",
       R"({"type": "array", "items": {"type": "object", "additionalProperties": false, "required": ["type", "name", "group"],
           "properties": {"type": {"$ref": "#/$defs/type"}, "name": {"$ref": "#/$defs/names-of-it"}, "group": {"$ref": "#/$defs/text"},
                          "location": {"$ref": "#/$defs/text"}, "body": {"type": "object"}}}})",
       begin_resources},
  };
}

}  // namespace azlab::scenario
