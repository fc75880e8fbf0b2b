// SARIF 2.1.0 (OASIS), the parts that code scanning reads: rules, results at lines, fingerprints.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "harness/report/remarks.hpp"
#include "harness/report/report.hpp"
#include "sim/core/digest.hpp"
#include "sim/core/text.hpp"

namespace azlab::report {
namespace {

using Sarif = nlohmann::ordered_json;

constexpr std::size_t kFingerprintCharacters = 16;

/// A path as a URI reference: relative paths stay relative to the repository's root.
std::string uri_of(const std::string& file) {
  const std::string encoded = percent_encode(file, "/");
  return file.starts_with("/") ? "file://" + encoded : encoded;
}

Sarif rule_json(const rules::Rule& rule) {
  Sarif out = {{"id", rule.id}};
  if (rule.what.empty()) return out;
  const std::string markdown = rule.why + "\n\nExample:\n\n~~~~~markdown\n" + rule.example + "\n~~~~~\n\n" + rule.repair;
  out["shortDescription"] = {{"text", rule.what}};
  out["fullDescription"] = {{"text", rule.what + " " + rule.why}};
  out["help"] = {{"text", rule.why + " " + rule.repair}, {"markdown", markdown}};
  out["defaultConfiguration"] = {{"level", rule.severity}};
  out["properties"] = {{"tags", Sarif::array({rule.owner})}};
  return out;
}

/// The rules by index: the catalogue, those of steps, and whatever a remark names beside them.
std::vector<rules::Rule> rules_for(const std::vector<Remark>& remarks) {
  std::vector<rules::Rule> out(step_rules().begin(), step_rules().end());
  const auto& all = rules::catalogue();
  out.insert(out.end(), all.begin(), all.end());
  for (const auto& remark : remarks) {
    const bool known = std::any_of(out.begin(), out.end(), [&](const rules::Rule& rule) { return rule.id == remark.rule; });
    if (!known) out.push_back({.id = remark.rule, .severity = remark.severity, .owner = remark.owner, .what = {}, .why = {}, .example = {}, .repair = {}});
  }
  return out;
}

/// What a remark is known by when lines move: its rule and the text it is about, and which of several alike it is.
std::string fingerprint(const Remark& remark, std::map<std::string, int>& seen) {
  const std::string hash = sha256_hex(remark.rule + "\n" + remark.quote).substr(0, kFingerprintCharacters);
  return hash + ":" + std::to_string(++seen[remark.file + "\n" + hash]);
}

Sarif result_json(const Remark& remark, std::size_t rule_index, std::map<std::string, int>& seen) {
  Sarif region = {{"startLine", remark.line}};
  if (!remark.quote.empty()) region["snippet"] = {{"text", remark.quote}};
  const Sarif place = {{"physicalLocation", {{"artifactLocation", {{"uri", uri_of(remark.file)}}}, {"region", region}}}};
  return {{"ruleId", remark.rule},
          {"ruleIndex", rule_index},
          {"level", remark.severity},
          {"message", {{"text", remark.message + (remark.suggestion.empty() ? "" : "\n" + remark.suggestion)}}},
          {"locations", Sarif::array({place})},
          {"partialFingerprints", {{"primaryLocationLineHash", fingerprint(remark, seen)}}},
          {"properties", {{"owner", remark.owner}}}};
}

}  // namespace

std::string to_sarif(const std::vector<run::LabRecord>& labs) {
  const auto remarks = remarks_of(labs);
  const auto rules = rules_for(remarks);
  Sarif described = Sarif::array();
  std::map<std::string, std::size_t> index;
  for (const auto& rule : rules) {
    index.emplace(rule.id, described.size());
    described.push_back(rule_json(rule));
  }
  Sarif results = Sarif::array();
  std::map<std::string, int> seen;
  for (const auto& remark : remarks) results.push_back(result_json(remark, index.at(remark.rule), seen));
  const Sarif run = {{"tool", {{"driver", {{"name", "azlab"}, {"rules", described}}}}}, {"columnKind", "unicodeCodePoints"}, {"results", results}};
  const Sarif out = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"}, {"version", "2.1.0"}, {"runs", Sarif::array({run})}};
  return out.dump(2, ' ', false, Sarif::error_handler_t::replace) + "\n";
}

}  // namespace azlab::report
