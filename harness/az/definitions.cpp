#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "harness/az/command.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

constexpr const char* kRootFile = "az";

/// A file a first word, an extension's commands in a file of its own: a command line reads one of them, and not all.
Json definitions_of(const std::string& file) {
  const auto text = fixtures::find("fixtures/az/commands/" + file + ".json");
  if (!text) return Json::object();
  auto parsed = parse_jsonc(*text);
  return parsed ? *parsed : Json::object();
}

std::string file_of(std::string_view words) {
  const std::string extension = extension_of(words);
  if (!extension.empty()) return extension;
  return words.empty() ? kRootFile : std::string(words.substr(0, words.find(' ')));
}

Takes takes_of(const std::string& nargs) {
  if (nargs == "0") return Takes::flag;
  if (nargs == "?") return Takes::optional;
  if (nargs == "*") return Takes::any;
  return nargs == "+" ? Takes::many : Takes::value;
}

std::vector<std::string> texts_of(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found == json.end() ? std::vector<std::string>{} : found->get<std::vector<std::string>>();
}

Argument argument_of(const Json& json) {
  return {.names = texts_of(json, "names"),
          .help = string_at(json, "help"),
          .more = string_at(json, "more"),
          .required = json.value("required", false),
          .takes = takes_of(string_at(json, "takes", "1")),
          .configured = string_at(json, "configured"),
          .choices = texts_of(json, "choices"),
          .loose_choices = json.value("loose", false),
          .default_value = string_at(json, "default"),
          .heading = string_at(json, "group"),
          .tag = string_at(json, "tag"),
          .number = string_at(json, "number"),
          .id_part = string_at(json, "idPart")};
}

/// "[Preview]|Summary." to its two parts.
CommandGroup::Member member_of(const std::string& name, const std::string& text) {
  const auto bar = text.find('|');
  if (!text.starts_with('[') || bar == std::string::npos) return {.name = name, .summary = text};
  return {.name = name, .summary = text.substr(bar + 1), .tag = text.substr(0, bar)};
}

void add_members(std::vector<CommandGroup::Member>& to, const Json& group, const char* key) {
  const auto members = group.find(key);
  if (members == group.end()) return;
  for (const auto& [name, text] : members->items()) {
    const auto same = [&, &name_text = name](const CommandGroup::Member& other) { return other.name == name_text; };
    if (std::none_of(to.begin(), to.end(), same)) to.push_back(member_of(name, text.get<std::string>()));
  }
}

}  // namespace

std::string Argument::key() const {
  for (const std::string& name : names) {
    if (name.starts_with("--")) return name.substr(2);
  }
  const std::string& name = names.front();
  return name.substr(std::min(name.find_first_not_of('-'), name.size()));
}

std::string Argument::display() const {
  if (positional()) {
    std::string shown = names.front();
    for (char& c : shown) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return "<" + shown + ">";
  }
  return join(names, "/");
}

const Argument* Command::find(std::string_view key) const {
  const auto found =
      std::find_if(arguments.begin(), arguments.end(), [&](const Argument& a) { return a.key() == key; });
  return found == arguments.end() ? nullptr : &*found;
}

std::vector<std::string> CommandGroup::names() const {
  std::vector<std::string> all;
  for (const Member& member : groups) all.push_back(member.name);
  for (const Member& member : commands) all.push_back(member.name);
  return all;
}

std::optional<Command> load_command(std::string_view words) {
  const Json file = definitions_of(file_of(words));
  const auto commands = file.find("commands");
  if (commands == file.end() || !commands->contains(words)) return std::nullopt;
  const Json& json = (*commands)[std::string(words)];
  Command command{.words = std::string(words),
                  .summary = string_at(json, "summary"),
                  .long_summary = string_at(json, "long"),
                  .tag = string_at(json, "tag"),
                  .confirmation = json.contains("confirmation"),
                  .generated = json.value("generated", false)};
  if (const auto arguments = json.find("arguments"); arguments != json.end()) {
    for (const Json& argument : *arguments) command.arguments.push_back(argument_of(argument));
  }
  if (const auto examples = json.find("examples"); examples != json.end()) {
    for (const Json& example : *examples)
      command.examples.push_back({example[0].get<std::string>(), example[1].get<std::string>()});
  }
  if (const CommandRow* row = find_row(words)) command.row = *row;
  return command;
}

std::optional<CommandGroup> load_group(std::string_view words, const std::vector<std::string>& extensions) {
  std::vector<std::string> files = {file_of(words)};
  if (extension_of(words).empty()) files.insert(files.end(), extensions.begin(), extensions.end());
  std::optional<CommandGroup> group;
  for (const std::string& file : files) {
    const Json definitions = definitions_of(file);
    const auto groups = definitions.find("groups");
    if (groups == definitions.end() || !groups->contains(words)) continue;
    const Json& json = (*groups)[std::string(words)];
    if (!group) {
      group = CommandGroup{.words = std::string(words),
                           .summary = string_at(json, "summary"),
                           .long_summary = string_at(json, "long"),
                           .tag = string_at(json, "tag")};
    }
    add_members(group->groups, json, "groups");
    add_members(group->commands, json, "commands");
  }
  return group;
}

std::string extension_of(std::string_view words) {
  if (words == "ml" || words.starts_with("ml ")) return "ml";
  if (words.starts_with("monitor app-insights")) return "application-insights";
  return "";
}

}  // namespace azlab::az
