#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "harness/lab/unicode.hpp"
#include "harness/twins/document_pair.hpp"
#include "sim/core/text.hpp"

namespace azlab::twins {
namespace {

struct CodeLine {
  std::string text;
  int offset = 0;  ///< lines after the fence's first
};

bool is_comment(std::string_view line) { return (line.starts_with("#") && !line.starts_with("#!")) || line.starts_with("//"); }

/// What a command does: comments may be translated, and blanks at the end of a line do nothing.
std::vector<CodeLine> lines_of(const std::string& code) {
  std::vector<CodeLine> out;
  int offset = 0;
  for (const std::string& line : split(code, '\n')) {
    const std::size_t end = line.find_last_not_of(" \t\r");
    const std::string text = end == std::string::npos ? std::string() : line.substr(0, end + 1);
    if (!text.empty() && !is_comment(trim(text))) out.push_back({.text = text, .offset = offset});
    ++offset;
  }
  return out;
}

void check_fence_lines(const UnitPair& pair, Report& report) {
  const std::vector<CodeLine> source = lines_of(pair.source.code);
  const std::vector<CodeLine> twin = lines_of(pair.twin.code);
  const auto same = [](const CodeLine& a, const CodeLine& b) { return a.text == b.text; };
  const auto [in_source, in_twin] = std::mismatch(source.begin(), source.end(), twin.begin(), twin.end(), same);
  if (in_source == source.end() && in_twin == twin.end()) return;
  const int first = pair.twin.unit->line + 1;
  if (in_twin == twin.end()) {
    report.finding(pair, "l10n/code-differs", fmt::format("the code lacks \"{}\", which the source has", shown(in_source->text)), in_source->text,
                   {.line = first + (twin.empty() ? 0 : twin.back().offset)});
  } else if (in_source == source.end()) {
    report.finding(pair, "l10n/code-differs", fmt::format("the code has \"{}\", which the source has not", shown(in_twin->text)), "take the line out",
                   {.quote = in_twin->text, .line = first + in_twin->offset});
  } else {
    report.finding(pair, "l10n/code-differs", fmt::format("the code says \"{}\" where the source says \"{}\"", shown(in_twin->text), shown(in_source->text)),
                   in_source->text, {.quote = in_twin->text, .line = first + in_twin->offset});
  }
}

std::string info_of(const UnitView& view) {
  for (const lab::Op& op : view.unit->ops) {
    if (!op.fence_language.empty()) return op.fence_language;
  }
  return {};
}

bool holds(const std::vector<std::string>& list, const std::string& text) { return std::find(list.begin(), list.end(), text) != list.end(); }

std::vector<std::string> without(const std::vector<std::string>& all, const std::vector<std::string>& others) {
  std::vector<std::string> out;
  for (const std::string& one : all) {
    if (!holds(others, one)) out.push_back(one);
  }
  return out;
}

}  // namespace

void check_code(const UnitPair& pair, Report& report) {
  if (!pair.source.is_fence() || !pair.twin.is_fence()) return;
  check_fence_lines(pair, report);
  const std::string source = info_of(pair.source);
  const std::string twin = info_of(pair.twin);
  if (source != twin) {
    report.finding(pair, "l10n/code-differs", fmt::format("the fence is marked \"{}\", the source's \"{}\"", shown(twin), shown(source)), "```" + source);
  }
}

void check_addresses(const UnitPair& pair, Report& report) {
  const std::vector<std::string> missing = without(pair.source.addresses, pair.twin.addresses);
  const std::vector<std::string> extra = without(pair.twin.addresses, pair.source.addresses);
  for (std::size_t i = 0; i < missing.size(); ++i) {
    // An address may as well have become code, or have been code.
    const bool is_code = std::any_of(pair.twin.codes.begin(), pair.twin.codes.end(), [&](const std::string& code) { return neutral_address(code) == missing[i]; });
    if (is_code) continue;
    if (i < extra.size()) {
      report.finding(pair, "l10n/link-differs", fmt::format("the link leads to \"{}\", the source's to \"{}\"", shown(extra[i]), shown(missing[i])), missing[i], {.quote = extra[i]});
    } else {
      report.finding(pair, "l10n/link-differs", fmt::format("the link to \"{}\" is lost", shown(missing[i])), missing[i]);
    }
  }
}

}  // namespace azlab::twins
