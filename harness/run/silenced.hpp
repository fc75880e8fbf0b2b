#pragma once

#include "harness/lab/lab.hpp"
#include "harness/run/result.hpp"

namespace azlab::run {

/// Takes the findings out that the author has disabled where they stand, and counts them in LabRecord::silenced; a
/// directive that silenced nothing becomes the finding `directive/stale`.
void silence(const lab::Lab& lab, LabRecord& record);

}  // namespace azlab::run
