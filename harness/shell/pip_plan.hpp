#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/shell/pip_site.hpp"
#include "harness/shell/version.hpp"

namespace azlab::shell {

/// What an installation comes to: the lines pip prints on the way, and what changes.
struct PipPlan {
  std::vector<std::string> lines{};
  std::vector<InstalledPackage> install{};  ///< in pip's order: what others need first
  std::vector<std::string> errors{};        ///< pip's own texts; then nothing is installed
};

struct PipPlanOptions {
  bool upgrade = false;
  bool dependencies = true;
  bool prereleases = false;
  bool reinstall = false;
};

PipPlan plan_installation(const PipSite& site, const std::vector<Requirement>& wanted, const PipPlanOptions& options);

}  // namespace azlab::shell
