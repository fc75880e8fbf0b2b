#include <algorithm>
#include <map>

#include "harness/az/command_line.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

constexpr std::size_t kHelpWidth = 100;
constexpr const char* kRequired = "[Required]";

/// Python's textwrap: words filled into lines of 100 columns, further lines indented by `hanging`.
std::string wrapped(const std::string& text, std::size_t indent, std::size_t hanging) {
  std::string out;
  std::string line(indent, ' ');
  bool empty_line = true;
  std::string word;
  std::string gap;
  const auto put = [&] {
    if (word.empty()) return;
    if (!empty_line && line.size() + gap.size() + word.size() > kHelpWidth) {
      out += line + "\n";
      line = std::string(hanging, ' ') + word;
    } else {
      line += gap + word;
    }
    empty_line = false;
    gap.clear();
    word.clear();
  };
  for (const char c : text) {
    if (c == ' ') {
      put();
      gap += ' ';
    } else {
      word += c;
    }
  }
  put();
  return out + line + "\n";
}

struct HelpRow {
  std::string heading;
  std::string name;
  bool required = false;
  std::string summary;
};

/// knack's arithmetic: a tag takes a column of its own behind the longest name.
std::size_t row_length(const HelpRow& row) {
  return row.name.size() + (row.required ? std::string(kRequired).size() + 2 : 1);
}

std::size_t longest_row(const std::vector<HelpRow>& rows) {
  std::size_t most = 0;
  for (const HelpRow& row : rows) most = std::max(most, row_length(row));
  return most;
}

std::string rows_text(const std::vector<HelpRow>& rows, std::size_t most) {
  std::string out;
  std::string heading;
  for (const HelpRow& row : rows) {
    if (row.heading != heading) {
      out += "\n" + row.heading + "\n";
      heading = row.heading;
    }
    std::string line =
        row.name + std::string(most - row_length(row) + (row.required ? 1 : 0), ' ') + (row.required ? kRequired : "");
    if (!row.summary.empty()) line += " : " + row.summary;
    out += wrapped(line, 4, most + 4 + 2);
  }
  return out + "\n";
}

std::string argument_summary(const Argument& argument) {
  std::string text = argument.help;
  if (!text.empty() && !text.ends_with('.')) text += ".";
  if (!argument.choices.empty()) {
    auto choices = argument.choices;
    std::sort(choices.begin(), choices.end());
    text += "  Allowed values: " + join(choices, ", ") + ".";
  }
  if (!argument.default_value.empty()) text += "  Default: " + argument.default_value + ".";
  return std::string(trim(text));
}

std::vector<HelpRow> global_rows() {
  const std::string heading = "Global Arguments";
  return {
      {heading, "--debug", false, "Increase logging verbosity to show all debug logs."},
      {heading, "--help -h", false, "Show this help message and exit."},
      {heading, "--only-show-errors", false, "Only show errors, suppressing warnings."},
      {heading, "--output -o", false,
       "Output format.  Allowed values: json, jsonc, none, table, tsv, yaml, yamlc.  Default: json."},
      {heading, "--query", false, "JMESPath query string. See http://jmespath.org/ for more information and examples."},
      {heading, "--subscription", false,
       "Name or ID of subscription. You can configure the default subscription using `az account set -s NAME_OR_ID`."},
      {heading, "--verbose", false, "Increase logging verbosity. Use --debug for full debug logs."},
  };
}

std::string command_help(const Command& command) {
  std::vector<HelpRow> rows;
  for (const Argument& argument : command.arguments) {
    auto names = argument.names;
    std::sort(names.begin(), names.end());
    std::string heading = argument.heading;
    if (argument.positional()) {
      heading = "Positional";
      for (char& c : names.front()) c = c == '_' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
    }
    rows.push_back({heading, join(names, " "), argument.required, argument_summary(argument)});
  }
  std::sort(rows.begin(), rows.end(), [](const HelpRow& a, const HelpRow& b) {
    return std::tuple(a.heading, !a.required, a.name) < std::tuple(b.heading, !b.required, b.name);
  });
  for (HelpRow& row : global_rows()) rows.push_back(std::move(row));
  std::string out = "\nCommand\n" + wrapped("az " + command.words + " : " + command.summary, 4, 4) + "\nArguments\n" +
                    rows_text(rows, longest_row(rows));
  if (!command.examples.empty()) {
    out += "Examples\n";
    for (const Example& example : command.examples)
      out += wrapped(example.title, 4, 4) + wrapped(example.text, 8, 8) + "\n";
  }
  return out;
}

std::string group_summary(const std::string& words) {
  for (const CommandGroup& group : command_groups()) {
    if (group.words == words) return group.summary;
  }
  return "";
}

std::string group_help(const std::string& words) {
  const std::string prefix = words.empty() ? "" : words + " ";
  std::map<std::string, std::string> groups;
  std::map<std::string, std::string> commands;
  for (const Command& command : command_table()) {
    if (!command.words.starts_with(prefix)) continue;
    const auto rest = split(command.words.substr(prefix.size()), ' ');
    if (rest.size() == 1) {
      commands[rest.front()] = command.summary;
    } else {
      groups[rest.front()] = group_summary(prefix + rest.front());
    }
  }
  std::string out =
      "\nGroup\n" +
      wrapped("az" + (words.empty() ? "" : " " + words) + (words.empty() ? "" : " : " + group_summary(words)), 4, 4) +
      "\n";
  const auto rows_of = [](const std::map<std::string, std::string>& members) {
    std::vector<HelpRow> rows;
    for (const auto& [name, summary] : members) rows.push_back({"", name, false, summary});
    return rows;
  };
  const auto group_rows = rows_of(groups);
  const auto command_rows = rows_of(commands);
  const std::size_t most = std::max(longest_row(group_rows), longest_row(command_rows));
  if (!groups.empty()) out += "Subgroups:\n" + rows_text(group_rows, most);
  if (!commands.empty()) out += "Commands:\n" + rows_text(command_rows, most);
  return out;
}

}  // namespace

std::string help_text(const std::string& words) {
  for (const Command& command : command_table()) {
    if (command.words == words)
      return command_help(command) + "To search AI knowledge base for examples, use: az find \"az " + words + "\"\n\n";
  }
  if (words.empty()) return group_help(words);
  return group_help(words) + "To search AI knowledge base for examples, use: az find \"az " + words + "\"\n\n";
}

}  // namespace azlab::az
