#pragma once

#include <vector>

#include "sim/http/router.hpp"

namespace azlab::compute {

std::vector<Route> routes();

}  // namespace azlab::compute
