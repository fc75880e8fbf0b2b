#include "harness/guide/commands.hpp"

#include <algorithm>

#include "sim/core/text.hpp"

namespace azlab::guide {
namespace {

constexpr std::pair<std::string_view, std::string_view> kLongNames[] = {{"-n", "--name"}, {"-g", "--resource-group"}, {"-l", "--location"}, {"-w", "--workspace-name"}, {"-f", "--file"}, {"-t", "--type"}, {"-y", "--yes"}, {"-o", "--output"}, {"-s", "--source"}};
// How it is said, not what is done.
constexpr std::string_view kManners[] = {"--yes", "--output", "--only-show-errors", "--no-wait", "--verbose", "--debug", "--query", "--allow-preview", "--upgrade"};
constexpr std::string_view kCompound[] = {"do", "done", "then", "else", "fi", "{", "}", "esac"};

bool is_one_of(std::string_view word, const auto& list) { return std::find(std::begin(list), std::end(list), word) != std::end(list); }

/// The commands of a typed line that a status of 0 speaks for: what stands after the last ';' or line end, joined by '&&'.
std::vector<std::string> spoken_for(const std::string& typed) {
  std::vector<std::string> out = {""};
  char quote = 0;
  for (std::size_t i = 0; i < typed.size(); ++i) {
    const char c = typed[i];
    if (quote != 0) {
      quote = c == quote ? '\0' : quote;
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == ';' || c == '\n') {
      out = {""};
      continue;
    } else if (c == '&' && i + 1 < typed.size() && typed[i + 1] == '&') {
      out.emplace_back();
      ++i;
      continue;
    }
    out.back() += c;
  }
  return out;
}

bool is_script(const std::vector<std::string>& words) { return !words.empty() && words[0].find('/') != std::string::npos; }

/// `bash ./x.sh a` and `./x.sh a` run one script; the way to it is the learner's.
std::vector<std::string> plain(std::vector<std::string> words) {
  if (words.size() > 2 && words[0].starts_with("python") && words[1] == "-m" && words[2] == "pip") words.erase(words.begin(), words.begin() + 2);
  if (!words.empty() && words[0] == "pip3") words[0] = "pip";
  if (!words.empty() && words[0] == "pip") std::erase_if(words, [](const std::string& word) { return word.starts_with("-"); });
  if (words.size() > 1 && (words[0] == "bash" || words[0] == "sh" || words[0] == "source" || words[0] == ".") && words[1].find(".sh") != std::string::npos) {
    words.erase(words.begin());
    if (words[0].find('/') == std::string::npos) words[0].insert(0, "./");
  }
  if (is_script(words)) words[0] = name_of(words[0]);
  for (auto& word : words) {
    if (word.size() > 1 && word.ends_with("/")) word.pop_back();
  }
  return words;
}

bool is_the_same(const std::string& wanted, const std::string& typed) {
  const AzCommand az = read_az(wanted);
  if (az.name.empty()) return plain(words_of(wanted)) == plain(words_of(typed));
  const AzCommand other = read_az(typed);
  return az.name == other.name && std::all_of(az.options.begin(), az.options.end(), [&](const auto& option) {
    const auto found = other.options.find(option.first);
    return is_one_of(option.first, kManners) || (found != other.options.end() && found->second == option.second);
  });
}

}  // namespace

std::vector<std::string> words_of(const std::string& command) {
  std::vector<std::string> out;
  std::string word;
  bool open = false;
  char quote = 0;
  for (std::size_t i = 0; i < command.size(); ++i) {
    const char c = command[i];
    if (quote == 0 && (c == ' ' || c == '\t' || c == '\n')) {
      if (open) out.push_back(std::move(word));
      word.clear();
      open = false;
      continue;
    }
    open = true;
    if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    } else if (c == '\\' && quote != '\'' && i + 1 < command.size()) {
      word += command[++i];
    } else {
      word += c;
    }
  }
  if (open) out.push_back(std::move(word));
  return out;
}

std::vector<std::string> commands_of(const std::string& code) {
  std::vector<std::string> out;
  std::string command;
  for (const auto& line : split(replace_all(code, "\r\n", "\n"), '\n')) {
    const std::string_view text = trim(line);
    if (command.empty() && (text.empty() || text.front() == '#' || is_one_of(text, kCompound))) continue;
    if (text.ends_with("\\")) {
      command += std::string(text.substr(0, text.size() - 1));
      continue;
    }
    out.push_back(command + std::string(text));
    command.clear();
  }
  if (!trim(command).empty()) out.emplace_back(trim(command));
  return out;
}

AzCommand read_az(const std::string& command) {
  AzCommand out;
  const auto words = words_of(command);
  if (words.empty() || words[0] != "az") return out;
  std::size_t i = 1;
  for (; i < words.size() && !words[i].starts_with("-"); ++i) out.name += (out.name.empty() ? "" : " ") + words[i];
  while (i < words.size()) {
    std::string option = words[i++];
    std::string value;
    if (const auto equals = option.find('='); option.starts_with("--") && equals != std::string::npos) {
      value = option.substr(equals + 1);
      option.resize(equals);
    }
    for (const auto& [from, to] : kLongNames) {
      if (option == from) option = to;
    }
    while (i < words.size() && !words[i].starts_with("-")) value += (value.empty() ? "" : " ") + words[i++];
    out.options[option] = value;
  }
  return out;
}

bool is_carried_out(const std::string& wanted, const CommandSeen& typed, bool tolerated) {
  if (typed.exit_status != 0) return tolerated && is_the_same(wanted, typed.command);
  const auto all = spoken_for(typed.command);
  return std::any_of(all.begin(), all.end(), [&](const std::string& one) { return is_the_same(wanted, one); });
}

}  // namespace azlab::guide
