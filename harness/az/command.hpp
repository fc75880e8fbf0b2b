#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/json.hpp"

namespace azlab::az {

struct Invocation;
struct ResourceKind;

/// How many words an option takes, in argparse's terms.
enum class Takes {
  value,     ///< exactly one
  flag,      ///< none
  optional,  ///< none or one ("--parameters" without a value means an empty one)
  any,       ///< any number, also none (`--tags` clears)
  many,      ///< at least one
};

/// One argument of a command, read from fixtures/az/commands. A name without dashes is a positional argument.
struct Argument {
  std::vector<std::string> names;
  std::string help{};
  std::string more{};  ///< paragraph under the help line
  bool required = false;
  Takes takes = Takes::value;
  /// Key under `[defaults]` that stands in when the argument is absent ("group", "workspace", "location").
  std::string configured{};
  std::vector<std::string> choices{};
  /// The choices are shown in the help and not enforced while the command line is read.
  bool loose_choices = false;
  std::string default_value{};
  std::string heading{};  ///< heading in the help text; empty for the first, unnamed group
  std::string tag{};      ///< "[Preview]"
  std::string number{};   ///< "int" or "float" where only a number is taken
  std::string id_part{};  ///< which part of `--ids` it is

  /// The first long name without its dashes: how a command's function asks for it.
  std::string key() const;
  bool positional() const { return names.front().front() != '-'; }
  /// "--name/-n": how az names it in error texts.
  std::string display() const;
};

struct Example {
  std::string title;
  std::string text;
};

/// One row of the command table: what the built-in az carries out. All else about the command is data.
struct CommandRow {
  std::string_view words;
  /// Returns what is printed on standard output; null prints nothing.
  Result<Json> (*run)(Invocation&);
  /// Keys of the arguments that the function heeds, separated by blanks. Others that the real az knows are refused.
  std::string_view carried{};
  /// One row of `-o table` as a JMESPath hash ("{Name:name,Status:properties.provisioningState}"), or an expression
  /// over the whole result when it begins otherwise. Empty: az's automatic table.
  std::string_view table{};
  const ResourceKind* kind = nullptr;  ///< for the commands that all kinds have (families.hpp)
};

/// A command with its interface.
struct Command {
  std::string words;
  std::string summary{};
  std::string long_summary{};
  std::string tag{};
  bool confirmation = false;  ///< asks before it begins, unless `--yes`
  /// Of the newer, generated commands, whose arguments are checked after the line was read and in other words.
  bool generated = false;
  std::vector<Argument> arguments{};
  std::vector<Example> examples{};
  CommandRow row{};

  const Argument* find(std::string_view key) const;
};

/// A group with the names of all that the real az has below it, carried out here or not.
struct CommandGroup {
  struct Member {
    std::string name;
    std::string summary{};
    std::string tag{};
  };
  std::string words;
  std::string summary{};
  std::string long_summary{};
  std::string tag{};
  std::vector<Member> commands{};
  std::vector<Member> groups{};

  std::vector<std::string> names() const;
};

using Rows = std::span<const CommandRow>;

// One function per family, each next to its commands; `command_rows` puts them together.
Rows account_commands();
Rows configure_commands();
Rows extension_commands();
Rows group_commands();
Rows provider_commands();
Rows resource_commands();
Rows deployment_commands();
Rows storage_commands();
Rows keyvault_commands();
Rows secret_commands();
Rows role_commands();
Rows tag_commands();
Rows monitor_commands();
Rows registry_commands();
Rows ml_workspace_commands();
Rows ml_compute_commands();
Rows ml_datastore_commands();
Rows ml_asset_commands();
Rows ml_job_commands();

/// All commands that the built-in az carries out, those of extensions included.
const std::vector<CommandRow>& command_rows();
const CommandRow* find_row(std::string_view words);

/// The interface of a command of the real az, or nothing: of one that the fixtures do not describe.
std::optional<Command> load_command(std::string_view words);
/// The group of these words ("" is az itself); `extensions` are those whose commands belong to it as well.
std::optional<CommandGroup> load_group(std::string_view words, const std::vector<std::string>& extensions);
/// The extension whose commands begin with this word ("ml"), or empty.
std::string extension_of(std::string_view words);

}  // namespace azlab::az
