#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "harness/lab/unicode.hpp"
#include "harness/twins/document_pair.hpp"
#include "harness/twins/twins.hpp"
#include "sim/core/text.hpp"

namespace azlab::twins {
namespace {

constexpr std::size_t kShownBytesMax = 90;

/// Everything that is asked of two aligned units.
constexpr std::array kPairChecks{check_code, check_literals, check_values, check_addresses, check_labels,
                                 check_polarity, check_numbers, check_markup, check_language};

}  // namespace

void Report::finding(const UnitPair& at, std::string_view rule, std::string message, std::string suggestion, Evidence evidence) {
  finding(evidence.line == 0 ? at.twin.unit->line : evidence.line, rule, std::move(message), std::move(suggestion), std::move(evidence.quote));
}

void Report::finding(int line, std::string_view rule, std::string message, std::string suggestion, std::string quote) {
  lab::Finding made = rules::finding(rule, line, std::move(message), std::move(suggestion));
  made.owner = "translation";
  made.quote = std::move(quote);
  findings_.push_back(std::move(made));
}

std::vector<lab::Finding> Report::take() {
  const auto place = [](const lab::Finding& f) { return std::tie(f.line, f.rule, f.message); };
  std::stable_sort(findings_.begin(), findings_.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
  findings_.erase(std::unique(findings_.begin(), findings_.end(), [&](const auto& a, const auto& b) { return place(a) == place(b); }), findings_.end());
  return std::move(findings_);
}

std::vector<lab::Finding> compare(const lab::Lab& source, const lab::Lab& twin, const Alignment& alignment) {
  const DocumentView one = view_of(source);
  const DocumentView other = view_of(twin);
  Report report;
  for (const std::vector<Pair>* const list : {&alignment.pairs, &alignment.moved}) {
    for (const Pair& pair : *list) {
      const UnitPair units{.source_page = one, .twin_page = other, .source = one.units[pair.source], .twin = other.units[pair.twin]};
      for (const auto& check : kPairChecks) check(units, report);
    }
  }
  check_structure(one, other, alignment, report);
  return report.take();
}

std::vector<lab::Finding> compare(const lab::Lab& source, const lab::Lab& twin) { return compare(source, twin, align(source, twin)); }

std::string shown(std::string_view text) {
  const std::string even = lab::even_spaces(text);
  std::string out(trim(even));
  std::replace(out.begin(), out.end(), '\n', ' ');
  if (out.size() <= kShownBytesMax) return out;
  std::size_t end = kShownBytesMax;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0U) == 0x80U) --end;
  return out.substr(0, end) + "…";
}

}  // namespace azlab::twins
