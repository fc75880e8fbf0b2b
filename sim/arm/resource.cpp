#include "sim/arm/resource.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/matched.hpp"
#include "sim/arm/names.hpp"
#include "sim/arm/subscription.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"

namespace azlab::arm {

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

Response get_resource(Context& context, const Request& request, const Match& match) {
  // A path is an id; only one written oddly ("//", a slash at the end) has to be put together anew.
  RowPtr row = context.world().find(Table::resource, to_lower(percent_decode(request.path)));
  if (!row) row = context.world().find(Table::resource, id_as_written(match).key());
  if (row) return resource_response(200, row);
  const ResourceId id = id_of(context, match);
  if (const auto ok = check_group(context, id, false); !ok) return error_response(ok.error());
  if (const auto parent = check_parent(context, id); !parent) return error_response(resource_not_found(id.parent()));
  const auto not_found = entry_of(match).hooks.not_found;
  return error_response(not_found != nullptr ? not_found(id) : resource_not_found(id));
}

void remove_resource(Context& context, const TypeEntry& entry, const ResourceId& id) {
  const auto body = read_resource(context.world(), id.to_string());
  if (!body) return;
  cancel_operations(context, id.key());
  RemovedRows children;
  context.world().for_each(Table::resource, id.key() + "/", [&](const std::string& key, const RowPtr& row) {
    children.emplace_back(key, row);
    return true;
  });
  context.world().erase(Table::resource, id.key());
  for (const auto& [child, row] : children) {
    if (const auto child_body = parse_json(row->body)) {
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
  if (entry.hooks.after_delete != nullptr) entry.hooks.after_delete(context, id, *body, children);
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
  const auto phases = entry.hooks.delete_phases != nullptr ? entry.hooks.delete_phases(context, id, *body) : phases_of(context, type.remove, id.to_string());
  if (phases.empty()) {
    remove_resource(context, entry, id);
    return empty_response(200);
  }
  cancel_operations(context, id.key());
  const Json args = {{"entry", type.type}};
  const Operation operation = start_operation(context, {.name = type.operations + ".delete",
                                                        .resource = id.to_string(),
                                                        .location = string_at(*body, "location", "global"),
                                                        .phases = phases,
                                                        .args = dump(args)});
  watch_operation(context, operation.id, {.due = {}, .kind = "resource.delete", .subject = id.to_string(), .args = operation.id});
  Response response = empty_response(202);
  add_operation_headers(response, operation, type.delete_style, type);
  return response;
}

}  // namespace azlab::arm
