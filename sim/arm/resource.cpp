#include "sim/arm/resource.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <map>
#include <mutex>
#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/policy.hpp"
#include "sim/arm/provider.hpp"
#include "sim/arm/subscription.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"

namespace azlab::arm {
namespace {

const TypeEntry& entry_of(const Match& match) { return *static_cast<const TypeEntry*>(match.route->data); }

/// The id that a match addresses, as the client wrote it.
ResourceId id_as_written(const Match& match) {
  const auto& type = entry_of(match).descriptor.type;
  ResourceId id{.subscription = match.at("sub"), .resource_group = match.at("rg")};
  const auto segments = split(type, '/');
  id.provider = segments[0];
  for (std::size_t i = 1; i < segments.size(); ++i) {
    const bool last = i + 1 == segments.size();
    id.parts.emplace_back(segments[i], match.at(last ? "name" : "n" + std::to_string(i - 1)));
  }
  return id;
}

/// The id that a match addresses, with the group's and the type's own spelling.
ResourceId id_of(Context& context, const Match& match) {
  ResourceId id = id_as_written(match);
  const ResourceId group{.subscription = id.subscription, .resource_group = id.resource_group};
  if (const auto body = read_resource(context.world(), group.to_string())) id.resource_group = (*body)["name"];
  return id;
}

/// Whether a name follows its type's pattern. Patterns compile once: ranges such as {0,259} take longer than a PUT.
bool fits_pattern(const std::string& name, const std::string& pattern) {
  static std::mutex mutex;
  static std::map<std::string, std::unique_ptr<const RE2>> compiled;
  const std::lock_guard lock(mutex);
  auto& rule = compiled[pattern];
  // Names are compared byte by byte: as Unicode such ranges would not fit RE2's memory.
  if (!rule) rule = std::make_unique<const RE2>(pattern, RE2::Latin1);
  return RE2::FullMatch(name, *rule);
}

std::string name_key(const TypeDescriptor& type, const std::string& name, const std::string& location) {
  return "name/" + to_lower(type.type) + "/" + (type.name_scope == "region" ? location : "") + "/" + to_lower(name);
}

Result<Json> read_body(const Request& request) {
  if (request.body.empty()) return fail(400, "MissingRequestBody", "The request body is missing or empty.");
  auto body = parse_json(request.body.text());
  if (!body) {
    return fail(400, "InvalidRequestContent",
                "The request content was invalid and could not be deserialized: '" + body.error().message + "'.");
  }
  if (!body->is_object()) {
    return fail(400, "InvalidRequestContent", "The request content was invalid and could not be deserialized: 'a JSON object was expected'.");
  }
  return body;
}

Result<void> check_parent(Context& context, const ResourceId& id) {
  if (id.parts.size() < 2) return {};
  const ResourceId parent = id.parent();
  if (context.world().find(Table::resource, parent.key())) return {};
  return fail(404, "ParentResourceNotFound",
              fmt::format("Failed to perform '{}' on resource(s) of type '{}', because the parent resource '{}' could not be found.",
                          "write", to_lower(id.type()), parent.to_string()));
}

Result<void> check_name(const TypeDescriptor& type, const ResourceId& id) {
  if (type.name_pattern.empty() || fits_pattern(id.name(), type.name_pattern)) return {};
  return fail(faults::make_error(type.name_invalid, {{type.name_placeholder, id.name()}, {"name", id.name()}}));
}

Result<void> check_location(const TypeDescriptor& type, const ResourceId& id, Json& body, const Json* existing) {
  if (!type.tracked) return {};
  const std::string given = string_at(body, "location");
  if (given.empty()) {
    if (existing != nullptr) {
      body["location"] = (*existing)["location"];
      return {};
    }
    return fail(400, "LocationRequired", "The location property is required for this definition.");
  }
  const std::string location = normalise_location(given);
  if (location.empty()) {
    std::vector<std::string> names;
    for (const auto& region : regions()) names.push_back(region.name);
    return fail(faults::make_error("location-not-available-for-type",
                                   {{"location", given}, {"resourceType", type.type}, {"regionsCsv", join(names, ",")}}));
  }
  body["location"] = location;
  if (existing != nullptr && string_at(*existing, "location") != location) {
    return fail(409, "InvalidResourceLocation",
                fmt::format("The resource '{}' already exists in location '{}' in resource group '{}'. A resource with the same name "
                            "cannot be created in location '{}'. Please select a new resource name.",
                            id.name(), string_at(*existing, "location"), id.resource_group, location));
  }
  return {};
}

Result<void> check_required(const TypeDescriptor& type, const Json& body) {
  for (const auto& path : type.required) {
    if (find_path(body, path) == nullptr) {
      return fail(400, "InvalidRequestContent", fmt::format("The request content was invalid: the required property '{}' is missing.", path));
    }
  }
  return {};
}

/// What the client sent over what the type has by default.
Json with_defaults(const TypeDescriptor& type, Json body) {
  Json out = *type.defaults;
  out.merge_patch(body);
  return out;
}

void add_system_fields(Context& context, const TypeDescriptor& type, const ResourceId& id, Json& body, const Json* existing) {
  body["id"] = id.to_string();
  body["name"] = id.name();
  body["type"] = type.type;
  if (type.tracked && !body.contains("tags")) body["tags"] = Json::object();
  Json system = existing != nullptr && existing->contains("systemData") ? (*existing)["systemData"] : Json::object();
  if (existing == nullptr) {
    system["createdAt"] = to_iso8601(context.now());
    system["createdBy"] = context.caller().user_name;
    system["createdByType"] = "User";
  }
  system["lastModifiedAt"] = to_iso8601(context.now());
  system["lastModifiedBy"] = context.caller().user_name;
  system["lastModifiedByType"] = "User";
  body["systemData"] = system;
}

Result<Json> prepare_put(Context& context, const TypeEntry& entry, const ResourceId& id, const Request& request, const Json* existing) {
  const TypeDescriptor& type = entry.descriptor;
  if (const auto ok = check_group(context, id, true); !ok) return fail(ok.error());
  if (const auto ok = check_registered(context, type.provider()); !ok) return fail(ok.error());
  auto body = read_body(request);
  if (!body) return body;
  if (const auto ok = check_parent(context, id); !ok) return fail(ok.error());
  if (const auto ok = check_location(type, id, *body, existing); !ok) return fail(ok.error());
  if (const auto ok = check_policies(context, type.type, id, *body); !ok) return fail(ok.error());
  if (existing == nullptr) {
    if (const auto ok = check_name(type, id); !ok) return fail(ok.error());
    const std::string key = name_key(type, id.name(), string_at(*body, "location"));
    if (!type.name_taken.empty() && context.world().find(Table::setting, key)) {
      return fail(faults::make_error(type.name_taken, {{type.name_placeholder, id.name()}}));
    }
  }
  if (const auto ok = check_required(type, *body); !ok) return fail(ok.error());
  PutCall call{.type = type, .id = id, .body = *body, .existing = existing, .request = request};
  if (entry.hooks.before_put != nullptr) {
    if (const auto ok = entry.hooks.before_put(context, call); !ok) return fail(ok.error());
  }
  Json out = with_defaults(type, std::move(*body));
  add_system_fields(context, type, id, out, existing);
  return out;
}

Response store_and_start(Context& context, const TypeEntry& entry, const ResourceId& id, Json body, bool creating) {
  const TypeDescriptor& type = entry.descriptor;
  const auto phases = entry.hooks.phases != nullptr ? entry.hooks.phases(context, id, body, creating)
                                                    : phases_of(context, creating ? type.create : type.update, id.to_string());
  const LroStyle style = creating ? type.create_style : type.update_style;
  set_path(body, "properties.provisioningState", phases.empty() ? std::string("Succeeded") : phases.front().state.empty() ? std::string("Creating") : phases.front().state);
  write_resource(context.world(), id.to_string(), body);
  const std::string location = string_at(body, "location");
  if (creating && !type.name_taken.empty()) {
    context.world().put(Table::setting, name_key(type, id.name(), location), Row{.body = id.to_string()});
  }
  std::optional<Operation> operation;
  if (!phases.empty()) {
    operation = start_operation(context, {.name = type.operations + (creating ? ".create" : ".update"),
                                          .resource = id.to_string(),
                                          .location = location.empty() ? "global" : location,
                                          .phases = phases});
  }
  if (entry.hooks.after_put != nullptr) entry.hooks.after_put(context, id, body, creating);
  Response response = resource_response(creating ? type.create_status : 200, context.world().find(Table::resource, id.key()));
  if (style == LroStyle::location) {
    response.status = 202;
    response.body = {};
  }
  if (operation) add_operation_headers(response, *operation, style, type);
  return response;
}

}  // namespace

std::optional<Json> read_resource(const World& world, std::string_view resource_id) {
  const RowPtr row = world.find(Table::resource, to_lower(resource_id));
  if (!row) return std::nullopt;
  auto body = parse_json(row->body);
  return body ? std::optional<Json>(std::move(*body)) : std::nullopt;
}

void write_resource(World& world, std::string_view resource_id, const Json& body) {
  world.put(Table::resource, to_lower(resource_id),
            Row{.body = dump(body),
                .type = string_at(body, "type"),
                .state = string_at(body, "properties.provisioningState"),
                .location = string_at(body, "location")});
}

Error resource_not_found(const ResourceId& id) {
  return faults::make_error("resource-not-found", {{"resourceType", id.type()}, {"name", id.name()}, {"resourceGroup", id.resource_group}});
}

Response resource_response(int status, const RowPtr& row) {
  Response response{.status = status, .headers = {{"Content-Type", "application/json; charset=utf-8"}}};
  response.body = Body(std::shared_ptr<const std::string>(row, &row->body));
  return response;
}

Result<void> check_group(Context& context, const ResourceId& id, bool for_write) {
  if (const auto ok = check_subscription(context, id.subscription); !ok) return ok;
  const ResourceId group{.subscription = id.subscription, .resource_group = id.resource_group};
  const RowPtr row = context.world().find(Table::resource, group.key());
  if (!row) return fail(faults::make_error("resource-group-not-found", {{"resourceGroup", id.resource_group}}));
  if (for_write && row->state == "Deleting") {
    return fail(faults::make_error("resource-group-being-deleted", {{"resourceGroup", id.resource_group}}));
  }
  return {};
}

Response put_resource(Context& context, const Request& request, const Match& match) {
  const TypeEntry& entry = entry_of(match);
  const ResourceId id = id_of(context, match);
  const auto existing = read_resource(context.world(), id.to_string());
  auto body = prepare_put(context, entry, id, request, existing ? &*existing : nullptr);
  if (!body) return error_response(body.error());
  return store_and_start(context, entry, id, std::move(*body), !existing);
}

Response patch_resource(Context& context, const Request& request, const Match& match) {
  const TypeEntry& entry = entry_of(match);
  const ResourceId id = id_of(context, match);
  if (const auto ok = check_group(context, id, true); !ok) return error_response(ok.error());
  const auto existing = read_resource(context.world(), id.to_string());
  if (!existing) return error_response(resource_not_found(id));
  auto patch = read_body(request);
  if (!patch) return error_response(patch.error());
  Json merged = *existing;
  merged.merge_patch(*patch);
  Request put = request;
  put.method = Method::put;
  put.body = dump(merged);
  auto body = prepare_put(context, entry, id, put, &*existing);
  if (!body) return error_response(body.error());
  return store_and_start(context, entry, id, std::move(*body), false);
}

Response get_resource(Context& context, const Request&, const Match& match) {
  const RowPtr row = context.world().find(Table::resource, id_as_written(match).key());
  if (row) return resource_response(200, row);
  const ResourceId id = id_of(context, match);
  if (const auto ok = check_group(context, id, false); !ok) return error_response(ok.error());
  if (const auto parent = check_parent(context, id); !parent) return error_response(resource_not_found(id.parent()));
  return error_response(resource_not_found(id));
}

void remove_resource(Context& context, const TypeEntry& entry, const ResourceId& id) {
  const auto body = read_resource(context.world(), id.to_string());
  if (!body) return;
  cancel_operations(context, id.key());
  std::vector<std::string> children;
  context.world().for_each(Table::resource, id.key() + "/", [&](const std::string& key, const RowPtr&) {
    children.push_back(key);
    return true;
  });
  context.world().erase(Table::resource, id.key());
  for (const auto& child : children) {
    if (const auto child_body = read_resource(context.world(), child)) {
      const TypeDescriptor* type = find_type(string_at(*child_body, "type"));
      if (type != nullptr && !type->name_taken.empty()) {
        context.world().erase(Table::setting, name_key(*type, string_at(*child_body, "name"), string_at(*child_body, "location")));
      }
    }
    context.timeline().cancel_subject(child);
    context.world().erase(Table::resource, child);
  }
  context.timeline().cancel_subject(id.key());
  if (!entry.descriptor.name_taken.empty()) {
    context.world().erase(Table::setting, name_key(entry.descriptor, id.name(), string_at(*body, "location")));
  }
  if (entry.hooks.after_delete != nullptr) entry.hooks.after_delete(context, id, *body);
}

void on_resource_delete(Context& context, const Event& event) {
  const auto operation = find_operation(context.world(), event.args);
  const auto id = ResourceId::parse(event.subject);
  if (!operation || operation->status != "Succeeded" || !id) return;
  const Match match = context.machinery().router.find(Method::del, kArmHost, event.subject);
  if (match.route != nullptr) remove_resource(context, *static_cast<const TypeEntry*>(match.route->data), *id);
}

Response delete_resource(Context& context, const Request& request, const Match& match) {
  const TypeEntry& entry = entry_of(match);
  const ResourceId id = id_of(context, match);
  if (const auto ok = check_group(context, id, false); !ok) return error_response(ok.error());
  const auto body = read_resource(context.world(), id.to_string());
  if (entry.hooks.before_delete != nullptr) {
    if (const auto ok = entry.hooks.before_delete(context, id, body ? *body : Json(), request); !ok) return error_response(ok.error());
  }
  if (!body) return empty_response(204);
  const TypeDescriptor& type = entry.descriptor;
  if (type.remove.empty()) {
    remove_resource(context, entry, id);
    return empty_response(200);
  }
  cancel_operations(context, id.key());
  const Json args = {{"entry", type.type}};
  const Operation operation = start_operation(context, {.name = type.operations + ".delete",
                                                        .resource = id.to_string(),
                                                        .location = string_at(*body, "location", "global"),
                                                        .phases = phases_of(context, type.remove, id.to_string()),
                                                        .args = dump(args)});
  watch_operation(context, operation.id, {.due = {}, .kind = "resource.delete", .subject = id.to_string(), .args = operation.id});
  Response response = empty_response(202);
  add_operation_headers(response, operation, type.delete_style, type);
  return response;
}

Response list_resources_of_type(Context& context, const Request&, const Match& match) {
  const TypeDescriptor& type = entry_of(match).descriptor;
  ResourceId scope{.subscription = match.at("sub")};
  const bool in_group = match.route->pattern.find("{rg}") != std::string::npos;
  if (in_group) {
    scope.resource_group = match.at("rg");
    if (const auto ok = check_group(context, scope, false); !ok) return error_response(ok.error());
    if (type.is_child()) {
      const auto segments = split(type.type, '/');
      scope.provider = segments[0];
      for (std::size_t i = 1; i + 1 < segments.size(); ++i) scope.parts.emplace_back(segments[i], match.at("n" + std::to_string(i - 1)));
      if (!context.world().find(Table::resource, scope.key())) return error_response(resource_not_found(scope));
    }
  } else if (const auto ok = check_subscription(context, scope.subscription); !ok) {
    return error_response(ok.error());
  }
  std::string out = R"({"value":[)";
  bool first = true;
  context.world().for_each_of_type(type.type, scope.key() + "/", [&](const std::string&, const RowPtr& row) {
    out += (first ? "" : ",") + row->body;
    first = false;
    return true;
  });
  return {.status = 200, .headers = {{"Content-Type", "application/json; charset=utf-8"}}, .body = Body(out + "]}")};
}

}  // namespace azlab::arm
