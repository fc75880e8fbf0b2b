#pragma once

#include <vector>

#include "sim/arm/type.hpp"

namespace azlab::ml {

/// Managed online endpoints: their types, actions, phases and the addresses at which they score (README.md).
std::vector<arm::TypeHooks> online_type_hooks();
std::vector<Route> online_routes();
std::vector<OperationHooks> online_operation_hooks();
/// The phases of their operations that no descriptor names.
std::vector<PhaseNames> online_phase_names();

}  // namespace azlab::ml
