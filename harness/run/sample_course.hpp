#pragma once

#include <string>

#include "sim/core/result.hpp"

namespace azlab::run {

/// The directory of the embedded sample course. It is written out when first wanted, for all labs of the process, since
/// nothing writes into it, and goes with the process.
Result<std::string> sample_course();
/// The bare repository that clones of it come from, made when first wanted and kept as long. Only for sandboxes, which
/// see it read-only.
Result<std::string> sample_course_repository();

}  // namespace azlab::run
