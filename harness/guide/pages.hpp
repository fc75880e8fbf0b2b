#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/walk/match.hpp"

namespace azlab::guide {

/// The pages that a label may stand for: those of that title, and those that a control of that label opens. Where `contexts` (labels
/// of parts of a page) tell some of them from the others, only those.
std::vector<std::string> pages_of(const walk::Wanted& label, const std::vector<walk::Wanted>& contexts, std::string_view language);

}  // namespace azlab::guide
