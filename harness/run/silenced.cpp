#include "harness/run/silenced.hpp"

#include <algorithm>

namespace azlab::run {

void silence(const lab::Lab& lab, LabRecord& record) {
  for (const auto& disabled : lab.disabled) {
    const auto covers = [&](const lab::Finding& finding) { return finding.rule == disabled.rule && finding.line >= disabled.first_line && finding.line <= disabled.last_line; };
    const auto count = std::count_if(record.findings.begin(), record.findings.end(), covers);
    std::erase_if(record.findings, covers);
    record.silenced += static_cast<int>(count);
    if (count == 0) {
      record.findings.push_back(rules::finding("directive/stale", disabled.line, "Nothing of the rule " + disabled.rule + " is found where this silences it.", "Take the directive away."));
    }
  }
}

}  // namespace azlab::run
