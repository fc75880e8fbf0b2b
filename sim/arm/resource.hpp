#pragma once

#include <optional>
#include <string>

#include "sim/arm/type.hpp"

namespace azlab::arm {

/// The generic handlers behind every resource type; Route::data is the TypeEntry.
Response put_resource(Context& context, const Request& request, const Match& match);
Response get_resource(Context& context, const Request& request, const Match& match);
Response patch_resource(Context& context, const Request& request, const Match& match);
Response delete_resource(Context& context, const Request& request, const Match& match);
Response list_resources_of_type(Context& context, const Request& request, const Match& match);

/// ResourceGroupNotFound / ResourceGroupBeingDeleted / SubscriptionNotFound.
Result<void> check_group(Context& context, const ResourceId& id, bool for_write);

/// The stored body of a resource.
std::optional<Json> read_resource(const World& world, std::string_view resource_id);
/// Replaces the stored body; keeps type, takes state and location from the body.
void write_resource(World& world, std::string_view resource_id, const Json& body);
/// Takes a resource out of the World and frees its name; no checks, no operation. Its hooks run.
void remove_resource(Context& context, const TypeEntry& entry, const ResourceId& id);
/// The handler of event kind "resource.delete": takes a resource away when its deletion has ended well.
void on_resource_delete(Context& context, const Event& event);

Error resource_not_found(const ResourceId& id);
/// The answer of a GET: the row as it is.
Response resource_response(int status, const RowPtr& row);

}  // namespace azlab::arm
