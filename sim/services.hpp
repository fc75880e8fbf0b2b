#pragma once

#include <memory>
#include <vector>

#include "sim/arm/type.hpp"
#include "sim/http/context.hpp"

namespace azlab {

/// Fills in what this Azure serves: routes, due events, hooks and phases of operations, and what is asked before a request
/// reaches its service. A service more is a line per table here. Returns the resource types, which must outlive `machinery`.
std::vector<std::unique_ptr<arm::TypeEntry>> install_services(Machinery& machinery);

}  // namespace azlab
