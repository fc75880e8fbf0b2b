#pragma once

#include <vector>

#include "sim/cli/extension_wheel.hpp"
#include "sim/http/router.hpp"

namespace azlab {
class World;
}

/// What az asks the internet for when somebody types `az extension add` (wire.md 2.7): an index of extensions, and
/// their wheels. There are those that the user gave; none otherwise, and then no index is served.
namespace azlab::cli {

/// Puts the wheels where the routes find them.
void set_extension_wheels(World& world, const std::vector<ExtensionWheel>& wheels);

std::vector<Route> routes();

}  // namespace azlab::cli
