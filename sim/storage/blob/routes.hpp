#pragma once

#include <optional>
#include <vector>

#include "sim/arm/type.hpp"

namespace azlab::storage {

/// The blob service (`*.blob.core.windows.net`) and ARM's `listServiceSas`.
std::vector<Route> blob_routes();
/// AuthorizationFailure for a client whom an account's network rules keep out, at the blob and the file service. For
/// Machinery::admission.
std::optional<Response> check_network(Context& context, const Request& request, const Match& match);
/// A container that goes takes its blobs along.
std::vector<arm::TypeHooks> blob_type_hooks();

}  // namespace azlab::storage
