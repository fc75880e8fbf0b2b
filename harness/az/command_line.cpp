#include "harness/az/command_line.hpp"

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/az/known.hpp"
#include "harness/az/wire.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

constexpr const char* kExtensionReference =
    "If the command is from an extension, please make sure the corresponding extension is installed. To learn more "
    "about "
    "extensions, please visit 'https://docs.microsoft.com/cli/azure/azure-cli-extensions-overview'";

/// What az appends when its suggestion service has nothing to say: a link. Examples of the table come first.
std::string recommendations(const Command* command) {
  std::string text = "\n\nExamples from AI knowledge base:";
  if (command) {
    for (const Example& example : command->examples) text += "\n" + example.text + "\n" + example.title + "\n";
  }
  return text + "\nhttps://aka.ms/cli_ref\nRead more about the command in reference docs";
}

const std::vector<Argument>& global_arguments() {
  static const std::vector<Argument> arguments = {
      {.names = {"--output", "-o"}, .choices = {"json", "jsonc", "none", "table", "tsv", "yaml", "yamlc"}},
      {.names = {"--query"}},
      {.names = {"--subscription"}},
      {.names = {"--only-show-errors"}, .takes = Takes::flag},
      {.names = {"--verbose"}, .takes = Takes::flag},
      {.names = {"--debug"}, .takes = Takes::flag},
      {.names = {"--help", "-h"}, .takes = Takes::flag},
  };
  return arguments;
}

/// Reads the words of one command as argparse would.
class ArgumentReader {
 public:
  ArgumentReader(Invocation& az, const Command& command, std::vector<std::string> words)
      : az_(az), command_(command), words_(std::move(words)) {}

  Result<bool> read() {
    for (std::size_t at = 0; at < words_.size();) {
      auto next = read_one(at);
      if (!next) return tl::make_unexpected(next.error());
      at = *next;
    }
    if (az_.global.help) return true;
    if (auto missing = check_required(); !missing) return missing;
    if (!unknown_.empty()) {
      return usage_error("unrecognized arguments: " + join(unknown_, " ") + recommendations(&command_));
    }
    return false;
  }

 private:
  static bool is_option(const std::string& word) { return word.size() > 1 && word.front() == '-' && !is_number(word); }
  static bool is_number(const std::string& word) {
    return word.size() > 1 && word.find_first_not_of("0123456789.", 1) == std::string::npos;
  }

  std::vector<const Argument*> candidates() const {
    std::vector<const Argument*> all;
    for (const Argument& argument : command_.arguments) all.push_back(&argument);
    for (const Argument& argument : global_arguments()) all.push_back(&argument);
    return all;
  }

  /// The option that a word names, by its full name or an unambiguous beginning of a long one.
  Result<const Argument*> match(const std::string& name) const {
    std::vector<const Argument*> matches;
    std::vector<std::string> names;
    for (const Argument* argument : candidates()) {
      for (const std::string& option : argument->names) {
        if (option == name) return argument;
        if (!name.starts_with("--") || !option.starts_with(name)) continue;
        if (std::find(matches.begin(), matches.end(), argument) == matches.end()) matches.push_back(argument);
        names.push_back(option);
      }
    }
    if (matches.size() > 1) {
      return usage_error("ambiguous option: " + name + " could match " + join(names, ", ") +
                         recommendations(&command_));
    }
    return matches.empty() ? nullptr : matches.front();
  }

  Result<std::size_t> read_one(std::size_t at) {
    const std::string& word = words_[at];
    if (!is_option(word)) return read_positional(at);
    std::string name = word;
    std::optional<std::string> attached;
    if (const auto equals = word.find('='); equals != std::string::npos) {
      name = word.substr(0, equals);
      attached = word.substr(equals + 1);
    }
    auto argument = match(name);
    if (!argument) return tl::make_unexpected(argument.error());
    if (!*argument && !word.starts_with("--") && word.size() > 2) {  // "-nNAME"
      attached = word.substr(2);
      argument = match(word.substr(0, 2));
    }
    if (!*argument) {
      unknown_.push_back(word);
      // argparse leaves the words that belong to an unknown option over as well.
      for (++at; at < words_.size() && !is_option(words_[at]); ++at) unknown_.push_back(words_[at]);
      return at;
    }
    return take_values(**argument, attached, at + 1);
  }

  Result<std::size_t> read_positional(std::size_t at) {
    for (const Argument& argument : command_.arguments) {
      if (!argument.positional() || az_.has(argument.key())) continue;
      return take_values(argument, std::nullopt, at);
    }
    unknown_.push_back(words_[at]);
    return at + 1;
  }

  Result<std::size_t> take_values(const Argument& argument, std::optional<std::string> attached, std::size_t at) {
    std::vector<std::string> taken;
    if (attached) {
      if (argument.takes == Takes::flag) {
        return usage_error("argument " + argument.display() + ": ignored explicit argument '" + *attached + "'" +
                           recommendations(&command_));
      }
      taken.push_back(*attached);
    } else if (argument.takes != Takes::flag) {
      const std::size_t most = argument.takes == Takes::value || argument.takes == Takes::optional ? 1 : words_.size();
      while (at < words_.size() && taken.size() < most && !is_option(words_[at])) taken.push_back(words_[at++]);
      if (taken.empty() && argument.takes == Takes::value) {
        return usage_error("argument " + argument.display() + ": expected one argument" + recommendations(&command_));
      }
      if (taken.empty() && argument.takes == Takes::many) {
        return usage_error("argument " + argument.display() + ": expected at least one argument" +
                           recommendations(&command_));
      }
    }
    for (std::string& value : taken) {
      if (auto stored = adjust(argument, value); !stored) return tl::make_unexpected(stored.error());
    }
    store(argument, std::move(taken));
    return at;
  }

  /// Checks choices (without case, as az's own enumerations) and loads `@file` values.
  Result<void> adjust(const Argument& argument, std::string& value) {
    if (value.size() > 1 && value.front() == '@' && !is_global(argument)) {
      auto text = read_file_value(value.substr(1));
      if (!text) return tl::make_unexpected(text.error());
      value = *text;
    }
    if (argument.choices.empty()) return {};
    for (const std::string& choice : argument.choices) {
      if (!equals_ignore_case(choice, value)) continue;
      value = choice;
      return {};
    }
    std::string text = "az " + command_.words + ": '" + value + "' is not a valid value for '" +
                       argument.names.front() + "'. Allowed values: " + join(argument.choices, ", ") + ".";
    const auto near = nearest(value, argument.choices, 1);
    if (!near.empty()) text += "\nDid you mean '" + near.front() + "' ?";
    return usage_error(text + recommendations(&command_));
  }

  Result<std::string> read_file_value(const std::string& name) {
    if (name == "-") return std::string(std::istreambuf_iterator<char>(az_.in), {});
    const auto bytes = read_value_file(name);
    if (!bytes) return usage_error("Unable to load file '" + name + "'");
    return *bytes;
  }
  std::optional<std::string> read_value_file(const std::string& name);

  bool is_global(const Argument& argument) const {
    const auto& all = global_arguments();
    return &argument >= all.data() && &argument < all.data() + all.size();
  }

  void store(const Argument& argument, std::vector<std::string> taken) {
    const std::string key = argument.key();
    if (!is_global(argument)) {
      if (argument.takes == Takes::flag) taken = {"true"};
      az_.values[key] = std::move(taken);
      return;
    }
    GlobalOptions& global = az_.global;
    if (key == "output") global.output = taken.front();
    if (key == "query") global.query = taken.front();
    if (key == "subscription") global.subscription = taken.front();
    if (key == "only-show-errors") global.only_show_errors = true;
    if (key == "verbose") global.verbose = true;
    if (key == "debug") global.debug = true;
    if (key == "help") global.help = true;
  }

  Result<bool> check_required() {
    std::vector<std::string> missing;
    for (const Argument& argument : command_.arguments) {
      const std::string key = argument.key();
      if (az_.has(key)) continue;
      if (!argument.default_key.empty()) {
        if (const auto value = az_.config.find("defaults", argument.default_key)) {
          az_.values[key] = {*value};
          continue;
        }
      }
      if (argument.required) missing.push_back(argument.display());
    }
    if (missing.empty()) return true;
    return usage_error("the following arguments are required: " + join(missing, ", ") + recommendations(&command_));
  }

  Invocation& az_;
  const Command& command_;
  std::vector<std::string> words_;
  std::vector<std::string> unknown_{};
};

std::optional<std::string> ArgumentReader::read_value_file(const std::string& name) {
  const auto text = read_text_file(az_, name);
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

/// The words that may follow a group, in order, without those of extensions that are not installed.
std::vector<std::string> next_words(const std::string& group, const std::map<std::string, std::string>& installed) {
  std::set<std::string> words;
  const std::string prefix = group.empty() ? "" : group + " ";
  for (const Command& command : command_table()) {
    if (!command.words.starts_with(prefix)) continue;
    const std::string extension = extension_of(command.words);
    if (!extension.empty() && !installed.contains(extension)) continue;
    words.insert(split(command.words.substr(prefix.size()), ' ').front());
  }
  return {words.begin(), words.end()};
}

tl::unexpected<Error> unknown_word(const std::string& word, const std::string& group,
                                   const std::vector<std::string>& known) {
  std::string text = "'" + word + "' is misspelled or not recognized by the system.";
  const auto near = nearest(word, known, 1);
  if (!near.empty()) {
    text += "\nDid you mean '" + near.front() + "' ?";
  } else if (group.empty()) {
    text += "\n" + std::string(kExtensionReference);
  }
  return usage_error(text + recommendations(nullptr));
}

const Command* find_command(const std::string& words) {
  for (const Command& command : command_table()) {
    if (command.words == words) return &command;
  }
  return nullptr;
}

bool is_help(const std::string& word) {
  return word == "-h" || word == "--help";
}

}  // namespace

std::string Argument::key() const {
  const std::string& name = names.front();
  return name.substr(std::min(name.find_first_not_of('-'), name.size()));
}

std::string Argument::display() const {
  return join(names, "/");
}

Result<ParsedLine> parse_command_line(Invocation& az, const std::vector<std::string>& arguments) {
  ParsedLine line;
  std::size_t at = 0;
  const auto installed = az.config.extensions();
  for (; at < arguments.size(); ++at) {
    const std::string& word = arguments[at];
    if (is_help(word)) {
      line.help = true;
      return line;
    }
    if (word.starts_with('-')) break;
    const auto known = next_words(line.words, installed);
    if (std::find(known.begin(), known.end(), word) == known.end()) {
      // A word of an extension that is not installed is unknown to real az as well.
      const std::string extension = extension_of(arguments.front());
      const std::string real =
          extension.empty() || installed.contains(extension) ? real_but_not_simulated(arguments) : "";
      if (!real.empty()) return not_simulated("az " + real);
      return unknown_word(word, line.words, known);
    }
    line.words += (line.words.empty() ? "" : " ") + word;
    line.command = find_command(line.words);
    if (line.command) break;
  }
  if (!line.command) {
    if (arguments.empty()) {
      line.help = true;
      return line;
    }
    for (const std::string& word : arguments) line.help = line.help || is_help(word);
    if (line.help) return line;
    return usage_error("the following arguments are required: " +
                       std::string(line.words.empty() ? "_command_package" : "_subcommand") + recommendations(nullptr));
  }
  az.command = line.words;
  ArgumentReader reader(az, *line.command, {arguments.begin() + static_cast<std::ptrdiff_t>(at) + 1, arguments.end()});
  auto help = reader.read();
  if (!help) return tl::make_unexpected(help.error());
  line.help = *help;
  return line;
}

}  // namespace azlab::az
