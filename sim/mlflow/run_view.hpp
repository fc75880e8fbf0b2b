#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/json.hpp"
#include "sim/http/context.hpp"
#include "sim/mlflow/filter.hpp"
#include "sim/mlflow/workspace.hpp"

namespace azlab::mlflow {

struct DatasetView {
  std::string name{};
  std::string digest{};
  std::string context{};
};

/// What a search looks at in a run, taken out of its row once. Lists are sorted by key.
struct RunView {
  RowPtr row{};
  std::string id{};
  bool deleted = false;
  std::string status{};
  std::string name{};
  std::string user_id{};
  std::string artifact_uri{};
  std::string experiment_id{};
  std::int64_t start_time = 0;
  std::optional<std::int64_t> end_time{};
  std::vector<std::pair<std::string, double>> metrics{};
  std::vector<std::pair<std::string, std::string>> params{};
  std::vector<std::pair<std::string, std::string>> tags{};
  std::vector<DatasetView> datasets{};

  const double* metric(std::string_view key) const;
  const std::string* param(std::string_view key) const;
  const std::string* tag(std::string_view key) const;
};

using RunViewPtr = std::shared_ptr<const RunView>;

/// Keeps what a search looks at in a run that was just written as `row`.
void keep_view(Context& context, const Workspace& workspace, const std::string& experiment_id, const Json& run, const RowPtr& row);

/// The runs of an experiment by id, parsed. What was parsed for an earlier search and did not change since is taken
/// from there, so that a search costs a look at each run and not its parsing.
const std::vector<RunViewPtr>& views_of_experiment(Context& context, const Workspace& workspace, const std::string& experiment_id);

}  // namespace azlab::mlflow
