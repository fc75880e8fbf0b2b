#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace azlab::rules {

/// What azlab can find wrong with a lab. Ids are what reports, baselines, directives and azlab.json name.
struct Rule {
  std::string id;        ///< "md/broken-emphasis"
  std::string severity;  ///< the usual one: "error" (a reader is stuck or misled), "warning" or "note"
  std::string owner;     ///< whose it is to mend: "source", "translation", "material" (notebooks, scripts), "platform" (Azure moved on)
  std::string what;      ///< what it says of a line, one sentence
  std::string why;       ///< what it does to a reader
  std::string example;   ///< Markdown that it fires on
  std::string repair;    ///< what to do
  std::vector<std::string> covers{};  ///< rules that would say the same mistake again, less exactly, of the same line
  std::string mended{};  ///< the example, mended, where that is Markdown as well: it does not fire
};

/// Something found in a lab, from the text alone or from the run.
struct Finding {
  std::string rule;
  std::string severity;  ///< "error", "warning" or "note"
  int line = 0;
  std::string message{};
  std::string suggestion{};
  std::string owner{};  ///< empty: the rule's own
  std::string quote{};  ///< the words that defend it; empty: the line itself
};

/// Every rule, sorted by id: the data of fixtures/rules.
const std::vector<Rule>& catalogue();
/// One of them, or nullptr.
const Rule* find_rule(std::string_view id);
/// The rule whose name is nearest to an unknown one; empty when none is near.
std::string nearest_rule(std::string_view id);

/// A finding of a rule with its usual severity.
Finding finding(std::string_view rule, int line, std::string message, std::string suggestion = {});
/// Whose a finding is: its own word, or its rule's.
std::string owner_of(const Finding& finding);

}  // namespace azlab::rules
