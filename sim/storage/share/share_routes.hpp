#pragma once

#include <vector>

#include "sim/http/router.hpp"

namespace azlab::storage {

/// The file service (`*.file.core.windows.net`) over the files of shares (FileStore): what notebooks and file datastores
/// need of its REST interface. Files are those that a compute instance has under cloudfiles/code.
std::vector<Route> share_routes();

}  // namespace azlab::storage
