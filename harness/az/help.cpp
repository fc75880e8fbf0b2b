#include <algorithm>
#include <cctype>
#include <map>
#include <tuple>

#include "harness/az/command_line.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

constexpr std::size_t kHelpWidth = 100;
constexpr const char* kRequired = "[Required]";
constexpr const char* kDeprecated = "[Deprecated]";  // taken on the command line, not shown
constexpr const char* kGlobalHeading = "Global Arguments";

bool is_word_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}
bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// Whether Python's textwrap may break behind the hyphen at `at`: between two words of two characters and more.
bool breaks_behind(const std::string& text, std::size_t at) {
  if (text[at] != '-' || at < 2 || at + 2 >= text.size()) return false;
  return is_letter(text[at - 1]) && is_word_character(text[at - 2]) && is_word_character(text[at + 1]) &&
         is_word_character(text[at + 2]);
}

/// Python's textwrap: words filled into lines of 100 columns, further lines indented by `hanging`; each paragraph by
/// itself.
std::string wrapped_paragraph(const std::string& text, std::size_t indent, std::size_t hanging) {
  std::string out;
  std::string line(indent, ' ');
  bool empty_line = true;
  std::string piece;
  std::string gap;
  const auto put = [&] {
    if (piece.empty()) return;
    if (!empty_line && line.size() + gap.size() + piece.size() > kHelpWidth) {
      out += line + "\n";
      line = std::string(hanging, ' ') + piece;
    } else {
      line += gap + piece;
    }
    empty_line = false;
    gap.clear();
    piece.clear();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ' ') {
      put();
      gap += ' ';
      continue;
    }
    piece += text[i];
    if (breaks_behind(text, i)) put();
  }
  put();
  return out + (empty_line ? "" : line) + "\n";
}

std::string wrapped(const std::string& text, std::size_t indent, std::size_t hanging) {
  std::string out;
  for (const std::string& paragraph : split(text, '\n')) out += wrapped_paragraph(paragraph, indent, hanging);
  return out;
}

struct HelpRow {
  std::string heading{};
  std::string name;
  std::string tags{};
  std::string summary{};
  std::string more{};
};

/// knack's arithmetic: tags take a column of their own behind the longest name.
std::size_t row_length(const HelpRow& row) {
  return row.name.size() + row.tags.size() + (row.tags.empty() ? 1 : 2);
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
    std::string line = row.name + std::string(most - row_length(row) + (row.tags.empty() ? 0 : 1), ' ') + row.tags;
    if (!row.summary.empty()) line += " : " + replace_all(row.summary, "\n", " ");
    out += wrapped(line, 4, most + 4 + 2);
    if (!row.more.empty()) out += wrapped(row.more, 8, 8);
  }
  return out + "\n";
}

std::string argument_summary(const Argument& argument) {
  std::string text = argument.help;
  if (!argument.choices.empty()) {
    auto choices = argument.choices;
    std::sort(choices.begin(), choices.end());
    text += "  Allowed values: " + join(choices, ", ") + ".";
  }
  if (!argument.default_value.empty()) text += "  Default: " + argument.default_value + ".";
  return std::string(trim(text));
}

std::vector<HelpRow> global_rows() {
  const std::string heading = kGlobalHeading;
  return {
      {heading, "--debug", "", "Increase logging verbosity to show all debug logs."},
      {heading, "--help -h", "", "Show this help message and exit."},
      {heading, "--only-show-errors", "", "Only show errors, suppressing warnings."},
      {heading, "--output -o", "",
       "Output format.  Allowed values: json, jsonc, none, table, tsv, yaml, yamlc.  Default: json."},
      {heading, "--query", "", "JMESPath query string. See http://jmespath.org/ for more information and examples."},
      {heading, "--verbose", "", "Increase logging verbosity. Use --debug for full debug logs."},
  };
}

HelpRow argument_row(const Argument& argument) {
  auto names = argument.names;
  std::sort(names.begin(), names.end());
  if (argument.positional()) {
    names.front() = argument.display();
  }
  std::vector<std::string> tags;
  if (!argument.tag.empty()) tags.push_back(argument.tag);
  if (argument.required && !argument.positional()) tags.emplace_back(kRequired);
  return {argument.heading, join(names, " "), join(tags, " "), argument_summary(argument), argument.more};
}

/// Headings by name; those of all commands come last.
int heading_priority(const std::string& heading) {
  if (heading.empty()) return 0;
  return heading == kGlobalHeading ? 2 : 1;
}

std::string header(const std::string& kind, const std::string& words, const std::string& summary,
                   const std::string& long_summary) {
  std::string out = "\n" + kind + "\n" +
                    wrapped("az" + (words.empty() ? "" : " " + words) + (summary.empty() ? "" : " : " + summary), 4, 4);
  // An empty paragraph is printed, too.
  out += long_summary.empty() ? "\n" : wrapped(long_summary, 8, 8) + "\n";
  return out;
}

std::string command_help(const Command& command) {
  std::vector<HelpRow> rows = global_rows();
  for (const Argument& argument : command.arguments) {
    if (argument.tag != kDeprecated) rows.push_back(argument_row(argument));
  }
  std::sort(rows.begin(), rows.end(), [](const HelpRow& a, const HelpRow& b) {
    const auto key = [](const HelpRow& row) {
      return std::tuple(heading_priority(row.heading), row.heading, !row.tags.ends_with(kRequired), row.name);
    };
    return key(a) < key(b);
  });
  std::string out = header("Command", command.words, command.summary, command.long_summary) + "Arguments\n" +
                    rows_text(rows, longest_row(rows));
  if (!command.examples.empty()) {
    out += "Examples\n";
    for (const Example& example : command.examples)
      out += wrapped(example.title, 4, 4) + wrapped(example.text, 8, 8) + "\n";
  }
  return out;
}

std::vector<HelpRow> member_rows(std::vector<CommandGroup::Member> members) {
  std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  std::vector<HelpRow> rows;
  for (const auto& member : members) {
    if (member.tag != kDeprecated) rows.push_back({"", member.name, member.tag, member.summary});
  }
  return rows;
}

std::string group_help(const CommandGroup& group) {
  const auto groups = member_rows(group.groups);
  const auto commands = member_rows(group.commands);
  const std::size_t most = std::max(longest_row(groups), longest_row(commands));
  std::string out = header("Group", group.words, group.summary, group.long_summary);
  if (!groups.empty()) out += "Subgroups:\n" + rows_text(groups, most);
  if (!commands.empty()) out += "Commands:\n" + rows_text(commands, most);
  return out;
}

}  // namespace

std::string help_text(Invocation& az, const std::string& words) {
  if (const auto command = load_command(words)) return command_help(*command);
  std::vector<std::string> extensions;
  for (const auto& [name, unused] : az.config.extensions()) extensions.push_back(name);
  const auto group = load_group(words, extensions);
  return group ? group_help(*group) : "";
}

}  // namespace azlab::az
