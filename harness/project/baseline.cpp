#include "harness/project/baseline.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

#include "sim/core/json.hpp"

namespace azlab::project {
namespace {

constexpr int kBaselineVersion = 1;
constexpr const char* kStep = "step";
constexpr const char* kFailedStep = "step/failed";

using KnownKey = std::tuple<std::string, std::string, std::string>;  // file, rule, text

/// Whether a reader's way ends there or is not known to go on.
bool goes_wrong(const run::StepRecord& step) { return step.verdict == run::verdict::kFailed || step.verdict == run::verdict::kBlocked || step.verdict == run::verdict::kNotUnderstood; }

KnownKey key_of(const run::LabRecord& lab, const lab::Finding& finding) { return {lab.file, finding.rule, finding.quote.empty() ? finding.message : finding.quote}; }
KnownKey key_of(const run::LabRecord& lab, const run::StepRecord& step) { return {lab.file, step.verdict == run::verdict::kFailed ? kFailedStep : kStep, step.text}; }

}  // namespace

std::string write_baseline(const std::vector<run::LabRecord>& labs) {
  std::map<KnownKey, int> counts;
  for (const auto& lab : labs) {
    std::map<KnownKey, int> here;
    for (const auto& finding : lab.findings) ++here[key_of(lab, finding)];
    for (const auto& step : lab.steps) {
      if (goes_wrong(step)) ++here[key_of(lab, step)];
    }
    // A lab that is carried out in several scenarios is one file all the same.
    for (const auto& [key, count] : here) counts[key] = std::max(counts[key], count);
  }
  std::string out = "{\"version\": " + std::to_string(kBaselineVersion) + ", \"known\": [";
  bool first = true;
  for (const auto& [key, count] : counts) {
    const auto& [file, rule, text] = key;
    out += first ? "\n  " : ",\n  ";
    first = false;
    out += dump({{"file", file}, {"rule", rule}, {"text", text}, {"count", count}});
  }
  return out + "\n]}\n";
}

Result<std::vector<KnownThing>> read_baseline(std::string_view text) {
  const auto json = parse_json(text);
  if (!json) return fail(400, "BadBaseline", "it is no baseline: " + json.error().message);
  const Json* known = find_path(*json, "known");
  const Json* version = find_path(*json, "version");
  if (known == nullptr || !known->is_array() || version == nullptr) return fail(400, "BadBaseline", "it is no baseline: azlab validate --write-baseline writes one");
  if (*version != kBaselineVersion) return fail(400, "BadBaseline", "it is a baseline of version " + dump(*version) + "; this azlab reads version " + std::to_string(kBaselineVersion));
  std::vector<KnownThing> out;
  for (const Json& one : *known) {
    const Json* count = find_path(one, "count");
    KnownThing thing{.file = string_at(one, "file"), .rule = string_at(one, "rule"), .text = string_at(one, "text"), .count = count != nullptr && count->is_number_integer() ? count->get<int>() : 0};
    if (thing.file.empty() || thing.rule.empty() || thing.count < 1) return fail(400, "BadBaseline", "it is no baseline: this entry lacks file, rule or count: " + dump(one));
    out.push_back(std::move(thing));
  }
  return out;
}

BaselineUse apply_baseline(const std::vector<KnownThing>& baseline, std::vector<run::LabRecord>& labs) {
  std::map<KnownKey, int> left;
  for (const auto& thing : baseline) left[{thing.file, thing.rule, thing.text}] += thing.count;
  const auto take = [&](const KnownKey& key) {
    const auto found = left.find(key);
    if (found == left.end() || found->second == 0) return false;
    --found->second;
    return true;
  };
  BaselineUse use;
  for (auto& lab : labs) {
    const auto before = lab.findings.size();
    std::erase_if(lab.findings, [&](const lab::Finding& finding) { return take(key_of(lab, finding)); });
    const auto taken = static_cast<int>(before - lab.findings.size());
    use.findings += taken;
    lab.silenced += taken;
    for (auto& step : lab.steps) {
      if (!goes_wrong(step) || !take(key_of(lab, step))) continue;
      step.known = "in the baseline";
      ++use.steps;
    }
    for (const auto& [key, count] : left) {
      const auto& [file, rule, text] = key;
      if (count == 0 || file != lab.file) continue;
      lab.findings.push_back(rules::finding("baseline/stale", 1, "The baseline knows of " + rule + " at '" + text + "', which is not there any more.", "Write the baseline anew."));
      lab.findings.back().quote = text;
      ++use.stale;
    }
  }
  return use;
}

}  // namespace azlab::project
