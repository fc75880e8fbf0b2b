#include "harness/shell/pip_plan.hpp"

#include <algorithm>
#include <utility>

#include "sim/core/text.hpp"

namespace azlab::shell {
namespace {

constexpr int kRoundsMax = 12;
constexpr int kTriesMax = 60;

/// What others demand of a package: specifier, and who (empty: the command line).
struct PipDemand {
  std::string specifier;
  std::string by{};
};
using PipDemands = std::map<std::string, std::vector<PipDemand>>;

void add_specifiers(std::vector<std::string>& to, const std::vector<PipDemand>& from) {
  for (const PipDemand& one : from) to.push_back(one.specifier);
}

/// Finds versions that satisfy everything asked. Each round walks from what was asked, choosing the newest versions
/// that fit what the choices of the round before demanded; a round whose choices fit its own demands is the answer.
/// Where the rounds do not settle, a version whose demands stand in the way is ruled out, and they begin again.
class PipPlanner {
 public:
  PipPlanner(const PipSite& site, const std::vector<Requirement>& wanted, const PipPlanOptions& options)
      : site_(site), wanted_(wanted), options_(options) {}

  PipPlan plan() {
    for (int tries = 0; tries < kTriesMax; ++tries) {
      demands_.clear();
      for (int round = 0; round < kRoundsMax; ++round) {
        before_ = std::exchange(demands_, {});
        plan_ = {};
        const std::map<std::string, std::string> last = std::exchange(chosen_, {});
        for (const Requirement& one : wanted_) visit(one, "", "", true);
        if (!plan_.errors.empty() || misfit().empty()) return plan_;
        if (chosen_ == last) break;
      }
      if (!rule_out(misfit())) break;
    }
    conflict(misfit());
    return plan_;
  }

 private:
  /// A package whose chosen version does not fit all demands; empty when all is well.
  std::string misfit() const {
    for (const auto& [key, version] : chosen_) {
      std::vector<std::string> specifiers;
      add_specifiers(specifiers, demands_.at(key));
      if (!accepts(specifiers, version)) return key;
    }
    return {};
  }

  /// Rules out the chosen version of somebody who demands something of `key`, if they have another. False: nobody.
  bool rule_out(const std::string& key) {
    for (const PipDemand& demand : demands_[key]) {
      if (demand.by.empty()) continue;
      std::vector<std::string> specifiers = ruled_out_[demand.by];
      specifiers.push_back("!=" + chosen_[demand.by]);
      std::vector<std::string> all = specifiers;
      add_specifiers(all, demands_[demand.by]);
      const IndexedPackage* package = site_.find(demand.by);
      if (package == nullptr || package->newest(all, options_.prereleases).empty()) continue;
      ruled_out_[demand.by] = specifiers;
      return true;
    }
    return false;
  }

  void no_match(const Requirement& asked, const IndexedPackage* package, const std::string& from) {
    const std::string whence = from.empty() ? "" : " (from " + from + ")";
    const std::string versions = package == nullptr ? "none" : join(package->versions, ", ");
    plan_.errors.push_back("Could not find a version that satisfies the requirement " + asked.text + whence +
                           " (from versions: " + versions + ")");
    plan_.errors.push_back("No matching distribution found for " + asked.text);
  }

  void conflict(const std::string& key) {
    std::vector<std::string> names;
    for (const Requirement& one : wanted_) names.push_back(one.text);
    plan_ = {};
    plan_.errors.push_back("Cannot install " + join(names, " and ") +
                           " because these package versions have conflicting dependencies.");
    std::vector<std::string> specifiers;
    add_specifiers(specifiers, demands_[key]);
    plan_.errors.push_back("ResolutionImpossible: no version of " + key + " satisfies " + join(specifiers, ","));
  }

  /// The version that will be there afterwards; empty after an error.
  std::string choose(const Requirement& asked, const std::string& from, bool top) {
    std::vector<std::string> now = ruled_out_[asked.key];
    add_specifiers(now, demands_[asked.key]);
    std::vector<std::string> all = now;
    if (const auto earlier = before_.find(asked.key); earlier != before_.end()) add_specifiers(all, earlier->second);
    const auto have = site_.installed.find(asked.key);
    const bool renew = top && (options_.upgrade || options_.reinstall);
    if (have != site_.installed.end() && !renew && accepts(all, have->second.version)) return have->second.version;
    const IndexedPackage* package = site_.find(asked.key);
    if (package == nullptr || package->newest(asked.specifiers, options_.prereleases).empty()) {
      no_match(asked, package, from);
      return {};
    }
    std::string version = package->newest(all, options_.prereleases);
    // Demands of choices that this round may not make again do not bind it.
    if (version.empty()) version = package->newest(now, options_.prereleases);
    return version.empty() ? package->newest(asked.specifiers, options_.prereleases) : version;
  }

  void visit(const Requirement& asked, const std::string& from, const std::string& by, bool top) {
    std::vector<PipDemand>& all = demands_[asked.key];
    for (const std::string& one : asked.specifiers) all.push_back({.specifier = one, .by = by});
    if (!plan_.errors.empty() || chosen_.contains(asked.key)) return;
    const std::string version = choose(asked, from, top);
    if (version.empty()) return;
    chosen_[asked.key] = version;
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
        if (parsed) visit(*parsed, package->name, asked.key, false);
      }
    }
    if (!satisfied) plan_.install.push_back({.name = package->name, .version = version});
  }

  const PipSite& site_;
  const std::vector<Requirement>& wanted_;
  const PipPlanOptions& options_;
  PipPlan plan_{};
  PipDemands before_{};  ///< of the round before
  PipDemands demands_{};
  std::map<std::string, std::vector<std::string>> ruled_out_{};
  std::map<std::string, std::string> chosen_{};
};

}  // namespace

PipPlan plan_installation(const PipSite& site, const std::vector<Requirement>& wanted, const PipPlanOptions& options) {
  return PipPlanner(site, wanted, options).plan();
}

}  // namespace azlab::shell
