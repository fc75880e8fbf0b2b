#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "harness/app/carry_out.hpp"
#include "harness/app/wrong_use.hpp"
#include "harness/run/missing.hpp"
#include "harness/run/run_directory.hpp"

namespace azlab::app {
namespace {

/// One thing that is not simulated, over all labs.
struct Wanted {
  std::string kind{};
  std::string what{};
  std::size_t steps = 0;
  std::set<std::string> labs{};
  std::string first{};  ///< "FILE:LINE"
};

/// By how many steps want it, then in how many labs, then by name.
std::vector<Wanted> ranked(const std::vector<run::LabRecord>& records) {
  std::map<std::pair<std::string, std::string>, Wanted> by_name;
  for (const auto& record : records) {
    for (const auto& missing : run::missing_in(record)) {
      auto& wanted = by_name[{missing.kind, missing.what}];
      if (wanted.steps == 0) wanted = {.kind = missing.kind, .what = missing.what, .first = record.file + ":" + std::to_string(missing.line)};
      ++wanted.steps;
      wanted.labs.insert(record.file);
    }
  }
  std::vector<Wanted> out;
  for (auto& [name, wanted] : by_name) out.push_back(std::move(wanted));
  std::stable_sort(out.begin(), out.end(), [](const Wanted& a, const Wanted& b) { return std::pair(a.steps, a.labs.size()) > std::pair(b.steps, b.labs.size()); });
  return out;
}

/// How the labs' steps went.
struct Counts {
  std::size_t steps = 0;
  std::size_t carried_out = 0;
  std::size_t not_simulated = 0;
  std::size_t not_understood = 0;
  std::size_t otherwise_blocked = 0;
};

Counts count(const std::vector<run::LabRecord>& records) {
  Counts out;
  for (const auto& record : records) {
    std::set<int> lines;
    for (const auto& missing : run::missing_in(record)) lines.insert(missing.line);
    for (const auto& step : record.steps) {
      ++out.steps;
      if (step.verdict == run::verdict::kNotUnderstood) {
        ++out.not_understood;
      } else if (step.verdict != run::verdict::kBlocked) {
        ++out.carried_out;
      } else {
        ++(lines.contains(step.line) ? out.not_simulated : out.otherwise_blocked);
      }
    }
  }
  return out;
}

std::string as_json(const Counts& counts, const std::vector<Wanted>& wanted) {
  nlohmann::ordered_json out = {{"steps", counts.steps}, {"carriedOut", counts.carried_out}, {"notSimulated", counts.not_simulated}, {"notUnderstood", counts.not_understood},
                                {"otherwiseBlocked", counts.otherwise_blocked}, {"missing", nlohmann::ordered_json::array()}};
  for (const auto& one : wanted) out["missing"].push_back({{"kind", one.kind}, {"what", one.what}, {"steps", one.steps}, {"labs", one.labs}, {"first", one.first}});
  return out.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

int coverage(const ValidateOptions& options, const std::string& json_file) {
  auto plan = plan_validation(options);
  if (!plan) return wrong_use(plan.error().message);
  const auto records = carry_out(*plan, nullptr);
  if (!records) return wrong_use(records.error().message);
  const Counts counts = count(*records);
  const auto wanted = ranked(*records);
  std::cout << fmt::format("{} labs, {} steps: {} carried out, {} blocked (not simulated), {} not understood, {} blocked for other reasons\n", records->size(), counts.steps, counts.carried_out,
                           counts.not_simulated, counts.not_understood, counts.otherwise_blocked);
  if (!wanted.empty()) std::cout << "\nsteps  labs  what is missing\n";
  for (const auto& one : wanted) std::cout << fmt::format("{:>5}  {:>4}  {}: {}  (first at {})\n", one.steps, one.labs.size(), one.kind, one.what, one.first);
  if (json_file.empty()) return 0;
  const auto written = run::write_file(json_file, as_json(counts, wanted));
  return written ? 0 : wrong_use(written.error().message);
}

}  // namespace azlab::app
