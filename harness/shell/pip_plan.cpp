#include "harness/shell/pip_plan.hpp"

#include <algorithm>
#include <set>

#include "sim/core/text.hpp"

namespace azlab::shell {
namespace {

constexpr int kRoundsMax = 20;

/// Finds versions that satisfy everything asked. Each round walks from what was asked with the specifiers that the
/// round before collected; when a round adds none, its choices stand.
class PipPlanner {
 public:
  PipPlanner(const PipSite& site, const std::vector<Requirement>& wanted, const PipPlanOptions& options)
      : site_(site), wanted_(wanted), options_(options) {}

  PipPlan plan() {
    for (int round = 0; round < kRoundsMax; ++round) {
      const std::size_t known = specifier_count();
      plan_ = {};
      visited_.clear();
      for (const Requirement& one : wanted_) visit(one, "", true);
      if (!plan_.errors.empty() || specifier_count() == known) break;
    }
    return plan_;
  }

 private:
  std::size_t specifier_count() const {
    std::size_t count = 0;
    for (const auto& [key, specifiers] : specifiers_) count += specifiers.size();
    return count;
  }

  void no_match(const Requirement& asked, const IndexedPackage* package, const std::string& from) {
    const std::string whence = from.empty() ? "" : " (from " + from + ")";
    const std::string versions = package == nullptr ? "none" : join(package->versions, ", ");
    plan_.errors.push_back("Could not find a version that satisfies the requirement " + asked.text + whence +
                           " (from versions: " + versions + ")");
    plan_.errors.push_back("No matching distribution found for " + asked.text);
  }

  void conflict(const Requirement& asked, const std::string& from) {
    std::vector<std::string> names;
    for (const Requirement& one : wanted_) names.push_back(one.text);
    plan_.errors.push_back("Cannot install " + join(names, " and ") +
                           " because these package versions have conflicting dependencies.");
    plan_.errors.push_back("ResolutionImpossible: no version of " + asked.name + " satisfies " +
                           join(specifiers_[asked.key], ",") + (from.empty() ? "" : ", needed by " + from));
  }

  /// The version that will be there afterwards; empty after an error.
  std::string choose(const Requirement& asked, const std::string& from, bool top) {
    const std::vector<std::string>& all = specifiers_[asked.key];
    const auto have = site_.installed.find(asked.key);
    const bool renew = top && (options_.upgrade || options_.reinstall);
    if (have != site_.installed.end() && !renew && accepts(all, have->second.version)) return have->second.version;
    const IndexedPackage* package = site_.find(asked.key);
    if (package == nullptr || package->newest(asked.specifiers, options_.prereleases).empty()) {
      no_match(asked, package, from);
      return {};
    }
    std::string version = package->newest(all, options_.prereleases);
    if (version.empty()) conflict(asked, from);
    return version;
  }

  void visit(const Requirement& asked, const std::string& from, bool top) {
    std::vector<std::string>& all = specifiers_[asked.key];
    for (const std::string& one : asked.specifiers) {
      if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
    }
    if (!plan_.errors.empty() || visited_.contains(asked.key)) return;
    visited_.insert(asked.key);
    const std::string version = choose(asked, from, top);
    if (version.empty()) return;
    const auto have = site_.installed.find(asked.key);
    const bool satisfied =
        have != site_.installed.end() && have->second.version == version && !(top && options_.reinstall);
    const std::string whence = from.empty() ? "" : " (from " + from + ")";
    const IndexedPackage* package = site_.find(asked.key);
    if (satisfied) {
      plan_.lines.push_back("Requirement already satisfied: " + asked.text + " in " + site_.location + whence + " (" +
                            version + ")");
    } else {
      plan_.lines.push_back("Collecting " + asked.text + whence);
      plan_.lines.push_back("  Downloading " + replace_all(package->name, "-", "_") + "-" + version + " (simulated)");
    }
    if (options_.dependencies && package != nullptr) {
      for (const std::string& need : package->needs_of(version)) {
        const Result<Requirement> parsed = parse_requirement(replace_all(need, "{version}", version));
        if (parsed) visit(*parsed, package->name, false);
      }
    }
    if (!satisfied) plan_.install.push_back({.name = package->name, .version = version});
  }

  const PipSite& site_;
  const std::vector<Requirement>& wanted_;
  const PipPlanOptions& options_;
  PipPlan plan_{};
  std::map<std::string, std::vector<std::string>> specifiers_{};
  std::set<std::string> visited_{};
};

}  // namespace

PipPlan plan_installation(const PipSite& site, const std::vector<Requirement>& wanted, const PipPlanOptions& options) {
  return PipPlanner(site, wanted, options).plan();
}

}  // namespace azlab::shell
