#include "harness/lab/front_matter.hpp"

#include <algorithm>

#include "sim/core/text.hpp"

namespace azlab::lab {
namespace {

/// What is wrong with the value of a key or item; empty where nothing is.
std::string problem_of_value(std::string_view value) {
  if (value.empty()) return {};
  const char first = value.front();
  if (first == '"' || first == '\'') {
    const std::size_t close = value.find(first, 1);
    if (close == std::string_view::npos) return "the quotation is not closed";
    std::string_view rest = trim(value.substr(close + 1));
    // A doubled quotation mark stands for one; what else follows must be a remark.
    const bool doubled = first == '\'' && close + 1 < value.size() && value[close + 1] == '\'';
    if (!doubled && first == '\'' && !rest.empty() && rest.front() != '#') return "something follows the closed quotation";
    return {};
  }
  if (first == '[' || first == '{') {
    const char open = first;
    const char shut = first == '[' ? ']' : '}';
    if (std::count(value.begin(), value.end(), open) != std::count(value.begin(), value.end(), shut)) return "a bracket is not closed";
    return {};
  }
  if (first == '@' || first == '`' || first == '%') return std::string("a value cannot begin with ") + first;
  if (value.find(": ") != std::string_view::npos) return "a value with a colon and a space needs quotation marks";
  return {};
}

struct Indentation {
  std::size_t columns = 0;
  bool tab = false;
};

Indentation indentation_of(std::string_view text) {
  Indentation out;
  for (const char c : text) {
    if (c == '\t') out.tab = true;
    if (c != ' ' && c != '\t') break;
    ++out.columns;
  }
  return out;
}

/// A value without the quotation marks around it.
std::string unquoted(std::string_view value) {
  const bool quoted = value.size() > 1 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front();
  return std::string(quoted ? value.substr(1, value.size() - 2) : value);
}

/// Whether a quotation that a line opens is closed by a later line, which YAML allows; `at` moves there.
bool closed_later(const std::vector<Line>& lines, std::size_t end, std::size_t& at) {
  const std::size_t colon = lines[at].text.find(": ");
  const std::string_view value = colon == std::string_view::npos ? std::string_view{} : trim(lines[at].text.substr(colon + 2));
  if (value.empty() || (value.front() != '"' && value.front() != '\'') || value.find(value.front(), 1) != std::string_view::npos) return false;
  for (std::size_t later = at + 1; later < end; ++later) {
    if (lines[later].text.find(value.front()) == std::string_view::npos) continue;
    at = later;
    return true;
  }
  return false;
}

/// What is wrong with a line.
std::string problem_of_line(std::string_view text) {
  std::string_view body = trim(text);
  while (body.starts_with("- ")) body = trim(body.substr(2));
  if (body == "-") return {};
  if (body.starts_with("\"") || body.starts_with("'")) return problem_of_value(body);
  const std::size_t colon = body.find(": ");
  if (colon != std::string_view::npos) return problem_of_value(trim(body.substr(colon + 2)));
  if (body.ends_with(":")) return {};
  return trim(text).starts_with("- ") ? problem_of_value(body) : "the line is neither \"key: value\" nor an item";
}

}  // namespace

FrontMatter read_front_matter(const std::vector<Line>& lines) {
  FrontMatter out;
  if (lines.empty() || trim(lines[0].text) != "---") return out;
  std::size_t end = 1;
  while (end < lines.size() && trim(lines[end].text) != "---") ++end;
  if (end >= lines.size()) {
    out.broken_line = lines[0].number;
    out.problem = "it is not closed by a line \"---\"";
    // Without an end it is taken to go on as long as its lines look like it.
    end = 1;
    while (end < lines.size() && lines[end].text.find(':') != std::string_view::npos && !trim(lines[end].text).starts_with("#") &&
           trim(lines[end].text).find_first_of("0123456789") != 0) {
      ++end;
    }
    out.lines = end;
    return out;
  }
  std::size_t key_columns = 0;  // what is indented further goes on with the value of the key before
  bool in_block = false;        // that value is a `>` or `|` block
  bool in_plain = false;        // it is a plain text, which may go on
  for (std::size_t i = 1; i < end; ++i) {
    const std::string_view body = trim(lines[i].text);
    const Indentation indent = indentation_of(lines[i].text);
    if (body.empty() || body.front() == '#') continue;
    if (indent.columns > key_columns && (in_block || (in_plain && body.find(": ") == std::string_view::npos))) continue;
    in_block = body.ends_with(": >") || body.ends_with(": |") || body.ends_with(": >-") || body.ends_with(": |-");
    in_plain = !in_block && !body.ends_with(":");
    key_columns = indent.columns;
    if (body.starts_with("title:")) out.title = unquoted(trim(body.substr(6)));
    if (closed_later(lines, end, i) || out.broken_line != 0) continue;
    out.problem = indent.tab ? "YAML allows no tab at the beginning of a line" : in_block ? std::string() : problem_of_line(lines[i].text);
    if (!out.problem.empty()) out.broken_line = lines[i].number;
  }
  out.lines = end + 1;
  return out;
}

}  // namespace azlab::lab
