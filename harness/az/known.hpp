#pragma once

#include <string>
#include <vector>

namespace azlab::az {

/// The real command that these words begin, when real az has it and the built-in az does not ("vm", "keyvault secret");
/// empty otherwise (fixtures/az/known-groups.json).
std::string real_but_not_simulated(const std::vector<std::string>& words);

}  // namespace azlab::az
