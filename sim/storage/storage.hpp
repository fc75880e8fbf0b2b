#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/arm/type.hpp"

namespace azlab::storage {

/// Storage accounts with their containers and file shares on the control plane.
std::vector<arm::TypeHooks> type_hooks();
std::vector<Route> routes();

/// The account's n-th access key (0 or 1), the same for the life of the account.
std::string account_key(const Context& context, std::string_view account, int n);

}  // namespace azlab::storage
