#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <set>

#include "harness/lint/notebook.hpp"
#include "harness/lint/python_text.hpp"
#include "sim/core/text.hpp"

namespace azlab::lint {
namespace {

/// Something that stands where a value should; empty where there is none.
std::string placeholder_in(const std::string& code) {
  // In a string: <subscription-id>, <YOUR_NAME>. One word alone may be a tag of HTML or XML.
  static const RE2 kAngle(R"re(["'](?:[^"'\n<]*[^"'\n<?=\w])?(<(?:[A-Za-z]+(?:[-_ ][A-Za-z]+)+|[A-Z]{4,})>)[^"'\n]*["'])re");
  static const RE2 kYour(R"re((?:^|[^\w])(YOUR[-_][A-Z0-9_-]+))re");
  static const RE2 kWhole(R"re(["'](your[-_ ][\w -]{2,40}|TOD[O]|REPLACE[-_ ]?ME|CHANGE[-_ ]?ME|[Xx]{4,}(?:-[Xx]+)*)["'])re");
  static const RE2 kBare(R"re([=(,]\s*(TOD[O]|FILL_ME_IN)\b)re");
  std::string found;
  for (const RE2* pattern : {&kAngle, &kYour, &kWhole, &kBare}) {
    if (RE2::PartialMatch(code, *pattern, &found)) return found;
  }
  return {};
}

/// Words that have the reader put something in: a notebook's are English as a rule, a lab's need not be.
bool tells_to_replace(const std::string& text) {
  static const RE2 kReplace(
      R"((?i)\breplac|\bfill\b|\benter\b|\bupdate\b|\bchange\b|\bsubstitut|\binsert\b|\bpaste\b|\byour own\b|\bset the\b|\bput\b|\bremplac|\bersetz|\breemplaz|\bsustitu|\bsostitu|置き換え|置換|바꾸|바꿉|교체|替换|替換|取代|\bganti)");
  return RE2::PartialMatch(text, kReplace);
}

std::vector<std::string> code_spans(const std::string& markdown) {
  static const RE2 kSpan("`([^`\n]{1,120})`");
  std::vector<std::string> out;
  re2::StringPiece rest(markdown);
  for (std::string span; RE2::FindAndConsume(&rest, kSpan, &span);) out.push_back(span);
  return out;
}

/// The values that the code gives a name, as keyword or variable: `name="x"`, `name = 2`. Anything but literals spoils them.
std::set<std::string> values_of(const std::string& code, const std::string& name) {
  std::set<std::string> out;
  re2::StringPiece rest(code);
  const RE2 assigned(R"re((?:^|[^\w.]))re" + RE2::QuoteMeta(name) + R"re(\s*=\s*(f?["'][^"'\n]*["']|[^\s,)=][^,)\n]*))re");
  for (std::string value; RE2::FindAndConsume(&rest, assigned, &value);) {
    static const RE2 kLiteral(R"re(["']([^"'\n]*)["']|(-?\d+(?:\.\d+)?)\s*)re");
    std::string text;
    std::string number;
    if (!RE2::FullMatch(value, kLiteral, &text, &number)) return {};
    out.insert(text.empty() ? number : text);
  }
  return out;
}

/// A value that a Markdown cell names for something, in code format both.
struct Said {
  std::string keyword{};  ///< of the code beside it
  std::string value{};
  std::string words{};  ///< as written
};

/// "`max_instances` is `2`", "`max_instances=2`", "the experiment `diabetes`".
std::vector<Said> said_in(const std::string& markdown) {
  std::vector<Said> out;
  static const RE2 kPair(R"(`([a-z]\w*)`\s+(?:is|to|of|=|as)\s+`["']?([\w.-]+)["']?`)");
  static const RE2 kAssignment(R"re(`([a-z]\w*)\s*=\s*["']?([\w./-]+)["']?`)re");
  for (const RE2* pattern : {&kPair, &kAssignment}) {
    re2::StringPiece rest(markdown);
    std::string keyword;
    std::string value;
    while (RE2::FindAndConsume(&rest, *pattern, &keyword, &value)) out.push_back({.keyword = keyword, .value = value, .words = fmt::format("{} {}", keyword, value)});
  }
  static constexpr std::array<std::pair<const char*, const char*>, 6> kNouns{{{"experiment", "experiment_name"}, {"compute cluster", "compute"}, {"cluster", "compute"}, {"display name", "display_name"}, {"environment", "environment"}, {"endpoint", "endpoint_name"}}};
  for (const auto& [noun, keyword] : kNouns) {
    const RE2 named(fmt::format("(?i)\\b{}(?:,? (?:named|called))? `([\\w.@:-]{{3,80}})`", noun));
    re2::StringPiece rest(markdown);
    for (std::string value; RE2::FindAndConsume(&rest, named, &value);) out.push_back({.keyword = keyword, .value = value, .words = std::string(noun) + " " + value});
  }
  return out;
}

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

/// "`src/train.py`" beside a cell that writes another file of that kind; empty where there is no contradiction.
std::string file_said_otherwise(const std::string& markdown, const std::string& code, const std::string& all_code) {
  static const RE2 kWrites(R"(^%%writefile\s+(?:-a\s+)?([^\n]+))");
  static const RE2 kFile(R"([\w./$-]*\w\.(?:py|ya?ml|json|csv|txt|sh))");
  std::string written;
  if (!RE2::PartialMatch(code, kWrites, &written)) return {};
  written = base_name(std::string(trim(written)));
  std::vector<std::string> files;
  for (const auto& span : code_spans(markdown)) {
    if (RE2::FullMatch(span, kFile)) files.push_back(base_name(span));
  }
  if (files.size() != 1 || files[0] == written || all_code.find(files[0]) != std::string::npos) return {};
  const auto kind = [](const std::string& name) { return name.substr(name.rfind('.') + 1); };
  return kind(files[0]) == kind(written) ? files[0] : std::string();
}

std::string all_code_of(const Notebook& notebook) {
  std::string out;
  for (const auto& cell : notebook.cells) {
    if (cell.code) out += cell.source + "\n";
  }
  return out;
}

}  // namespace

void check_placeholders(const Notebook& notebook, const NotebookUse& use, std::vector<lab::Finding>& out) {
  for (std::size_t i = 0; i < notebook.cells.size(); ++i) {
    const Cell& cell = notebook.cells[i];
    if (!cell.code) continue;
    for (const auto& statement : statements_of(cell.source)) {
      const std::string found = placeholder_in(statement.text);
      if (found.empty()) continue;
      const bool in_lab = std::any_of(use.words.begin(), use.words.end(), [&](const std::string& words) { return words.find(found) != std::string::npos || tells_to_replace(words); });
      // The first lines of a long cell of Markdown may speak of something else, but who reads it knows what is meant.
      if (in_lab || tells_to_replace(prose_before(notebook, i)) || tells_to_replace(comments_of(cell.source))) continue;
      out.push_back(rules::finding("nb/placeholder", use.line, fmt::format("{}: cell {} still holds the placeholder {}, and nothing says what to put there.", use.path, cell.number, found), "Give a value that works, or say above the cell what to put there."));
      out.back().quote = statement.first;
      break;
    }
  }
}

void check_prose_against_code(const Notebook& notebook, const NotebookUse& use, std::vector<lab::Finding>& out) {
  const std::string all_code = all_code_of(notebook);
  for (std::size_t i = 0; i < notebook.cells.size(); ++i) {
    const Cell& cell = notebook.cells[i];
    const std::string prose = cell.code ? prose_before(notebook, i) : std::string();
    if (prose.empty()) continue;
    const auto add = [&](const std::string& said, const std::string& code) {
      out.push_back(rules::finding("nb/prose-differs", use.line, fmt::format("{}: the text above cell {} says {}, the cell says {}.", use.path, cell.number, said, code), "Change the one that is out of date."));
      out.back().quote = said + "  …  " + code;
    };
    for (const auto& said : said_in(prose)) {
      const auto values = values_of(cell.source, said.keyword);
      // A name that any cell uses may be meant; so may one of several values.
      const bool elsewhere = all_code.find('"' + said.value + '"') != std::string::npos || all_code.find('\'' + said.value + '\'') != std::string::npos;
      const bool number = !said.value.empty() && said.value.find_first_not_of("0123456789.") == std::string::npos;
      if (values.size() != 1 || values.contains(said.value) || (elsewhere && !number)) continue;
      const std::string in_code = *values.begin();
      const bool number_in_code = in_code.find_first_not_of("0123456789.-") == std::string::npos;
      if (number != number_in_code || in_code.find(said.value) != std::string::npos) continue;
      add(fmt::format("'{}'", said.words), fmt::format("{}={}", said.keyword, in_code));
    }
    if (const std::string file = file_said_otherwise(prose, cell.source, all_code); !file.empty()) add("'" + file + "'", cell.source.substr(0, cell.source.find('\n')));
  }
}

}  // namespace azlab::lint
