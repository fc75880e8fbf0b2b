#pragma once

#include <string>
#include <string_view>

#include "sim/core/json.hpp"
#include "sim/core/result.hpp"
#include "sim/mlflow/metric_store.hpp"

namespace azlab::mlflow {

// The rules and the words of the open-source server; numbers from fixtures/mlflow/limits.json, where Azure's own ones
// stand as well.

/// A limit by its name in the fixture.
std::size_t limit(std::string_view name);

/// Names of metrics, params and tags: which characters, and that they would be no other name as a path.
Result<void> check_key(std::string_view name, std::string_view path = "key");
Result<void> check_length(std::string_view what, std::string_view limit_name, std::string_view text);
/// The text cut to a limit, in characters.
std::string cut_to(std::string text, std::string_view limit_name);
/// How `path` names what is inside of it: "metrics[0]" and "name" make "metrics[0].name".
std::string inner_path(std::string_view path, std::string_view name);
/// A metric as a client sent it; infinities become the largest numbers.
Result<MetricPoint> check_metric(const Json& metric, const std::string& path = {});

}  // namespace azlab::mlflow
