#pragma once

#include <optional>

#include "sim/http/context.hpp"

namespace azlab::mlflow {

/// 429 of the tracking server when a caller has asked more than a scenario's `throttling.mlflow` allows (Azure documents no numbers).
/// For Machinery::admission.
std::optional<Response> check_budget(Context& context, const Request& request, const Match& match);

}  // namespace azlab::mlflow
