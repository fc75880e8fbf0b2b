#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/core/json.hpp"
#include "sim/mlflow/workspace.hpp"

namespace azlab::mlflow {

// Experiments are rows of kind "e" by id, whose body is MLflow's Experiment as it is answered, and rows of kind "n" by
// name, which hold the id. Ids are GUIDs, as Azure makes them.

/// MLflow clients that name no experiment mean this one.
inline constexpr std::string_view kDefaultExperimentAlias = "0";
inline constexpr std::string_view kDefaultExperiment = "Default";

std::optional<Json> read_experiment(const World& world, const Workspace& workspace, std::string_view id);
std::optional<std::string> experiment_id_of_name(const World& world, const Workspace& workspace, std::string_view name);
void write_experiment(World& world, const Workspace& workspace, const Json& experiment);
/// A new, active experiment; the name must be free. Empty `artifact_location`: the workspace's own place.
Json make_experiment(Context& context, const Workspace& workspace, const std::string& name, std::string artifact_location = {});
/// The experiment of an id, of a name where Azure's addresses allow both, or of the alias "0", which makes the default
/// experiment on first use. RESOURCE_DOES_NOT_EXIST in MLflow's words.
Result<Json> find_experiment(Context& context, const Workspace& workspace, const std::string& id);
Result<Json> find_experiment_by_id_or_name(Context& context, const Workspace& workspace, const std::string& id_or_name);
/// The experiment of that name; made when there is none.
Json ensure_experiment(Context& context, const Workspace& workspace, const std::string& name);

/// The index of an entry with this "key" in a list of {"key","value"}, which is sorted by key; the place where it would
/// stand, and false, when there is none.
std::pair<std::size_t, bool> find_entry(const Json& list, std::string_view key);
/// Sets {"key","value"} in such a list; makes the list when it is no array.
void set_entry(Json& list, const std::string& key, const Json& value);
/// The value of an entry, or empty.
std::string entry_text(const Json& list, std::string_view key);

}  // namespace azlab::mlflow
