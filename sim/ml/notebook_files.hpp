#pragma once

#include <vector>

#include "sim/http/router.hpp"

namespace azlab::ml {

/// The studio's files: `https://{region}.notebooks.azure.net/files{workspaceId}/{path}`. The studio's own calls are
/// not documented; these are ours, over the same FileStore that compute instances mount.
std::vector<Route> notebook_file_routes();

}  // namespace azlab::ml
