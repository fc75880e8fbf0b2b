#pragma once

#include <string_view>

#include "sim/arm/type.hpp"

namespace azlab::arm {

/// Counters of what clients sent and nothing here looks at: "unmodelled/<type>/<dotted path>". Such properties are
/// kept and come back (design 3), and the report names them.
inline constexpr std::string_view kUnmodelled = "unmodelled/";

/// Counts them for one PUT. `existing` is the resource before, null when it is new: what it carries already came
/// from us and counts no more.
void count_unmodelled(Context& context, const TypeDescriptor& type, const Json& sent, const Json* existing);

}  // namespace azlab::arm
