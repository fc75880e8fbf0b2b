/// PUT and PATCH of every resource type: checks, merging, the operation that begins.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/matched.hpp"
#include "sim/arm/names.hpp"
#include "sim/arm/policy.hpp"
#include "sim/arm/provider.hpp"
#include "sim/arm/resource.hpp"
#include "sim/arm/subscription.hpp"
#include "sim/arm/unmodelled.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"

namespace azlab::arm {
namespace {

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

/// Merging takes a null for "no such member"; what the type shows as null stays shown.
void put_back_nulls(Json& out, const Json& defaults) {
  for (const auto& [key, value] : defaults.items()) {
    if (!out.contains(key)) {
      if (value.is_null()) out[key] = nullptr;
    } else if (value.is_object() && out[key].is_object()) {
      put_back_nulls(out[key], value);
    }
  }
}

/// What the client sent over what the type has by default.
Json with_defaults(const TypeDescriptor& type, const Json& body) {
  Json out = *type.defaults;
  out.merge_patch(body);
  if (out.is_object()) put_back_nulls(out, *type.defaults);
  return out;
}

/// `patch` over `base`, its nulls kept: they still have to take something away.
void lay_over(Json& base, const Json& patch) {
  if (!base.is_object() || !patch.is_object()) {
    base = patch;
    return;
  }
  for (const auto& [key, value] : patch.items()) lay_over(base[key], value);
}

void add_system_fields(Context& context, const TypeDescriptor& type, const ResourceId& id, Json& body, const Json* existing) {
  body["id"] = id.to_string();
  body["name"] = id.name();
  body["type"] = type.type;
  if (type.tracked && !body.contains("tags")) body["tags"] = Json::object();
  if (body.contains("identity") && string_at(body, "identity.type").find("SystemAssigned") != std::string::npos && string_at(body, "identity.principalId").empty()) {
    body["identity"]["principalId"] = context.draw().guid("principal", id.key());
    body["identity"]["tenantId"] = context.caller().tenant_id;
  }
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
  if (const auto ok = apply_policies(context, type.type, id, *body); !ok) return fail(ok.error());
  if (existing == nullptr) {
    if (auto wrong = name_error(context.world(), type, id.name(), string_at(*body, "location"))) return fail(std::move(*wrong));
  }
  if (const auto ok = check_required(type, *body); !ok) return fail(ok.error());
  count_unmodelled(context, type, *body, existing);
  const Json tags = body->value("tags", Json());
  PutCall call{.type = type, .id = id, .body = *body, .existing = existing, .request = request};
  if (entry.hooks.before_put != nullptr) {
    if (const auto ok = entry.hooks.before_put(context, call); !ok) return fail(ok.error());
  }
  if (existing != nullptr) {
    // What the service itself added (keys, endpoints, times) stays; so does what an update leaves out.
    Json merged = *existing;
    merged.merge_patch(*body);
    *body = std::move(merged);
    if (entry.hooks.before_update != nullptr) {
      if (const auto ok = entry.hooks.before_update(context, call); !ok) return fail(ok.error());
    }
  }
  Json out = with_defaults(type, *body);
  if (tags.is_object()) out["tags"] = tags;  // tags are replaced as a whole, not merged
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
  schedule_policy_deployments(context, type.type, id);
  Response response = resource_response(creating ? type.create_status : 200, context.world().find(Table::resource, id.key()));
  if (style == LroStyle::location) {
    response.status = 202;
    response.body = {};
  }
  if (operation) add_operation_headers(response, *operation, style, type);
  return response;
}

}  // namespace

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
  lay_over(merged, *patch);
  if (patch->contains("tags")) merged["tags"] = (*patch)["tags"].is_object() ? (*patch)["tags"] : Json::object();
  Request put = request;
  put.method = Method::put;
  put.body = dump(merged);
  auto body = prepare_put(context, entry, id, put, &*existing);
  if (!body) return error_response(body.error());
  return store_and_start(context, entry, id, std::move(*body), false);
}

}  // namespace azlab::arm
