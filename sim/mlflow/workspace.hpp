#pragma once

#include <string>

#include "sim/http/context.hpp"

namespace azlab::mlflow {

/// The workspace that a request is about.
struct Workspace {
  std::string id{};       ///< ARM id, spelt as it was created
  std::string name{};
  std::string rows{};     ///< prefix of its rows in Table::tracking, with a last '/'
  std::string host{};     ///< "eastus.api.azureml.ms", of its region
  std::string guid{};
  std::string tenant{};
  std::string storage{};  ///< ARM id of its storage account
  std::string account{};  ///< name of its storage account
};

/// The part of a pattern that names a workspace, with parameters {sub}, {rg} and {ws}.
inline constexpr std::string_view kWorkspacePattern =
    "/subscriptions/{sub}/resourceGroups/{rg}/providers/Microsoft.MachineLearningServices/workspaces/{ws}";

/// The workspace of a matched path. RESOURCE_DOES_NOT_EXIST (404) with the words of Resource Manager, which Azure's
/// data plane asks, when it is not there.
Result<Workspace> find_workspace(Context& context, const Match& match);

/// Fields of the table: {workspace rows}/<kind>/<rest>.
std::string row_key(const Workspace& workspace, std::string_view kind, std::string_view rest);

}  // namespace azlab::mlflow
