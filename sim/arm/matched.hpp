#pragma once

#include "sim/arm/type.hpp"

/// What the generic handlers of resource types read off a matched route.
namespace azlab::arm {

inline const TypeEntry& entry_of(const Match& match) { return *static_cast<const TypeEntry*>(match.route->data); }

/// The id that a match addresses, as the client wrote it.
ResourceId id_as_written(const Match& match);
/// The same with the spelling that group, parents and resource were made with.
ResourceId id_of(Context& context, const Match& match);
/// ParentResourceNotFound where the resource above `id` is missing.
Result<void> check_parent(Context& context, const ResourceId& id);

}  // namespace azlab::arm
