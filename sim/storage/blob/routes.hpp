#pragma once

#include <vector>

#include "sim/arm/type.hpp"

namespace azlab::storage {

/// The blob service (`*.blob.core.windows.net`) and ARM's `listServiceSas`.
std::vector<Route> blob_routes();
/// A container that goes takes its blobs along.
std::vector<arm::TypeHooks> blob_type_hooks();

}  // namespace azlab::storage
