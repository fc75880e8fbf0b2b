#include "sim/arm/resource_group.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/policy.hpp"
#include "sim/arm/resource.hpp"
#include "sim/arm/subscription.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"

namespace azlab::arm {
namespace {

// Documented rule: up to 90 letters, digits, '-', '_', '.', '(' and ')', not ending in a period.
constexpr const char* kNamePattern = R"([-\w._()\p{L}\p{N}]*[-\w_()\p{L}\p{N}])";
constexpr std::size_t kNameBytesMax = 90;

ResourceId group_id(const Match& match) { return {.subscription = match.at("sub"), .resource_group = match.at("rg")}; }

Error group_not_found(const ResourceId& id) {
  return faults::make_error("resource-group-not-found", {{"resourceGroup", id.resource_group}});
}

Result<std::string> group_location(const Json& body, const std::optional<Json>& existing) {
  const std::string given = string_at(body, "location");
  if (given.empty()) return fail(400, "LocationRequired", "The location property is required for this definition.");
  const std::string location = normalise_location(given);
  if (location.empty()) {
    std::vector<std::string> names;
    for (const auto& region : regions()) names.push_back(region.name);
    return fail(faults::make_error("resource-group-location-unavailable", {{"location", given}, {"regionsCsv", join(names, ",")}}));
  }
  if (existing && string_at(*existing, "location") != location) {
    return fail(faults::make_error("resource-group-location-conflict",
                                   {{"newLocation", location}, {"existingLocation", string_at(*existing, "location")}}));
  }
  return location;
}

Response put_group(Context& context, const Request& request, const Match& match) {
  const ResourceId id = group_id(match);
  if (const auto ok = check_subscription(context, id.subscription); !ok) return error_response(ok.error());
  if (id.resource_group.size() > kNameBytesMax || !RE2::FullMatch(id.resource_group, kNamePattern)) {
    std::string bad = id.resource_group;
    RE2::GlobalReplace(&bad, R"([-\w.()\p{L}\p{N}])", "");
    return error_response(faults::make_error("resource-group-name-invalid", {{"resourceGroup", id.resource_group}, {"chars", bad}}));
  }
  auto body = parse_json(request.body.text());
  if (!body) return error_response({400, "InvalidRequestContent", "The request content was invalid: " + body.error().message});
  const auto existing = read_resource(context.world(), id.to_string());
  if (existing && string_at(*existing, "properties.provisioningState") == "Deleting") {
    return error_response(faults::make_error("resource-group-being-deleted", {{"resourceGroup", id.resource_group}}));
  }
  const auto location = group_location(*body, existing);
  if (!location) return error_response(location.error());
  if (const auto ok = apply_policies(context, "Microsoft.Resources/subscriptions/resourceGroups", id, *body); !ok) {
    return error_response(ok.error());
  }
  Json group = {{"id", existing ? (*existing)["id"] : Json(id.to_string())},
                {"name", existing ? (*existing)["name"] : Json(id.resource_group)},
                {"type", "Microsoft.Resources/resourceGroups"},
                {"location", *location},
                {"properties", {{"provisioningState", "Succeeded"}}}};
  if (body->contains("tags")) group["tags"] = (*body)["tags"];
  if (body->contains("managedBy")) group["managedBy"] = (*body)["managedBy"];
  write_resource(context.world(), id.to_string(), group);
  return json_response(existing ? 200 : 201, group);
}

Response get_group(Context& context, const Request&, const Match& match) {
  const ResourceId id = group_id(match);
  if (const auto ok = check_subscription(context, id.subscription); !ok) return error_response(ok.error());
  const RowPtr row = context.world().find(Table::resource, id.key());
  return row ? resource_response(200, row) : error_response(group_not_found(id));
}

/// az reads the status alone: 204 there, 404 not (wire.md 2.1).
Response head_group(Context& context, const Request&, const Match& match) {
  return empty_response(context.world().find(Table::resource, group_id(match).key()) ? 204 : 404);
}

Response patch_group(Context& context, const Request& request, const Match& match) {
  const ResourceId id = group_id(match);
  auto existing = read_resource(context.world(), id.to_string());
  if (!existing) return error_response(group_not_found(id));
  const auto body = parse_json(request.body.text());
  if (!body) return error_response({400, "InvalidRequestContent", "The request content was invalid: " + body.error().message});
  if (body->contains("tags")) (*existing)["tags"] = (*body)["tags"];
  if (const auto ok = apply_policies(context, "Microsoft.Resources/subscriptions/resourceGroups", id, *existing); !ok) return error_response(ok.error());
  write_resource(context.world(), id.to_string(), *existing);
  return json_response(200, *existing);
}

Response list_groups(Context& context, const Request& request, const Match& match) {
  const std::string& sub = match.at("sub");
  if (const auto ok = check_subscription(context, sub); !ok) return error_response(ok.error());
  const std::string filter = request.query_value("$filter").value_or("");
  std::string tag;
  std::string tag_value;
  if (!filter.empty() && !RE2::FullMatch(filter, R"(\s*tagName\s+eq\s+'([^']*)'(?:\s+and\s+tagValue\s+eq\s+'([^']*)')?\s*)", &tag, &tag_value)) {
    return error_response({400, "InvalidFilterInQueryString", "Invalid $filter '" + filter + "' specified in the query string."});
  }
  Json value = Json::array();
  context.world().for_each_of_type("Microsoft.Resources/resourceGroups", ResourceId{.subscription = sub}.key() + "/resourcegroups/", [&](const std::string&, const RowPtr& row) {
    const auto body = parse_json(row->body);
    if (!body) return true;
    if (!tag.empty()) {
      const std::string have = string_at(body->value("tags", Json::object()), tag, "\x01");
      if (have == "\x01" || (!tag_value.empty() && have != tag_value)) return true;
    }
    value.push_back(*body);
    return true;
  });
  return json_response(200, {{"value", value}});
}

Response delete_group(Context& context, const Request&, const Match& match) {
  const ResourceId id = group_id(match);
  if (const auto ok = check_subscription(context, id.subscription); !ok) return error_response(ok.error());
  const RowPtr row = context.world().find(Table::resource, id.key());
  if (!row) return error_response(group_not_found(id));
  auto operation = running_operation(context.world(), id.to_string());
  if (!operation) {
    bool has_workspace = false;
    context.world().for_each_of_type("Microsoft.MachineLearningServices/workspaces", id.key() + "/", [&](const std::string&, const RowPtr&) {
      has_workspace = true;
      return false;
    });
    const char* timing = has_workspace ? "rg-delete-with-aml" : "rg-delete-empty";
    operation = start_operation(context, {.name = "resourceGroups.delete",
                                          .resource = id.to_string(),
                                          .location = row->location,
                                          .phases = {{"delete", faults::timing(context, timing, id.to_string()), "Deleting"}},
                                          .failure_state = "Succeeded"});  // "will be rolled back", as its error says
    watch_operation(context, operation->id, {.due = {}, .kind = "resourceGroup.deleted", .subject = id.to_string(), .args = operation->id});
  }
  Response response = empty_response(202);
  response.headers.set("Location", fmt::format("https://{}/subscriptions/{}/operationresults/{}?api-version=2021-04-01", kArmHost,
                                               id.subscription, operation->id));
  response.headers.set("Retry-After", "15");
  return response;
}

/// The `$filter` that az and the SDKs send for resource lists; nothing for a form that we do not know.
struct ResourceFilter {
  std::string group, type, name, name_part, location, tag, tag_value;
  bool parse(const std::string& text) {
    for (std::string clause : split(replace_all(text, " and ", "\n"), '\n')) {
      std::string key;
      std::string value;
      // azure-ai-ml 1.4 looks for a Log Analytics workspace this way.
      if (RE2::FullMatch(clause, R"(\s*substringof\('([^']*)',\s*name\)\s*)", &name_part)) continue;
      if (!RE2::FullMatch(clause, R"(\s*\(?\s*(\w+)\s+eq\s+'([^']*)'\s*\)?\s*)", &key, &value)) return false;
      std::string* place = key == "resourceGroup" ? &group : key == "resourceType" ? &type : key == "name" ? &name
                         : key == "location" ? &location : key == "tagName" ? &tag : key == "tagValue" ? &tag_value : nullptr;
      if (place == nullptr) return false;
      *place = value;
    }
    return true;
  }
  bool accepts(const Json& body) const {
    const auto id = ResourceId::parse(string_at(body, "id"));
    const Json tags = body.contains("tags") && body["tags"].is_object() ? body["tags"] : Json::object();
    const auto matches = [](const std::string& wanted, std::string_view have) { return wanted.empty() || equals_ignore_case(wanted, have); };
    return id && matches(group, id->resource_group) && matches(type, string_at(body, "type")) && matches(name, string_at(body, "name")) && to_lower(string_at(body, "name")).find(to_lower(name_part)) != std::string::npos &&
           matches(location, string_at(body, "location")) && (tag.empty() || tags.contains(tag)) &&
           (tag_value.empty() || string_at(tags, tag) == tag_value);
  }
};

Json summary_of(const Json& body, const std::string& expand) {
  Json out;
  for (const char* key : {"id", "name", "type", "location", "tags", "kind", "sku", "identity", "managedBy"}) {
    if (body.contains(key) && !body[key].is_null()) out[key] = body[key];
  }
  if (expand.find("provisioningState") != std::string::npos) out["provisioningState"] = string_at(body, "properties.provisioningState");
  if (expand.find("createdTime") != std::string::npos) out["createdTime"] = string_at(body, "systemData.createdAt");
  if (expand.find("changedTime") != std::string::npos) out["changedTime"] = string_at(body, "systemData.lastModifiedAt");
  return out;
}

Response list_resources(Context& context, const Request& request, const Match& match) {
  ResourceId scope{.subscription = match.at("sub")};
  if (match.route->pattern.find("{rg}") != std::string::npos) {
    scope.resource_group = match.at("rg");
    if (const auto ok = check_group(context, scope, false); !ok) return error_response(ok.error());
  } else if (const auto ok = check_subscription(context, scope.subscription); !ok) {
    return error_response(ok.error());
  }
  ResourceFilter filter;
  const std::string text = request.query_value("$filter").value_or("");
  if (!text.empty() && !filter.parse(text)) {
    return error_response({400, "InvalidFilterInQueryString", "Invalid $filter '" + text + "' specified in the query string."});
  }
  const std::string expand = request.query_value("$expand").value_or("");
  Json value = Json::array();
  context.world().for_each(Table::resource, scope.key() + "/", [&](const std::string&, const RowPtr& row) {
    const TypeDescriptor* type = find_type(row->type);
    if (type == nullptr || !type->tracked) return true;  // groups, deployments and children are not in this list
    const auto body = parse_json(row->body);
    if (body && filter.accepts(*body)) value.push_back(summary_of(*body, expand));
    return true;
  });
  return json_response(200, {{"value", value}});
}

}  // namespace

void on_resource_group_deleted(Context& context, const Event& event) {
  const auto operation = find_operation(context.world(), event.args);
  const auto id = ResourceId::parse(event.subject);
  if (!operation || operation->status != "Succeeded" || !id) return;
  cancel_operations(context, id->key() + "/");
  std::vector<std::string> ids;
  context.world().for_each(Table::resource, id->key() + "/", [&](const std::string&, const RowPtr& row) {
    const auto body = parse_json(row->body);
    if (body) ids.push_back(string_at(*body, "id"));
    return true;
  });
  // Outermost first: a resource takes its children along.
  std::stable_sort(ids.begin(), ids.end(), [](const auto& a, const auto& b) { return std::count(a.begin(), a.end(), '/') < std::count(b.begin(), b.end(), '/'); });
  for (const auto& resource : ids) {
    const auto resource_id = ResourceId::parse(resource);
    const Match match = context.machinery().router.find(Method::del, kArmHost, resource);
    if (!resource_id) continue;
    if (match.route != nullptr && match.route->data != nullptr) {
      remove_resource(context, *static_cast<const TypeEntry*>(match.route->data), *resource_id);
    } else {
      context.world().erase(Table::resource, resource_id->key());
    }
  }
  context.world().erase(Table::resource, id->key());
}

std::vector<PhaseNames> resource_group_phase_names() { return {{"resourceGroups.delete", {"delete"}}}; }

std::vector<Route> resource_group_routes() {
  const std::string host(kArmHost);
  const std::string item = "/subscriptions/{sub}/resourcegroups/{rg}";
  return {
      {Method::put, host, item, "resourceGroups.create", put_group},
      {Method::get, host, item, "resourceGroups.get", get_group},
      {Method::head, host, item, "resourceGroups.exists", head_group},
      {Method::patch, host, item, "resourceGroups.update", patch_group},
      {Method::del, host, item, "resourceGroups.delete", delete_group},
      {Method::get, host, "/subscriptions/{sub}/resourcegroups", "resourceGroups.list", list_groups},
      {Method::get, host, item + "/resources", "resources.listByResourceGroup", list_resources},
      {Method::get, host, "/subscriptions/{sub}/resources", "resources.list", list_resources},
  };
}

}  // namespace azlab::arm
