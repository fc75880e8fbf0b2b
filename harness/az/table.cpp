#include "harness/az/command.hpp"

namespace azlab::az {

const std::vector<CommandRow>& command_rows() {
  static const std::vector<CommandRow> table = [] {
    std::vector<CommandRow> rows;
    for (auto family : {account_commands, configure_commands, extension_commands, group_commands, provider_commands,
                        resource_commands, deployment_commands, storage_commands, keyvault_commands, secret_commands, role_commands,
                        tag_commands, monitor_commands,
                        registry_commands, ml_workspace_commands, ml_compute_commands, ml_datastore_commands, ml_asset_commands, ml_job_commands}) {
      const Rows family_rows = family();
      rows.insert(rows.end(), family_rows.begin(), family_rows.end());
    }
    return rows;
  }();
  return table;
}

const CommandRow* find_row(std::string_view words) {
  for (const CommandRow& row : command_rows()) {
    if (row.words == words) return &row;
  }
  return nullptr;
}

}  // namespace azlab::az
