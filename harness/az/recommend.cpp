#include "harness/az/recommend.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

constexpr double kLikeEnough = 0.7;
constexpr std::size_t kExamplesMax = 3;

/// Characters in the longest common piece and, on both sides of it, in the pieces there (Ratcliff and Obershelp).
std::size_t matching_characters(std::string_view a, std::string_view b) {
  std::size_t best = 0;
  std::size_t at_a = 0;
  std::size_t at_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < b.size(); ++j) {
      std::size_t length = 0;
      while (i + length < a.size() && j + length < b.size() && a[i + length] == b[j + length]) ++length;
      if (length > best) best = length, at_a = i, at_b = j;
    }
  }
  if (best == 0) return 0;
  return best + matching_characters(a.substr(0, at_a), b.substr(0, at_b)) +
         matching_characters(a.substr(at_a + best), b.substr(at_b + best));
}

double likeness(std::string_view a, std::string_view b) {
  const std::size_t all = a.size() + b.size();
  return all == 0 ? 1 : 2.0 * static_cast<double>(matching_characters(a, b)) / static_cast<double>(all);
}

/// An option to its longest name; the global ones stand for themselves.
std::map<std::string, std::string> long_names(const Command* command) {
  std::map<std::string, std::string> names = {
      {"-h", "--help"},          {"-o", "--output"},         {"--only-show-errors", "--only-show-errors"},
      {"--help", "--help"},      {"--output", "--output"},   {"--query", "--query"},
      {"--debug", "--debug"},    {"--verbose", "--verbose"}, {"--yes", "--yes"},
      {"--no-wait", "--no-wait"}};
  if (command == nullptr) return names;
  for (const Argument& argument : command->arguments) {
    if (argument.positional()) continue;
    const auto longest = std::max_element(argument.names.begin(), argument.names.end(),
                                          [](const auto& a, const auto& b) { return a.size() < b.size(); });
    for (const std::string& name : argument.names) names[name] = *longest;
  }
  return names;
}

std::vector<std::string> options_in(const std::vector<std::string>& words,
                                    const std::map<std::string, std::string>& names) {
  std::vector<std::string> options;
  for (const std::string& word : words) {
    if (word.size() < 2 || word.front() != '-' || word.starts_with("---")) continue;
    const auto found = names.find(word.starts_with("--") ? word.substr(0, word.find('=')) : word.substr(0, 2));
    if (found != names.end()) options.push_back(found->second);
  }
  return options;
}

/// On one line, without the backslashes at line ends.
std::string one_line(const std::string& text) {
  std::vector<std::string> words;
  for (std::string& word : split(replace_all(text, "\\\n", ""), ' ')) {
    if (!word.empty()) words.push_back(std::move(word));
  }
  return std::string(trim(join(words, " ")));
}

}  // namespace

std::string closest(const std::string& word, const std::vector<std::string>& candidates) {
  std::pair<double, std::string> best{0, ""};
  for (const std::string& candidate : candidates) {
    const double like = likeness(candidate, word);
    if (like >= kLikeEnough) best = std::max(best, {like, candidate});
  }
  return best.second;
}

std::string recommendations(const std::string& words, const Command* command, const std::vector<std::string>& typed) {
  struct Ranked {
    const Example* example;
    std::string line;
    int matches;
    std::size_t options;
  };
  std::vector<Ranked> ranked;
  const auto names = long_names(command);
  const auto wanted = options_in(typed, names);
  for (std::size_t i = 0; command != nullptr && i < command->examples.size(); ++i) {
    const Example& example = command->examples[i];
    const std::string line = one_line(example.text);
    const auto options = options_in(split(line, ' '), names);
    const auto matches = std::count_if(options.begin(), options.end(), [&](const std::string& option) {
      return std::find(wanted.begin(), wanted.end(), option) != wanted.end();
    });
    ranked.push_back(
        {&example, line, line.starts_with("az " + words) ? static_cast<int>(matches) : -1, options.size()});
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const Ranked& a, const Ranked& b) {
    return a.matches != b.matches ? a.matches > b.matches : a.options < b.options;
  });
  std::string text = "\n\n";
  if (!ranked.empty()) text += "Examples from command's help:\n";
  for (std::size_t i = 0; i < std::min(ranked.size(), kExamplesMax); ++i)
    text += ranked[i].line + "\n" + ranked[i].example->title + "\n\n";
  return text + "https://aka.ms/cli_ref\nRead more about the command in reference docs";
}

}  // namespace azlab::az
