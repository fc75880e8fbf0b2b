#include "harness/az/command_line.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/az/recommend.hpp"
#include "harness/az/wire.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

constexpr const char* kExtensionReference =
    "If the command is from an extension, please make sure the corresponding extension is installed. To learn more "
    "about extensions, please visit 'https://learn.microsoft.com/cli/azure/azure-cli-extensions-overview'";

bool is_help(const std::string& word) {
  return word == "-h" || word == "--help";
}

std::vector<std::string> installed_names(Invocation& az) {
  std::vector<std::string> names;
  for (const auto& [name, unused] : az.config.extensions()) names.push_back(name);
  return names;
}

tl::unexpected<Error> unknown_word(Invocation& az, const std::string& word, const CommandGroup& group,
                                   const std::vector<std::string>& arguments) {
  std::string text = "'" + word + "' is misspelled or not recognized by the system.";
  if (group.words.empty()) {
    // az 2.91 loads no commands for a first word that its index does not hold, and so has none to propose.
    if (az.config.find("extension", "use_dynamic_install").value_or("yes_prompt") == "no")
      text += "\n" + std::string(kExtensionReference);
    return usage_error(text + recommendations("", nullptr, arguments));
  }
  const std::string near = closest(word, group.names());
  if (near.empty()) return usage_error(text + recommendations(group.words, nullptr, arguments));
  text += "\nDid you mean '" + near + "' ?";
  // The examples are those of the line with the word put right, cut at its first hyphen as az cuts it.
  auto corrected = arguments;
  std::replace(corrected.begin(), corrected.end(), word, near);
  const std::string line = join(corrected, " ");
  const auto inferred = load_command(line.substr(0, line.find('-')));
  return usage_error(text + recommendations(group.words, inferred ? &*inferred : nullptr, arguments));
}

bool holds(const std::vector<CommandGroup::Member>& members, const std::string& name) {
  return std::any_of(members.begin(), members.end(), [&](const auto& member) { return member.name == name; });
}

/// The values of arguments beginning with "@" come from files, wherever they stand in the line.
Result<std::vector<std::string>> expand_files(Invocation& az, std::vector<std::string> words) {
  for (std::string& word : words) {
    const auto equals = word.find('=');
    const std::size_t at = word.starts_with('@') ? 0 : equals == std::string::npos ? std::string::npos : equals + 1;
    if (at == std::string::npos || at + 1 >= word.size() || word[at] != '@') continue;
    const std::string name = word.substr(at + 1);
    std::string bytes;
    if (name == "-") {
      bytes = std::string(std::istreambuf_iterator<char>(az.in), {});
    } else {
      const auto read = read_text_file(az, name);
      // No such file: real az takes the word as it is.
      if (!read) continue;
      bytes = *read;
    }
    while (bytes.ends_with('\n')) bytes.pop_back();
    word = word.substr(0, at) + bytes;
  }
  return words;
}

/// What is given and not heeded is refused before anything happens.
Result<void> check_carried(const Invocation& az, const Command& command) {
  const auto carried = split(std::string(command.row.carried), ' ');
  for (const auto& [key, unused] : az.values) {
    if (std::find(carried.begin(), carried.end(), key) != carried.end()) continue;
    const Argument* argument = command.find(key);
    const bool harmless =
        key == "subscription" || key == "yes" || key == "ids" || (argument && !argument->configured.empty());
    if (!harmless) return not_simulated("az " + command.words + " --" + key);
  }
  return {};
}

}  // namespace

Result<ParsedLine> parse_command_line(Invocation& az, const std::vector<std::string>& arguments) {
  ParsedLine line;
  if (arguments.empty()) {
    line.help = true;
    return line;
  }
  const auto extensions = installed_names(az);
  std::size_t at = 0;
  while (!line.command) {
    const auto group = load_group(line.words, extensions);
    if (!group) return not_simulated("az " + line.words);
    if (at == arguments.size() || arguments[at].starts_with('-')) {
      line.help = std::any_of(arguments.begin(), arguments.end(), is_help);
      if (line.help) return line;
      return usage_error("the following arguments are required: " +
                         std::string(line.words.empty() ? "_command_package" : "_subcommand") +
                         recommendations(line.words, nullptr, arguments));
    }
    const std::string& word = arguments[at++];
    const std::string words = line.words + (line.words.empty() ? "" : " ") + word;
    const std::string extension = extension_of(words);
    const bool there =
        extension.empty() || std::find(extensions.begin(), extensions.end(), extension) != extensions.end();
    if (!there || (!holds(group->groups, word) && !holds(group->commands, word)))
      return unknown_word(az, word, *group, arguments);
    line.words = words;
    if (!holds(group->commands, word)) continue;
    if (find_row(words) == nullptr) return not_simulated("az " + words);
    line.command = load_command(words);
    if (!line.command) return not_simulated("az " + words);
  }
  az.command = line.words;
  auto words = expand_files(az, {arguments.begin() + static_cast<std::ptrdiff_t>(at), arguments.end()});
  if (!words) return tl::make_unexpected(words.error());
  auto help = read_arguments(az, *line.command, *words);
  if (!help) return tl::make_unexpected(help.error());
  line.help = *help;
  if (line.help) return line;
  if (auto carried = check_carried(az, *line.command); !carried) return tl::make_unexpected(carried.error());
  return line;
}

}  // namespace azlab::az
