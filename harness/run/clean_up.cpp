#include <nlohmann/json.hpp>

#include "harness/run/lab_state.hpp"
#include "sim/core/text.hpp"
#include "sim/scenario/scenario.hpp"

namespace azlab::run {
namespace {

// What Cloud Shell keeps for itself is not the lab's.
constexpr std::string_view kCloudShellGroup = "cloud-shell-storage";

bool deletes_a_group(const lab::Lab& lab) {
  for (const auto& unit : lab.units) {
    for (const auto& op : unit.ops) {
      for (const auto& label : op.en) {
        if (equals_ignore_case(label, "Delete resource group")) return true;
      }
      if (op.kind == "res.delete" && op.entity == "resource group") return true;
      if (op.kind == "shell.block" && op.code.find("az group delete") != std::string::npos) return true;
    }
  }
  return false;
}

}  // namespace

void check_clean_up(LabState& state) {
  // Deletions that were started come to their end; schedules of another day do not matter.
  const Time limit = state.simulator.now() + std::chrono::hours(2);
  while (const auto due = state.simulator.next_due()) {
    if (*due > limit || state.simulator.held_until()) break;
    state.simulator.advance_to(*due);
  }
  if (!deletes_a_group(state.lab) || state.record.steps.empty()) return;
  std::vector<std::string> left;
  state.simulator.inspect([&](const World& world) {
    world.for_each(Table::resource, "", [&](const std::string& key, const RowPtr& row) {
      if (row->type != "Microsoft.Resources/resourceGroups" || world.find(Table::setting, std::string(kLeftBehind) + key)) return true;
      const auto body = parse_json(row->body);
      if (body && !string_at(*body, "name").starts_with(kCloudShellGroup)) left.push_back(string_at(*body, "name"));
      return true;
    });
  });
  if (left.empty()) return;
  state.record.findings.push_back(rules::finding("cleanup/resources-left", state.record.steps.back().line,
                                   "After the lab's clean-up these resource groups are still there: " + join(left, ", ") + ".",
                                   "Delete them in the clean-up section."));
}

}  // namespace azlab::run
