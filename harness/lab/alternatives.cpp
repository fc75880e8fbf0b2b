#include <algorithm>
#include <array>
#include <set>

#include "harness/lab/document.hpp"
#include "harness/lab/unicode.hpp"
#include "sim/core/text.hpp"

namespace azlab::lab {
namespace {

using Nouns = std::set<std::string, std::less<>>;

/// Things that commands create, by the words of the command line that make them.
void add_command_nouns(std::string_view code, Nouns& nouns) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kWords{{
      {"az ml workspace", "workspace"}, {"az group", "resource group"}, {"az storage account", "storage account"},
      {"az extension", "extension"}, {"git clone", "repository"}, {"pip ", "package"}, {".sh", "script"}, {".ps1", "script"},
      {"az ml job", "job"}, {"az ml data", "data"}, {"ComputeInstance", "compute instance"}, {"AmlCompute", "compute cluster"}}};
  for (const auto& [words, noun] : kWords) {
    if (code.find(words) != std::string_view::npos) nouns.emplace(noun);
  }
  if (code.find("az ml compute") != std::string_view::npos) nouns.emplace("compute");
}

struct Description {
  Nouns nouns;
  bool creates = false;
  bool fails = false;
  std::set<std::string, std::less<>> words;  ///< long words, for languages that the reader does not know
};

void describe_text(std::string_view text, const Language* language, Description& out) {
  const std::string folded = fold(text);
  if (language != nullptr) {
    for (const Hit& hit : language->scan(folded)) {
      if (hit.group == "entity") out.nouns.emplace(hit.name);
      if (hit.group == "word" && hit.name == "failure") out.fails = true;
      if (hit.name == "create" || hit.name == "creation") out.creates = true;
    }
    if (out.nouns.contains("compute instance") || out.nouns.contains("compute cluster")) out.nouns.emplace("compute");
  }
  for (const std::string& word : split(folded, ' ')) {
    if (word.size() >= 6) out.words.insert(word);
  }
}

Description describe_step(const Step& step, const Language* language, bool& has_command) {
  Description out;
  has_command = false;
  for (const Unit& unit : step.units) {
    for (const Op& op : unit.ops) {
      if (op.kind == "shell.block" || op.kind == "file.content") {
        add_command_nouns(op.code, out.nouns);
        has_command = true;
        out.creates = out.creates || op.code.find(" create") != std::string::npos || op.code.find(".sh") != std::string::npos;
      }
      if (op.kind == "res.create" || op.kind == "ui.click" || op.kind == "ui.form") has_command = true;
      if (!op.entity.empty()) out.nouns.insert(op.entity);
    }
    if (unit.kind != "P:oq") describe_text(unit.text, language, out);
  }
  return out;
}

/// How well a step explains the failure that the alternative describes; 0 when not at all.
int score_of(const Description& guard, const Description& step, bool acts) {
  if (!acts) return 0;
  static constexpr std::array<std::string_view, 11> kVague{"error", "status", "page", "terminal", "portal", "studio", "tab",
                                                           "cloud shell", "menu", "command", "resource"};
  int score = 0;
  for (const std::string& noun : guard.nouns) {
    const bool vague = std::find(kVague.begin(), kVague.end(), noun) != kVague.end();
    if (!vague && step.nouns.contains(noun)) score += 2;
  }
  if (guard.nouns.empty()) {
    for (const std::string& word : guard.words) score += step.words.contains(word) ? 1 : 0;
  }
  if (score > 0 && guard.creates && step.creates) ++score;
  return score;
}

/// Index of the step; the nearest of those that explain the failure and do what it says failed.
std::size_t find_step(const Lab& lab, const PendingAlternative& pending, const Description& guard, const Language* language) {
  const std::size_t from = pending.containing_step;
  const std::string& section = lab.steps[from].section;
  std::size_t nearest_command = from;
  bool command_seen = false;
  std::size_t second_best = from;
  bool second_seen = false;
  for (std::size_t i = from + 1; i-- > 0;) {
    if (lab.steps[i].section != section) break;
    if (lab.steps[i].alternative) continue;
    bool acts = false;
    const Description step = describe_step(lab.steps[i], language, acts);
    const int score = score_of(guard, step, acts);
    if (score > 2 || (score > 0 && !guard.creates)) return i;
    if (score > 0 && !second_seen) {
      second_seen = true;
      second_best = i;
    }
    if (acts && !command_seen) {
      command_seen = true;
      nearest_command = i;
    }
  }
  return second_seen ? second_best : nearest_command;
}

}  // namespace

void attach_alternatives(Lab& lab, std::vector<PendingAlternative> pending, const Language* language) {
  std::vector<std::pair<std::size_t, std::vector<Step>>> optional_steps;
  for (PendingAlternative& one : pending) {
    Description guard;
    describe_text(one.guard, language, guard);
    if (!one.has_container || lab.steps.empty() || (language != nullptr && !guard.fails)) {
      for (Step& step : one.alternative.steps) step.optional = true;
      optional_steps.emplace_back(lab.steps.empty() ? 0 : one.containing_step + 1, std::move(one.alternative.steps));
      continue;
    }
    Step& step = lab.steps[find_step(lab, one, guard, language)];
    if (step.alternative) {
      lab.findings.push_back(rules::finding("fallback/second-alternative", one.alternative.line,
                                            "a second alternative for the step at line " + std::to_string(step.line) + "; the first one is followed"));
      continue;
    }
    step.alternative = std::move(one.alternative);
  }
  for (auto it = optional_steps.rbegin(); it != optional_steps.rend(); ++it) {
    const std::size_t at = std::min(it->first, lab.steps.size());
    lab.steps.insert(lab.steps.begin() + static_cast<std::ptrdiff_t>(at), std::make_move_iterator(it->second.begin()),
                     std::make_move_iterator(it->second.end()));
  }
}

}  // namespace azlab::lab
