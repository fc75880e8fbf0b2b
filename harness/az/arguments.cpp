#include <algorithm>
#include <charconv>

#include "harness/az/command_line.hpp"
#include "harness/az/recommend.hpp"
#include "sim/core/text.hpp"
#include "sim/query/jmespath.hpp"

namespace azlab::az {
namespace {

constexpr const char* kQueryReference =
    "\nTo learn more about --query, please visit: 'https://learn.microsoft.com/cli/azure/query-azure-cli'";

const std::vector<Argument>& global_arguments() {
  static const std::vector<Argument> arguments = {
      {.names = {"--help", "-h"}, .takes = Takes::flag},
      {.names = {"--verbose"}, .takes = Takes::flag},
      {.names = {"--debug"}, .takes = Takes::flag},
      {.names = {"--only-show-errors"}, .takes = Takes::flag},
      {.names = {"--output", "-o"}, .choices = {"json", "jsonc", "yaml", "yamlc", "table", "tsv", "none"}},
      {.names = {"--query"}},
  };
  return arguments;
}

/// Reads the words of one command as argparse would.
class ArgumentReader {
 public:
  ArgumentReader(Invocation& az, const Command& command, const std::vector<std::string>& words)
      : az_(az), command_(command), words_(words) {}

  Result<bool> read() {
    for (std::size_t at = 0; at < words_.size();) {
      auto next = read_one(at);
      if (!next) return tl::make_unexpected(next.error());
      // argparse prints the help and leaves as soon as it meets the option.
      if (az_.global.help) return true;
      at = *next;
    }
    if (auto missing = check_required(); !missing) return missing;
    // The parser of `az` itself says this, and has no examples.
    if (!unknown_.empty()) {
      return usage_error("unrecognized arguments: " + join(unknown_, " ") + recommendations("", nullptr, words_));
    }
    if (auto identified = check_ids(); !identified) return identified;
    return false;
  }

 private:
  tl::unexpected<Error> wrong(const std::string& text) const {
    if (text.find("--query") != std::string::npos) return usage_error(text + kQueryReference);
    return usage_error(text + recommendations(command_.words, &command_, words_));
  }

  static bool is_option(const std::string& word) {
    return word.size() > 1 && word.front() == '-' && word.find(' ') == std::string::npos && !is_number(word);
  }
  static bool is_number(const std::string& word) {
    return word.find_first_not_of("0123456789.", 1) == std::string::npos;
  }

  /// The option that a word names, by its full name or an unambiguous beginning of a long one.
  Result<const Argument*> match(const std::string& name) const {
    std::vector<const Argument*> all;
    for (const Argument& argument : global_arguments()) all.push_back(&argument);
    for (const Argument& argument : command_.arguments) all.push_back(&argument);
    const Argument* found = nullptr;
    std::vector<std::string> names;
    for (const Argument* argument : all) {
      for (const std::string& option : argument->names) {
        if (option == name) return argument;
        if (!name.starts_with("--") || !option.starts_with(name)) continue;
        found = argument;
        names.push_back(option);
      }
    }
    if (names.size() > 1) return wrong("ambiguous option: " + name + " could match " + join(names, ", "));
    return found;
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
      if (argument.takes == Takes::flag)
        return wrong("argument " + argument.display() + ": ignored explicit argument '" + *attached + "'");
      taken.push_back(*attached);
    } else if (argument.takes != Takes::flag) {
      const std::size_t most = argument.takes == Takes::value || argument.takes == Takes::optional ? 1 : words_.size();
      while (at < words_.size() && taken.size() < most && !is_option(words_[at])) taken.push_back(words_[at++]);
      if (taken.empty() && argument.takes == Takes::value)
        return wrong("argument " + argument.display() + ": expected one argument");
      if (taken.empty() && argument.takes == Takes::many)
        return wrong("argument " + argument.display() + ": expected at least one argument");
    }
    for (std::string& value : taken) {
      if (auto fits = check_value(argument, value); !fits) return tl::make_unexpected(fits.error());
    }
    store(argument, std::move(taken));
    return at;
  }

  /// Numbers, and choices without case, as az's own enumerations take them.
  Result<void> check_value(const Argument& argument, std::string& value) const {
    if (argument.number == "int") {
      long number = 0;
      const auto [end, bad] = std::from_chars(value.data(), value.data() + value.size(), number);
      if (bad != std::errc{} || end != value.data() + value.size())
        return wrong("argument " + argument.display() + ": invalid int value: '" + value + "'");
    }
    if (argument.key() == "query" && is_global(argument) && !Query::parse(value)) {
      return wrong("argument --query: invalid jmespath_type value: '" + value + "'");
    }
    if (argument.choices.empty()) return {};
    for (const std::string& choice : argument.choices) {
      if (!equals_ignore_case(choice, value)) continue;
      value = choice;
      return {};
    }
    if (argument.loose_choices) return {};
    std::string text = "az " + command_.words + ": '" + value + "' is not a valid value for '" +
                       argument.names.front() + "'. Allowed values: " + join(argument.choices, ", ") + ".";
    if (const std::string near = closest(value, argument.choices); !near.empty())
      text += "\nDid you mean '" + near + "' ?";
    return wrong(text);
  }

  bool is_global(const Argument& argument) const {
    const auto& all = global_arguments();
    return &argument >= all.data() && &argument < all.data() + all.size();
  }

  void store(const Argument& argument, std::vector<std::string> taken) {
    const std::string key = argument.key();
    if (!is_global(argument)) {
      if (argument.takes == Takes::flag) taken = {"true"};
      if (key == "subscription" && argument.names.size() == 1) az_.global.subscription = taken.front();
      // The type of every `--location`: "East US" is taken as "eastus".
      if (key == "location" && !taken.empty() && !taken.front().empty())
        taken.front() = to_lower(replace_all(taken.front(), " ", ""));
      az_.values[key] = std::move(taken);
      return;
    }
    GlobalOptions& global = az_.global;
    if (key == "output") global.output = taken.front();
    if (key == "query") global.query = taken.front();
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
      if (!argument.configured.empty()) {
        if (const auto value = az_.config.find("defaults", argument.configured)) {
          az_.values[key] = {*value};
          continue;
        }
      }
      if (!argument.required) continue;
      missing.push_back(argument.display());
    }
    if (missing.empty()) return true;
    return wrong("the following arguments are required: " + join(missing, ", "));
  }

  /// A command that takes `--ids` needs those or the name.
  Result<bool> check_ids() {
    if (command_.find("ids") == nullptr || az_.has("ids")) return true;
    for (const Argument& argument : command_.arguments) {
      const bool missing = !argument.id_part.empty() && argument.key() != "subscription" && !az_.has(argument.key());
      if (missing && command_.generated)
        return cli_error("InvalidArgumentValue: Missing required field: " + argument.names.front());
      if (missing && argument.id_part == "name")
        return cli_error("(" + argument.names.front() + " | --ids) are required");
    }
    return true;
  }

  Invocation& az_;
  const Command& command_;
  const std::vector<std::string>& words_;
  std::vector<std::string> unknown_{};
};

}  // namespace

Result<bool> read_arguments(Invocation& az, const Command& command, const std::vector<std::string>& words) {
  return ArgumentReader(az, command, words).read();
}

}  // namespace azlab::az
